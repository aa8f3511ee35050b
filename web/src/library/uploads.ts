/** The uploads of this page. They live beside it: who goes to another page of the app does not stop them. */
import type { UploadState as Arrived, FileProcessing } from "@orchestratex/sdk/contract";
import { useSyncExternalStore } from "react";
import { api } from "../data/http.ts";
import { queryClient } from "../data/queries.ts";
import { advance, type Chosen, isUnderWay, join, type Step, toStart, type Upload } from "./queue.ts";
import type { Sending } from "./send.ts";
import { refusalOf } from "./types.ts";

/** The server's usual; it says its own as soon as it was asked. */
const CHUNK_BYTES = 8 * 1024 ** 2;
/** A line that is back without the browser having noticed. */
const AGAIN_MS = 5_000;
const LOOK_MS = 1_000;

let uploads: readonly Upload[] = [];
let nextId = 1;
const files = new Map<number, File>();
const sendings = new Map<number, Promise<Sending>>();
const listeners = new Set<() => void>();

const accepts = (): FileProcessing["accepts"] | undefined =>
  queryClient.getQueryData<FileProcessing>(["files", "processing"])?.accepts;

function set(next: readonly Upload[]): void {
  if (next === uploads) return;
  const before = uploads;
  uploads = next;
  const kept = new Set(next.map(({ id }) => id));
  for (const id of files.keys()) if (!kept.has(id)) files.delete(id);
  if (before.some(isUnderWay) !== next.some(isUnderWay)) guardLeaving(next.some(isUnderWay));
  for (const listener of listeners) listener();
  for (const id of toStart(uploads)) start(id);
}

const step = (one: Step): void => set(advance(uploads, one));

/** How many were left out because they are under way already. */
export function addFiles(chosen: readonly File[]): number {
  const first = nextId;
  nextId += chosen.length;
  const wishes = chosen.map((file): Chosen => {
    const { name, size, lastModified: modified } = file;
    return { name, size, modified, refusal: refusalOf(file, accepts()) };
  });
  const { uploads: next, joined, again } = join(uploads, wishes, first);
  for (const [index, id] of joined) {
    const file = chosen[index];
    if (file) files.set(id, file);
  }
  set(next);
  return again;
}

function start(id: number): void {
  const file = files.get(id);
  // Starting one may have started the next ones already.
  if (!file || uploads.find((upload) => upload.id === id)?.state !== "waiting") return;
  step({ type: "start", id });
  const isCurrent = () => sendings.get(id) === sending;
  const sending: Promise<Sending> = import("./send.ts").then(({ send }) =>
    send(file, accepts()?.chunk_size ?? CHUNK_BYTES, {
      onKnown: (fileId) => isCurrent() && step({ type: "known", id, fileId }),
      onProgress: (sent) => isCurrent() && step({ type: "progress", id, sent, at: performance.now() }),
      onEnd: (fileId) => isCurrent() && void arrived(id, fileId),
      onCut: () => isCurrent() && cut(id),
      onFail: (detail) => isCurrent() && ended(id, { type: "fail", id, detail }),
    }),
  );
  sendings.set(id, sending);
  sending.catch((error: unknown) => {
    // A file that was moved or changed since it was chosen cannot be read, and the program that sends may not have come.
    if (isCurrent()) ended(id, { type: "fail", id, detail: error instanceof Error ? error.message : String(error) });
  });
}

function ended(id: number, last: Step): void {
  sendings.delete(id);
  step(last);
}

function cut(id: number): void {
  ended(id, { type: "cut", id });
  setTimeout(() => navigator.onLine && step({ type: "back" }), AGAIN_MS);
}

/** Which file it has become: where the same bytes were there, that one. */
async function arrived(id: number, sentId: string): Promise<void> {
  const path = `/api/files/${encodeURIComponent(sentId)}/upload`;
  // All bytes are there: an answer that is lost only hides whether they were there before.
  const { file_id, duplicate } = await api<Arrived>(path).catch(() => ({ file_id: sentId, duplicate: false }));
  ended(id, { type: "end", id, fileId: file_id, duplicate });
  lookSoon();
}

let isLookDue = false;

/** Of a folder with a thousand small files, several end in a second. */
function lookSoon(): void {
  if (isLookDue) return;
  isLookDue = true;
  setTimeout(() => {
    isLookDue = false;
    void queryClient.invalidateQueries({ queryKey: ["files"] });
  }, LOOK_MS);
}

async function stop(id: number, last: Step, drop: boolean): Promise<void> {
  const sending = sendings.get(id);
  const { fileId = null } = uploads.find((upload) => upload.id === id) ?? {};
  sendings.delete(id);
  step(last);
  try {
    await (await sending)?.stop(drop);
    if (drop && !sending && fileId !== null)
      await api(`/api/files/${encodeURIComponent(fileId)}/upload`, { method: "DELETE" });
  } catch {
    // What could not be dropped, the server drops by itself after a day.
  }
  if (drop) lookSoon();
}

export const pauseUpload = (id: number): void => void stop(id, { type: "pause", id }, false);
export const resumeUpload = (id: number): void => step({ type: "resume", id });
/** What has arrived of it is thrown away; at its end it only leaves the list. */
export const cancelUpload = (id: number): void => void stop(id, { type: "remove", id }, true);
export const dismissUpload = (id: number): void => step({ type: "remove", id });
export const clearUploads = (): void => step({ type: "clear" });

export function pauseAll(): void {
  for (const { id } of uploads.filter(isUnderWay)) pauseUpload(id);
}

export function resumeAll(): void {
  for (const { id } of uploads.filter(({ state }) => state === "paused")) resumeUpload(id);
}

addEventListener("online", () => step({ type: "back" }));

/** A page that is left takes its uploads with it: the browser asks first. */
function guardLeaving(wanted: boolean): void {
  if (wanted) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
}

const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useUploads = (): readonly Upload[] => useSyncExternalStore(subscribe, () => uploads);
