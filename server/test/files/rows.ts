/** Files as they are once they were read: rows for what comes after. */
import { v7 as uuidv7 } from "uuid";
import { embedChunks } from "../../src/ingest/embed.ts";
import type { Embedding } from "../../src/providers/embedding.ts";
import { lexical } from "../../src/providers/embeddings/lexical.ts";
import { type Database, json } from "../../src/store/database.ts";

export const chunking = { size: 1000, overlap: 200 };

type Given = { name?: string; owner?: string; type?: string; version?: number; embedding?: Embedding | null };

/** Its chunks are these texts; embedded unless `embedding` is null. Answers its id. */
export async function addFile(database: Database, texts: readonly string[], given: Given = {}): Promise<string> {
  const { name = "a.txt", owner = "local", type = "txt", version = 1, embedding = lexical } = given;
  const id = uuidv7();
  await database.sql
    .insertInto("files")
    .values({
      ...{ id, owner_id: owner, name, type, size: 1, status: "ready", chunking: json(chunking) },
      ...{ chunk_count: texts.length, chunk_version: version, embedding_model: null },
    })
    .execute();
  await addChunks(database, { id, owner, version }, texts);
  if (embedding) {
    await embedFile(database, { id, owner, version }, embedding);
    await nowEmbeddedBy(database, id, embedding.model);
  }
  return id;
}

type Of = { id: string; owner: string; version: number };

export const addChunks = (database: Database, { id, owner, version }: Of, texts: readonly string[]) =>
  database.sql
    .insertInto("vector_chunks")
    .values(texts.map((text, position) => ({ file_id: id, owner_id: owner, version, position, text })))
    .execute();

export const embedFile = (
  database: Database,
  { id, owner, version }: Of,
  embedding: Embedding,
  heard: { signal?: AbortSignal; onProgress?(done: number, total: number): void } = {},
) => {
  const { signal = new AbortController().signal, onProgress = () => {} } = heard;
  return embedChunks({ database, embedding, fileId: id, ownerId: owner, version, signal, onProgress });
};

export const nowEmbeddedBy = (database: Database, id: string, model: string) =>
  database.sql.updateTable("files").set({ embedding_model: model }).where("id", "=", id).execute();
