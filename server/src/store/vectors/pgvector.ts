/** Vectors in the database, beside their chunks. */
import { type SqlBool, sql } from "kysely";
import type { Database } from "../database.ts";
import { jsonText } from "../text-format.ts";
import type { NearestQuery, Vectors } from "./vectors.ts";

export function openPgvector(database: Database): Vectors {
  return {
    batch: 20,
    async put(model, batch) {
      const rows = batch.map(({ chunkId, vector }) => ({ chunk_id: chunkId, embedding: textOf(vector) }));
      await sql`
        insert into chunk_embeddings (chunk_id, model, file_id, owner_id, version, embedding)
        select c.id, ${model}, c.file_id, c.owner_id, c.version, v.embedding::vector
        from jsonb_to_recordset(${jsonText(rows)}::jsonb) as v(chunk_id uuid, embedding text)
          join vector_chunks c on c.id = v.chunk_id
        on conflict (chunk_id, model) do update set embedding = excluded.embedding
      `.execute(database.sql);
    },
    async nearest({ minScore, ...query }) {
      const found: { chunk_id: string; distance: number }[] = [];
      for (const range of await rangesOf(database, query)) found.push(...(await nearestIn(database, query, range)));
      return found
        .toSorted((a, b) => a.distance - b.distance || (a.chunk_id < b.chunk_id ? -1 : 1))
        .slice(0, query.limit)
        .map(({ chunk_id, distance }) => ({ chunkId: chunk_id, score: Math.max(-1, Math.min(1, 1 - distance)) }))
        .filter(({ score }) => minScore === null || score >= minScore);
    },
    async keepOnly(fileId, model) {
      for (let gone = DELETED_AT_ONCE; gone === DELETED_AT_ONCE; ) {
        const { numAffectedRows } = await sql`
          delete from chunk_embeddings where ctid = any(array(
            select ctid from chunk_embeddings where file_id = ${fileId} and model <> ${model} limit ${DELETED_AT_ONCE}::int
          ))
        `.execute(database.sql);
        gone = Number(numAffectedRows ?? 0);
      }
    },
  };
}

const DELETED_AT_ONCE = 1_000;

type Query = Omit<NearestQuery, "minScore">;

/** Files, from and to their ids, both included. */
type Range = { low: string; high: string };

/** Chunks of one statement [10 000 of 448 dimensions: 27 ms on PGlite]: others wait for the connection meanwhile. */
const RANGE = 12_000;

const filesOf = ({ ownerId, model, fileIds, types }: Query) => sql<SqlBool>`
  f.owner_id = ${ownerId} and f.embedding_model = ${model} and f.chunk_version > 0
  and ${fileIds === null ? sql`true` : sql`f.id = any(${[...fileIds]}::uuid[])`}
  and ${types === null ? sql`true` : sql`f.type = any(${[...types]}::text[])`}`;

async function rangesOf(database: Database, query: Query): Promise<Range[]> {
  const { rows } = await sql<Range>`
    select min(id::text) as low, max(id::text) as high
    from (
      select f.id, sum(f.chunk_count) over (order by f.id)::bigint / ${RANGE}::int as range from files f where ${filesOf(query)}
    ) numbered
    group by range order by range
  `.execute(database.sql);
  return rows;
}

/** `+ 0` keeps an index for similarity out of it: with an owner who has few of the rows it would find next to nothing. */
async function nearestIn(database: Database, query: Query, { low, high }: Range) {
  const { rows } = await sql<{ chunk_id: string; distance: number }>`
    select e.chunk_id, e.embedding <=> ${textOf(query.vector)}::vector as distance
    from files f join chunk_embeddings e on e.file_id = f.id and e.version = f.chunk_version
    where ${filesOf(query)} and f.id between ${low}::uuid and ${high}::uuid
      and e.owner_id = ${query.ownerId} and e.model = ${query.model} and e.file_id between ${low}::uuid and ${high}::uuid
    order by (e.embedding <=> ${textOf(query.vector)}::vector) + 0, e.chunk_id
    limit ${query.limit}
  `.execute(database.sql);
  return rows;
}

/** Seven digits are what a number of 32 bits has, and half as long as what JavaScript writes. */
const textOf = (vector: Float32Array): string => `[${Array.from(vector, (value) => value.toFixed(7)).join(",")}]`;
