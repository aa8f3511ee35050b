/** Uploads on the screen: a bar for each that is under way, a line for each that has ended. In a pipe only the latter. */
import type { StoredFile } from "@orchestratex/sdk/contract";
import { createLogUpdate } from "log-update";
import { count, duration, many, bytes as sizeOf } from "./figures.ts";
import type { Look } from "./look.ts";
import { cut, pad } from "./measure.ts";
import { safeLine } from "./safe-text.ts";

export type UploadRow = {
  sent(received: number, size: number): void;
  /** It is being read. */
  read(file: StoredFile): void;
  ended(file: StoredFile, duplicate: boolean): void;
  failed(why: string): void;
};

export type UploadScreen = {
  /** `more`: how many wait behind it. */
  begin(name: string, more: number): UploadRow;
  close(): void;
};

const BAR = 20;
const NAME = 28;
const DRAW_EVERY_MS = 80;

type Shown = { name: string; part: number | null; text: string };

export function openUploadScreen(look: Look, json: boolean): UploadScreen {
  const draw = createLogUpdate(process.stderr);
  const rows = new Set<Shown>();
  let waiting = 0;
  const picture = () => {
    const lines = [...rows].map((row) => barLine(row, look));
    if (waiting > 0) lines.push(look.paint("dim", `  and ${count(waiting)} more`));
    draw(lines.join("\n"));
  };
  const timer = look.live ? setInterval(picture, DRAW_EVERY_MS).unref() : undefined;
  const end = (row: Shown, line: string, data: object) => {
    rows.delete(row);
    if (look.live) draw.clear();
    process.stdout.write(json ? `${JSON.stringify(data)}\n` : `${line}\n`);
    if (look.live) picture();
  };
  return {
    begin(name, more) {
      const row: Shown = { name: safeLine(name), part: 0, text: "" };
      rows.add(row);
      waiting = more;
      return rowOf(row, look, (line, data) => end(row, line, data));
    },
    close() {
      clearInterval(timer);
      if (look.live) draw.clear();
    },
  };
}

function rowOf(row: Shown, look: Look, end: (line: string, data: object) => void): UploadRow {
  const began = performance.now();
  return {
    sent(received, size) {
      const seconds = (performance.now() - began) / 1000;
      row.part = size === 0 ? 1 : received / size;
      row.text = `${sizeOf(received)} of ${sizeOf(size)} ${look.symbols.dot} ${sizeOf(received / Math.max(0.001, seconds))}/s`;
    },
    read({ stage, stage_done, stage_total, status }) {
      row.part = stage_done !== null && stage_total ? stage_done / stage_total : null;
      row.text = status === "queued" ? "waits to be read" : (stage ?? "being read");
    },
    ended(file, duplicate) {
      end(endLine(file, duplicate, performance.now() - began, look), { ...file, duplicate });
    },
    failed(why) {
      const line = `${look.paint("red", look.symbols.warning)} ${row.name}: ${safeLine(why)}`;
      end(line, { name: row.name, status: "failed", error: { message: why } });
    },
  };
}

function barLine({ name, part, text }: Shown, look: Look): string {
  const full = part === null ? 0 : Math.round(Math.min(1, part) * BAR);
  const bar =
    look.paint("cyan", look.symbols.full.repeat(full)) + look.paint("dim", look.symbols.empty.repeat(BAR - full));
  const percent = part === null ? "    " : `${Math.floor(part * 100)}%`.padStart(4);
  return `  ${pad(cut(name, NAME), NAME)} ${bar} ${percent}  ${look.paint("dim", cut(text, Math.max(10, look.width - NAME - BAR - 12)))}`;
}

/** What became of a file, in a line; a second one where there is more to say. */
function endLine(file: StoredFile, duplicate: boolean, ms: number, look: Look): string {
  const name = safeLine(file.name);
  if (file.error) {
    const said = `${look.paint("red", look.symbols.warning)} ${name}: ${safeLine(file.error.message)}`;
    return `${said}\n  ${look.paint("dim", safeLine(file.error.remedy))}`;
  }
  const facts = [
    file.type ?? "bytes are there",
    sizeOf(file.size),
    ...(file.chunk_count > 0 ? [many(file.chunk_count, "chunk")] : []),
    duplicate ? "you had it already" : duration(ms),
  ];
  const line = `${look.paint("green", look.symbols.done)} ${name}  ${look.paint("dim", `${facts.join(` ${look.symbols.dot} `)}  ${file.id}`)}`;
  return [line, ...file.warnings.map(({ message }) => `  ${look.paint("yellow", safeLine(message))}`)].join("\n");
}
