/** Uploads on the screen: a bar for each that is under way, a line for each that has ended. In a pipe only the latter. */
import path from "node:path";
import type { FileStage, StoredFile } from "@orchestratex/sdk/contract";
import { createLogUpdate } from "log-update";
import { count, duration, many, bytes as sizeOf } from "./figures.ts";
import { type Look, widthOf } from "./look.ts";
import { columns, cut, pad, wrap } from "./measure.ts";
import { safeLine } from "./safe-text.ts";

export type UploadRow = {
  /** Bytes whose hash is known. */
  checked(done: number, size: number): void;
  sent(received: number, size: number): void;
  /** It is being read. */
  read(file: StoredFile): void;
  /** The server does not answer, or cannot take it now, and is tried again. */
  waits(why: string): void;
  ended(file: StoredFile, duplicate: boolean): void;
  failed(code: string, why: string): void;
};

export type UploadScreen = {
  /** `more`: how many wait behind it. */
  begin(file: string, more: number): UploadRow;
  /** In a folder, and not uploaded. */
  left(file: string, why: string, isFault: boolean): void;
  /** How many could not be uploaded or read. */
  failed(): number;
  close(): void;
};

const DRAW_EVERY_MS = 80;

type Shown = {
  file: string;
  name: string;
  /** From 0 to 1; null: not known. */
  part: number | null;
  text: string;
  /** Beside the text, where there is room for it. */
  speed: string;
  /** It waits to be read. */
  isQueued: boolean;
};

type Tally = { ended: number; failed: number; duplicates: number };

/** `bars`: of standard error; `lines`: of standard output. */
export function openUploadScreen(bars: Look, lines: Look, json: boolean): UploadScreen {
  const draw = createLogUpdate(process.stderr);
  const rows = new Set<Shown>();
  const tally: Tally = { ended: 0, failed: 0, duplicates: 0 };
  let waiting = 0;
  const picture = () => draw(pictureOf([...rows], waiting, bars));
  const timer = bars.live ? setInterval(picture, DRAW_EVERY_MS).unref() : undefined;
  const tell = (text: string, data: object) => {
    if (bars.live) draw.clear();
    process.stdout.write(json ? `${JSON.stringify(data)}\n` : `${text}\n`);
    if (bars.live) picture();
  };
  return {
    begin(file, more) {
      const name = safeLine(path.basename(file));
      const row: Shown = { file, name, part: null, text: "", speed: "", isQueued: false };
      rows.add(row);
      waiting = more;
      return rowOf(row, bars, lines, (text, data, was) => {
        rows.delete(row);
        for (const name of ["ended", "failed", "duplicates"] as const) tally[name] += was[name];
        tell(text, data);
      });
    },
    left(file, why, isFault) {
      if (isFault) tally.failed++;
      const sign = lines.paint(isFault ? "red" : "yellow", lines.symbols.warning);
      const text = fit(`${sign} `, `${safeLine(file)}: ${why}`, lines);
      const status = isFault ? "failed" : "skipped";
      tell(text, { path: file, name: path.basename(file), status, error: { code: "file.local", message: why } });
    },
    failed: () => tally.failed,
    close() {
      clearInterval(timer);
      if (bars.live) draw.clear();
      draw.done();
      if (tally.ended + tally.failed > 1) process.stderr.write(`${sumOf(tally, bars)}\n`);
    },
  };
}

/** Half of the screen at most, so that what has ended stays in sight; what only waits to be read gives way first. */
function pictureOf(rows: readonly Shown[], waiting: number, look: Look): string {
  const width = widthOf(process.stderr);
  const most = Math.max(3, Math.floor((process.stderr.rows || 24) / 2) - 1);
  const [queued, active] = [rows.filter(({ isQueued }) => isQueued), rows.filter(({ isQueued }) => !isQueued)];
  const shown = rows.length <= most ? rows : [...active, ...queued].slice(0, most);
  const lines = shown.map((row) => barLine(row, look, width));
  const rest = waiting + rows.length - shown.length;
  if (rest > 0) lines.push(look.paint("dim", `  ${count(rest)} more`));
  return lines.join("\n");
}

function sumOf({ ended, failed, duplicates }: Tally, look: Look): string {
  const there = duplicates === 0 ? "" : ` (${count(duplicates)} had been there)`;
  const text = `${many(ended, "file")} uploaded${there}${failed === 0 ? "" : `, ${count(failed)} failed`}.`;
  return look.live ? wrap(text, widthOf(process.stderr)).join("\n") : text;
}

const stages: Record<FileStage, string> = {
  detect: "finding out what it is",
  extract: "reading",
  chunk: "dividing its text",
  store: "storing its text",
  embed: "embedding",
};

type End = (text: string, data: object, was: Tally) => void;

function rowOf(row: Shown, bars: Look, lines: Look, end: End): UploadRow {
  const began = performance.now();
  /** When bytes began to go, and how many were there already. */
  let first: { at: number; received: number } | undefined;
  return {
    checked(done, size) {
      row.part = size === 0 ? null : done / size;
      row.text = "looking through it";
    },
    sent(received, size) {
      first ??= { at: performance.now(), received };
      const speed = (1000 * (received - first.received)) / (performance.now() - first.at);
      row.part = size === 0 ? 1 : received / size;
      row.text = `${sizeOf(received)} of ${sizeOf(size)}`;
      row.speed = speed > 0 && Number.isFinite(speed) ? ` ${bars.symbols.dot} ${sizeOf(speed)}/s` : "";
    },
    waits(why) {
      row.text = safeLine(why);
      row.speed = "";
    },
    read({ stage, stage_done, stage_total, status }) {
      row.part = stage_done !== null && stage_total ? stage_done / stage_total : null;
      row.speed = "";
      row.isQueued = status === "queued";
      row.text = row.isQueued ? "waits to be read" : stage === null ? "being read" : stages[stage];
    },
    ended(file, duplicate) {
      const failed = file.status === "failed" ? 1 : 0;
      const was = { ended: 1 - failed, failed, duplicates: duplicate && failed === 0 ? 1 : 0 };
      const text = endText(row, file, duplicate ? null : performance.now() - began, lines);
      end(text, { path: row.file, ...file, duplicate }, was);
    },
    failed(code, why) {
      const text = fit(`${lines.paint("red", lines.symbols.warning)} `, `${row.name}: ${safeLine(why)}`, lines);
      const data = { path: row.file, name: path.basename(row.file), status: "failed", error: { code, message: why } };
      end(text, data, { ended: 0, failed: 1, duplicates: 0 });
    },
  };
}

/** Columns of everything that is neither name nor bar nor text. */
const BETWEEN = 10;

function barLine({ name, part, text, speed }: Shown, look: Look, width: number): string {
  const nameWidth = Math.max(12, Math.min(28, Math.floor(width * 0.3)));
  const bar = width < 50 ? 0 : width < 80 ? 10 : 20;
  const full = Math.round(Math.min(1, part ?? 0) * bar);
  const drawn =
    look.paint("cyan", look.symbols.full.repeat(full)) + look.paint("dim", look.symbols.empty.repeat(bar - full));
  const percent = part === null ? "    " : `${Math.floor(Math.min(1, part) * 100)}%`.padStart(4);
  const room = width - nameWidth - bar - BETWEEN;
  const rest = columns(text + speed) <= room ? text + speed : cut(text, room);
  return `  ${pad(cut(name, nameWidth), nameWidth)} ${drawn} ${percent}  ${look.paint("dim", rest)}`;
}

/** Lines of the terminal's width, all but the first set in; one line in a pipe. */
function fit(sign: string, text: string, look: Look): string {
  if (!look.live) return sign + text;
  return sign + wrap(text, widthOf(process.stdout) - 2).join("\n  ");
}

/** What became of a file, with its id; `ms` null: you had it before. */
function endText({ name }: Shown, file: StoredFile, ms: number | null, look: Look): string {
  const dim = (text: string) => fit("  ", text, look).replace(/\S[\s\S]*/, (all) => look.paint("dim", all));
  if (file.error) {
    const said = fit(`${look.paint("red", look.symbols.warning)} `, `${name}: ${safeLine(file.error.message)}`, look);
    return [said, dim(safeLine(file.error.remedy)), dim(file.id)].join("\n");
  }
  const known = safeLine(file.name) === name ? "you had it already" : `you had it already, as ${safeLine(file.name)}`;
  const facts = [
    file.type ?? "the bytes are there",
    sizeOf(file.size),
    ...(file.chunk_count > 0 ? [many(file.chunk_count, "chunk")] : []),
    ms === null ? known : duration(ms),
  ].join(` ${look.symbols.dot} `);
  const sign = `${look.paint("green", look.symbols.done)} `;
  const warnings = file.warnings.map(({ message }) => look.paint("yellow", fit("  ", safeLine(message), look)));
  const inOne = columns(name) + columns(facts) + file.id.length + 6 <= widthOf(process.stdout);
  if (!look.live || inOne)
    return [`${sign}${name}  ${look.paint("dim", `${facts}  ${file.id}`)}`, ...warnings].join("\n");
  return [fit(sign, name, look), dim(facts), dim(file.id), ...warnings].join("\n");
}
