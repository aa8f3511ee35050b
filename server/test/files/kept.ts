/** A server with a folder for files, and files in it as an upload leaves them. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import { StoredFile, ThreadEvent } from "@orchestratex/sdk/contract";
import { pino } from "pino";
import { v7 as uuidv7 } from "uuid";
import { openBlobs } from "../../src/store/blobs/index.ts";
import { openTestApp, type TestApp } from "../app.ts";
import { type TestStore, temporaryFolder } from "../store.ts";

const silent = pino({ level: "silent" });

export type FilesApp = Awaited<ReturnType<typeof openFilesApp>>;

type More = { store?: TestStore; dir?: string; variables?: Record<string, string> };

export async function openFilesApp(t: TestContext, { store, dir = temporaryFolder(), variables = {} }: More = {}) {
  const app = await openTestApp(t, { UPLOAD_DIR: dir, ...variables }, store);
  const blobs = await openBlobs({ dir, s3: null }, silent);
  return { ...app, dir, blobs, ...over(app, dir) };
}

function over(app: TestApp, dir: string) {
  const stored = async (id: string): Promise<StoredFile> => {
    const { body } = await app.send("GET", `/api/files/${id}/status`);
    return StoredFile.parse(body);
  };
  return {
    stored,
    /** As it is when all its bytes are in; it waits until it is asked to be read. */
    async put(name: string, bytes: string | Buffer, owner = "local"): Promise<string> {
      const id = uuidv7();
      const blob_key = `files/${id}`;
      const arrived = path.join(dir, `${id}.part`);
      mkdirSync(dir, { recursive: true });
      writeFileSync(arrived, bytes);
      await (await openBlobs({ dir, s3: null }, silent)).keep(blob_key, arrived);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const row = { id, owner_id: owner, name, blob_key, sha256, size: Buffer.byteLength(bytes) };
      await app.store.sql
        .insertInto("files")
        .values({ ...row, status: "failed" } as never)
        .execute();
      return id;
    },
    /** Asks for it to be read, and follows it until nothing more is done with it. */
    async read(id: string): Promise<StoredFile> {
      await app.send("POST", `/api/files/${id}/retry`);
      await follow(app, id);
      return stored(id);
    },
    follow: (id: string, until?: string) => follow(app, id, until),
    async events(id: string): Promise<ThreadEvent[]> {
      const { body } = await app.send("GET", `/api/files/${id}/events?limit=100`);
      return (body["items"] as unknown[]).map((event) => ThreadEvent.parse(event));
    },
  };
}

/** The file's stream of events, to its end, or until these characters have come. */
async function follow(app: TestApp, id: string, until?: string): Promise<string> {
  const reply = await app.door.inject({
    method: "GET",
    url: `/api/files/${id}/events`,
    headers: { host: "localhost", accept: "text/event-stream" },
    payloadAsStream: true,
  });
  let text = "";
  for await (const chunk of reply.stream()) {
    text += String(chunk);
    if (until !== undefined && text.includes(until)) break;
  }
  return text;
}
