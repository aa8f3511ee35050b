/** Uploads of this page: what waits, what is being sent, how it ended. Pure; `uploads.ts` does what is said here. */
import type { Refusal } from "./types.ts";

type UploadState =
  | "waiting"
  | "sending"
  | "paused"
  /** The line is lost: it goes on by itself. */
  | "cut"
  | "arrived"
  /** The same bytes were there already. */
  | "duplicate"
  /** The server refused it, or something broke: it can be tried again. */
  | "failed"
  /** Not even tried. */
  | "refused";

/** Bytes that were there at a time, in milliseconds. */
type Sample = { at: number; sent: number };

export type Upload = {
  /** Of this page. */
  id: number;
  name: string;
  /** Bytes. */
  size: number;
  /** Tells whether the same file was chosen twice. */
  mark: string;
  state: UploadState;
  /** Bytes that were sent. */
  sent: number;
  samples: readonly Sample[];
  /** The server's id; null: it has not answered yet. */
  fileId: string | null;
  refusal: Refusal | null;
  /** In the server's words; null: it did not answer. */
  detail: string | null;
};

export type Chosen = { name: string; size: number; modified: number; refusal: Refusal | null };

export type Step =
  | { type: "start"; id: number }
  | { type: "known"; id: number; fileId: string }
  | { type: "progress"; id: number; sent: number; at: number }
  | { type: "pause"; id: number }
  | { type: "resume"; id: number }
  | { type: "cut"; id: number }
  /** The line is back. */
  | { type: "back" }
  | { type: "end"; id: number; fileId: string; duplicate: boolean }
  | { type: "fail"; id: number; detail: string | null }
  | { type: "remove"; id: number }
  /** What has ended well or was refused leaves. */
  | { type: "clear" };

export const AT_ONCE = 3;
/** Samples this close say no more than one. */
const SAMPLE_MS = 200;
/** What was faster or slower before that is past. */
const WINDOW_MS = 8_000;

const open: readonly UploadState[] = ["waiting", "sending", "paused", "cut"];

/** It is not at its end. */
export const isOpen = ({ state }: Upload): boolean => open.includes(state);

/** It will go on without anybody doing anything. */
export const isUnderWay = ({ state }: Upload): boolean => isOpen({ state } as Upload) && state !== "paused";

/**
 * What was chosen joins the end; a file that is under way already does not join twice. What has arrived leaves when new ones begin.
 * `firstId`: of the first of them.
 */
export function join(
  uploads: readonly Upload[],
  chosen: readonly Chosen[],
  firstId: number,
): { uploads: readonly Upload[]; joined: ReadonlyMap<number, number>; again: number } {
  const marks = new Set(uploads.filter(isOpen).map(({ mark }) => mark));
  const added: Upload[] = [];
  const joined = new Map<number, number>();
  let again = 0;
  for (const [index, { name, size, modified, refusal }] of chosen.entries()) {
    const mark = `${size} ${modified} ${name}`;
    if (marks.has(mark)) {
      again += 1;
      continue;
    }
    marks.add(mark);
    const id = firstId + index;
    joined.set(index, id);
    const state = refusal === null ? "waiting" : "refused";
    added.push({ ...{ id, name, size, mark, state, refusal }, sent: 0, samples: [], fileId: null, detail: null });
  }
  const kept = uploads.some(isOpen) ? uploads : uploads.filter(({ state }) => state !== "arrived");
  return { uploads: [...kept, ...added], joined, again };
}

/** Which are to be started now, first come first served: none while nobody answers, for they would only be cut too. */
export function toStart(uploads: readonly Upload[]): readonly number[] {
  if (uploads.some(({ state }) => state === "cut")) return [];
  const room = AT_ONCE - uploads.filter(({ state }) => state === "sending").length;
  const waiting = uploads.filter(({ state }) => state === "waiting");
  return waiting.slice(0, Math.max(0, room)).map(({ id }) => id);
}

export function advance(uploads: readonly Upload[], step: Step): readonly Upload[] {
  if (step.type === "back")
    return uploads.map((upload) => (upload.state === "cut" ? { ...upload, state: "waiting" } : upload));
  if (step.type === "clear") return uploads.filter(({ state }) => open.includes(state) || state === "failed");
  if (step.type === "remove") return uploads.filter(({ id }) => id !== step.id);
  return uploads.map((upload) => (upload.id === step.id ? changed(upload, step) : upload));
}

type OneStep = Exclude<Step, { type: "back" | "clear" | "remove" }>;

function changed(upload: Upload, step: OneStep): Upload {
  switch (step.type) {
    case "start":
      return upload.state === "waiting" ? { ...upload, state: "sending", samples: [], detail: null } : upload;
    case "known":
      return { ...upload, fileId: step.fileId };
    case "progress":
      return progressed(upload, step);
    case "pause":
      return isUnderWay(upload) ? { ...upload, state: "paused", samples: [] } : upload;
    case "resume":
      return ["paused", "failed", "cut"].includes(upload.state)
        ? { ...upload, state: "waiting", detail: null, samples: [] }
        : upload;
    case "cut":
      return upload.state === "sending" ? { ...upload, state: "cut", samples: [] } : upload;
    case "end":
      return {
        ...{ ...upload, state: step.duplicate ? "duplicate" : "arrived" },
        ...{ sent: upload.size, samples: [], fileId: step.fileId },
      };
    case "fail":
      return isOpen(upload) ? { ...upload, state: "failed", detail: step.detail, samples: [] } : upload;
  }
}

function progressed(upload: Upload, { sent, at }: { sent: number; at: number }): Upload {
  if (upload.state !== "sending") return upload;
  const last = upload.samples.at(-1);
  if (last && at - last.at < SAMPLE_MS) return sent === upload.sent ? upload : { ...upload, sent };
  const samples = upload.samples.filter((sample) => at - sample.at <= WINDOW_MS && sample.sent <= sent);
  return { ...upload, sent, samples: [...samples, { at, sent }] };
}

/** Bytes in a second over the last seconds; null: it cannot be said yet. */
export function speedOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 2 * SAMPLE_MS) return null;
  return ((last.sent - first.sent) * 1_000) / (last.at - first.at);
}

export type Summary = {
  /** At their end, and all that were not refused. */
  ended: number;
  all: number;
  /** Bytes. */
  sent: number;
  size: number;
  /** Bytes in a second, of all that are being sent. */
  speed: number | null;
  /** Milliseconds; null: it cannot be said. */
  leftMs: number | null;
  underWay: number;
  paused: number;
};

export function summaryOf(uploads: readonly Upload[]): Summary {
  const taken = uploads.filter(({ state }) => state !== "refused");
  const sum = (of: (upload: Upload) => number) => taken.reduce((total, upload) => total + of(upload), 0);
  const speeds = taken.flatMap(({ samples }) => speedOf(samples) ?? []);
  const speed = speeds.length === 0 ? null : speeds.reduce((total, one) => total + one, 0);
  const left = taken.filter(isUnderWay).reduce((total, { size, sent }) => total + size - sent, 0);
  return {
    ended: taken.filter((upload) => !isOpen(upload)).length,
    all: taken.length,
    ...{ sent: sum(({ sent }) => sent), size: sum(({ size }) => size) },
    ...{ speed, leftMs: leftMs(left, speed) },
    underWay: taken.filter(isUnderWay).length,
    paused: taken.filter(({ state }) => state === "paused").length,
  };
}

/** Milliseconds until `bytes` are sent. */
export const leftMs = (bytes: number, speed: number | null): number | null =>
  speed === null || speed <= 0 ? null : (bytes / speed) * 1_000;
