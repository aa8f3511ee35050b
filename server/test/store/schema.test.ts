import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import * as words from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import { parseSync } from "oxc-parser";
import { AppError } from "../../src/errors.ts";
import { describeSchema } from "../../src/store/catalog.ts";
import type { Database } from "../../src/store/database.ts";
import { type Migration, migrate, readMigrations } from "../../src/store/migrate.ts";
import { SCHEMA_HEADER } from "../../src/store/write-schema.ts";
import { openTestStore } from "../store.ts";
import { collections, indexes } from "./source.ts";

const storeFolder = new URL("../../src/store/", import.meta.url);
let database: Database;
before(async () => {
  database = await openTestStore();
});
after(() => database.close());

const query = async <Row>(text: string): Promise<Row[]> =>
  (await sql<Row>`${sql.raw(text)}`.execute(database.sql)).rows;

test("every migration is applied once, in order; a second run applies none", async () => {
  assert.deepEqual(await migrate(database), []);
  const rows = await database.sql.selectFrom("schema_migrations").select("number").orderBy("number").execute();
  assert.deepEqual(
    rows.map(({ number }) => number),
    readMigrations().map(({ number }) => number),
  );
});

const failsWith = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError);
  assert.equal(error.code, "store.failed");
  assert.match(error.message, pattern);
  return true;
};

test("a changed migration, and a database of a newer version, are refused", async () => {
  const [first, ...rest] = readMigrations();
  assert.ok(first);
  await assert.rejects(
    migrate(database, [{ ...first, sha256: "other" }, ...rest]),
    failsWith(/Migration 1 \(words\) differs/),
  );
  await assert.rejects(migrate(database, rest), failsWith(/newer version \(migration 1, words\)/));
});

test("a migration that fails leaves nothing behind, and the next try starts from there", async () => {
  const broken: Migration = {
    number: 900,
    name: "broken",
    sql: "create table half (id int); select 1/0;",
    sha256: "x",
  };
  await assert.rejects(migrate(database, [...readMigrations(), broken]), failsWith(/Migration 900 \(broken\) failed/));
  assert.deepEqual(await query("select to_regclass('half') as found"), [{ found: null }]);
  assert.deepEqual(await migrate(database), []);
});

test("schema.sql is what the migrations make (if not: npm run schema), and makes the same", async () => {
  const file = fs.readFileSync(new URL("schema.sql", storeFolder), "utf8").replaceAll("\r\n", "\n");
  assert.equal(SCHEMA_HEADER + (await describeSchema(database)), file);
  const second = await openTestStore();
  await second.exec("drop schema public cascade; create schema public");
  await second.exec(file);
  assert.equal(SCHEMA_HEADER + (await describeSchema(second)), file);
  await second.close();
});

test("the closed lists of the database are those of the contract", async () => {
  const { Domain, Complexity, Mode, Strategy, Role, LogLevel, SearchMode, SelectionPhase, StopReason, StopWhen } =
    words;
  const { SessionStatus, ThreadStatus, ResponseStatus, ResponseType, CostSource, FinishReason } = words;
  const lists = {
    ...{ prompt_domain: Domain, complexity_level: Complexity, thread_mode: Mode, selection_strategy: Strategy },
    ...{ response_role: Role, log_level: LogLevel, search_mode: SearchMode, selection_phase: SelectionPhase },
    ...{ stop_reason: StopReason, stop_when: StopWhen, session_status: SessionStatus, thread_status: ThreadStatus },
    ...{ response_status: ResponseStatus, response_type: ResponseType, cost_source: CostSource },
    ...{ finish_reason: FinishReason },
  };
  for (const [type, list] of Object.entries(lists)) {
    const rows = await query<{ word: string }>(`select unnest(enum_range(null::${type}))::text as word`);
    assert.deepEqual(
      rows.map(({ word }) => word),
      list.options,
      type,
    );
  }
});

test("the nine collections have every field and index of the source", async () => {
  for (const [table, fields] of Object.entries(collections)) {
    const rows = await query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = '${table}'`,
    );
    const names = new Set(rows.map(({ name }) => name));
    for (const field of fields) assert.ok(names.has(field), `${table}.${field} is missing`);
  }
  const definitions = (
    await query<{ text: string }>("select indexdef as text from pg_indexes where schemaname = 'public'")
  )
    .map(({ text }) => text.toLowerCase())
    .filter((text) => !text.includes(" where "));
  for (const [table, columns] of indexes) {
    assert.ok(
      definitions.some((text) => text.endsWith(`on public.${table} using btree (${columns})`)),
      `${table} (${columns}) has no index`,
    );
  }
});

type Column = { table: string; name: string; nullable: boolean; optional: boolean; computed: boolean; json: boolean };

test("the table types are the columns of the database", async () => {
  const rows = await query<Column>(`
    select table_name as table, column_name as name, is_nullable = 'YES' as nullable, data_type = 'jsonb' as json,
      is_nullable = 'YES' or column_default is not null as optional, is_generated = 'ALWAYS' as computed
    from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position`);
  const inDatabase = rows.map(({ table, ...column }) => `${table}.${inWords(column)}`);
  assert.deepEqual(typedColumns().sort(), inDatabase.sort());
});

const inWords = ({ name, nullable, optional, computed, json }: Omit<Column, "table">) =>
  [name, json && "json", computed ? "computed" : optional && "optional", nullable && "nullable"]
    .filter(Boolean)
    .join(" ");

/** Reads `tables.ts` and the files beside it: table -> type -> members. */
const typedColumns = (): string[] => {
  const types = new Map<string, { name: string; type: string }[]>();
  for (const file of fs.readdirSync(storeFolder).filter((name) => /^tables.*\.ts$/.test(name))) {
    const source = fs.readFileSync(new URL(file, storeFolder), "utf8");
    for (const statement of parseSync(file, source).program.body) {
      if (statement.type !== "ExportNamedDeclaration" || statement.declaration?.type !== "TSTypeAliasDeclaration")
        continue;
      const { id, typeAnnotation } = statement.declaration;
      if (typeAnnotation.type !== "TSTypeLiteral") continue;
      const members = typeAnnotation.members.flatMap((member) => {
        if (member.type !== "TSPropertySignature" || member.key.type !== "Identifier" || !member.typeAnnotation)
          return [];
        const { start, end } = member.typeAnnotation.typeAnnotation;
        return [{ name: member.key.name, type: source.slice(start, end) }];
      });
      types.set(id.name, members);
    }
  }
  return (types.get("Tables") ?? []).flatMap(({ name: table, type }) =>
    (types.get(type) ?? []).map((member) => `${table}.${inWords({ name: member.name, ...kindOf(member.type) })}`),
  );
};

const kindOf = (type: string) => {
  const nullable = type.includes("| null") || type.startsWith("NullableJson");
  return {
    nullable,
    json: /^(Nullable|Defaulted)?Json</.test(type),
    computed: type.startsWith("GeneratedAlways"),
    optional: nullable || type.startsWith("Defaulted"),
  };
};
