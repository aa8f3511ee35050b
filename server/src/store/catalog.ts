/** A schema as SQL, read from the live catalog: what the migrations add up to. */
import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Extensions, types, functions, tables with their constraints, indexes, triggers: each kind sorted, so that equal schemas read equal. */
export const describeSchema = async (database: Database): Promise<string> => {
  const parts = await Promise.all([
    statements(database, EXTENSIONS),
    statements(database, TYPES),
    statements(database, FUNCTIONS),
    statements(database, TABLES),
    statements(database, FOREIGN_KEYS),
    statements(database, INDEXES),
    statements(database, TRIGGERS),
  ]);
  return `${parts.flat().join("\n\n")}\n`;
};

const statements = async (database: Database, query: string): Promise<string[]> => {
  const { rows } = await sql<{ statement: string }>`${sql.raw(query)}`.execute(database.sql);
  return rows.map(({ statement }) => statement);
};

/** Not what an extension brought. */
const ours = (catalog: string, oid: string) =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;

const EXTENSIONS = `
  select format('create extension if not exists %I;', extname) as statement
  from pg_extension where extname <> 'plpgsql' order by extname`;

const TYPES = `
  select format(E'create type %I as enum (\\n  %s\\n);', t.typname,
    string_agg(quote_literal(e.enumlabel), E',\\n  ' order by e.enumsortorder)) as statement
  from pg_type t join pg_enum e on e.enumtypid = t.oid
  where t.typnamespace = 'public'::regnamespace and ${ours("pg_type", "t.oid")}
  group by t.oid, t.typname order by t.typname`;

/** Functions may name tables that come later: their bodies are read when they are first called. */
const FUNCTIONS = `
  (select 'set check_function_bodies = off;' as statement)
  union all
  (select rtrim(pg_get_functiondef(p.oid), E'\\n') || ';'
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and ${ours("pg_proc", "p.oid")}
    and not exists (select from unnest(p.proargtypes::oid[]) a join pg_type t on t.oid = a where t.typrelid <> 0)
  order by p.proname, p.oid::regprocedure::text)`;

const COLUMNS = `
  select a.attnum as place, concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
    case when a.attgenerated = 's' then format('generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid))
      when d.adbin is not null then 'default ' || pg_get_expr(d.adbin, d.adrelid) end,
    case when a.attnotnull then 'not null' end) as line
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`;

const CONSTRAINTS = `
  select 10000 + row_number() over (order by x.contype desc, x.conname),
    format('constraint %I %s', x.conname, pg_get_constraintdef(x.oid))
  from pg_constraint x where x.conrelid = c.oid and x.contype in ('p', 'u', 'c')`;

const TABLES = `
  select format(E'create table %I (\\n  %s\\n)%s;', c.relname,
    (select string_agg(line, E',\\n  ' order by place) from (${COLUMNS} union all ${CONSTRAINTS}) l),
    ' with (' || array_to_string(c.reloptions, ', ') || ')') as statement
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and ${ours("pg_class", "c.oid")}
  order by c.relname`;

/** After the tables, for they go both ways; then the functions that take a row. */
const FOREIGN_KEYS = `
  (select format('alter table %s add constraint %I %s;', x.conrelid::regclass, x.conname, pg_get_constraintdef(x.oid)) as statement
  from pg_constraint x where x.connamespace = 'public'::regnamespace and x.contype = 'f'
  order by x.conrelid::regclass::text, x.conname)
  union all
  (select rtrim(pg_get_functiondef(p.oid), E'\\n') || ';'
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and ${ours("pg_proc", "p.oid")}
    and exists (select from unnest(p.proargtypes::oid[]) a join pg_type t on t.oid = a where t.typrelid <> 0)
  order by p.proname, p.oid::regprocedure::text)`;

const INDEXES = `
  select pg_get_indexdef(i.indexrelid) || ';' as statement
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where c.relnamespace = 'public'::regnamespace
    and not exists (select from pg_constraint x where x.conindid = i.indexrelid and x.contype in ('p', 'u'))
  order by c.relname`;

const TRIGGERS = `
  select pg_get_triggerdef(t.oid) || ';' as statement
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where not t.tgisinternal and c.relnamespace = 'public'::regnamespace
  order by c.relname, t.tgname`;
