/** Clients that send files by tus, go on where a line broke, wait until their files are read, and delete some of them. */
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { StoredFile } from "@orchestratex/sdk/contract";
import type { Chance } from "./chance.ts";

export type Sent = {
  mark: string;
  bytes: Buffer;
  sha256: string;
  /** Null: no answer has told it. */
  id: string | null;
  /** All bytes were taken, and an answer said so. */
  isTaken: boolean;
  isDeleted: boolean;
  /** How often it was asked to be read again. */
  retries: number;
  isOver: boolean;
};

export type Senders = ReturnType<typeof openSenders>;

const AT_ONCE = 8;
const PATIENCE_MS = 100;
const TUS = { "tus-resumable": "1.0.0" };

export function openSenders(address: () => string, chance: Chance) {
  const sent: Sent[] = [];
  let answers = 0;
  let stopped = false;
  const sender = async () => {
    while (!stopped) {
      const file = written(sent.length, chance);
      sent.push(file);
      await lifeOf(
        file,
        asking(address, () => answers++),
        chance,
      );
      file.isOver = true;
    }
  };
  const stop = () => {
    stopped = true;
  };
  const home = Promise.all(Array.from({ length: AT_ONCE }, sender)).then(() => undefined);
  return { sent, home, stop, answers: () => answers };
}

export const markOf = (file: string, paragraph: number): string => `${file}p${paragraph}.`;

function written(number: number, chance: Chance): Sent {
  const mark = `file${number}x`;
  const paragraphs = chance.hits(0.1) ? chance.whole(1_000, 4_000) : chance.whole(1, 200);
  const text = Array.from({ length: paragraphs }, (_, n) => `${markOf(mark, n)} ${"The costs fell again. ".repeat(6)}`);
  const bytes = Buffer.from(text.join("\n\n"));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { mark, bytes, sha256, id: null, isTaken: false, isDeleted: false, retries: 0, isOver: false };
}

type Ask = (
  method: string,
  path: string,
  init?: { headers?: Record<string, string>; body?: Uint8Array<ArrayBuffer> },
) => Promise<Response>;

/** Until some server answers without a fault of its own. */
const asking =
  (address: () => string, onAnswer: () => void): Ask =>
  async (method, path, init = {}) => {
    for (;;) {
      const answer = await fetch(`${address()}${path}`, { method, ...init }).catch(() => undefined);
      if (answer && answer.status < 500) {
        onAnswer();
        return answer;
      }
      await pause(PATIENCE_MS);
    }
  };

async function lifeOf(file: Sent, ask: Ask, chance: Chance): Promise<void> {
  const headers = { ...TUS, "upload-length": String(file.bytes.length), "upload-metadata": `filename ${nameOf(file)}` };
  const made = await ask("POST", "/api/files/tus", { headers });
  file.id = made.headers.get("location")?.split("/").at(-1) ?? null;
  const early = chance.hits(0.05);
  if (early || !(await allSent(file, ask, chance))) return removedBy(file, ask);
  file.isTaken = true;
  if (chance.hits(0.2)) {
    await pause(chance.between(0, 400));
    return removedBy(file, ask);
  }
  await ended(file, ask);
}

const nameOf = ({ mark }: Sent) => Buffer.from(`${mark}.txt`).toString("base64");

/** False when it is given up on the way. */
async function allSent({ id, bytes }: Sent, ask: Ask, chance: Chance): Promise<boolean> {
  const path = `/api/files/tus/${id}`;
  for (let offset = 0; offset < bytes.length; ) {
    if (chance.hits(0.01)) return false;
    const piece = Uint8Array.from(bytes.subarray(offset, offset + chance.whole(1, 256 * 1024)));
    const headers = { ...TUS, "upload-offset": String(offset), "content-type": "application/offset+octet-stream" };
    // Sent again where the line broke, it may have arrived before: then it is refused, and HEAD says how far it is.
    const answer = await ask("PATCH", path, { headers, body: piece });
    const said = answer.status === 204 ? answer : await ask("HEAD", path, { headers: TUS });
    offset = Number(said.headers.get("upload-offset") ?? 0);
    if (said !== answer) await pause(PATIENCE_MS);
  }
  return true;
}

async function removedBy(file: Sent, ask: Ask): Promise<void> {
  file.isDeleted = true;
  await ask("DELETE", `/api/files/${file.id}`);
}

/** A file that was being read at three deaths in a row is not tried again by itself. */
async function ended(file: Sent, ask: Ask): Promise<void> {
  for (;;) {
    const told = await (await ask("GET", `/api/files/${file.id}/status`)).json().catch(() => undefined);
    const status = StoredFile.safeParse(told).data?.status;
    if (status === "ready") return;
    if (status === "failed") {
      file.retries++;
      await ask("POST", `/api/files/${file.id}/retry`);
    }
    await pause(PATIENCE_MS);
  }
}
