/** Files in a table, one file whole, and what was found in them. Pure. */
import { type FileHits, FileStage, type Place, type StoredFile } from "@orchestratex/sdk/contract";
import { entry, note, rule } from "./blocks.ts";
import { bytes, count, duration, many } from "./figures.ts";
import type { Look } from "./look.ts";
import { wrap } from "./measure.ts";
import { safe, safeLine } from "./safe-text.ts";
import { type Column, table } from "./table.ts";

const columns: readonly Column<StoredFile>[] = [
  { title: "FILE", cell: ({ id }) => id },
  { title: "STATE", cell: stateOf },
  { title: "TYPE", cell: ({ type }) => type ?? "-" },
  { title: "SIZE", align: "right", cell: ({ size }) => bytes(size) },
  { title: "CHUNKS", align: "right", cell: ({ chunk_count }) => count(chunk_count) },
  { title: "NAME", cell: ({ name }) => safeLine(name) },
];

/** `more`: there are others. */
export function fileTable(files: readonly StoredFile[], more: boolean, look: Look): string {
  if (files.length === 0) return "There are no such files.\n";
  const rest = look.paint("dim", `The newest ${count(files.length)}; --limit says how many are shown.`);
  return `${table(files, columns, look)}${more ? `${rest}\n` : ""}`;
}

function stateOf({ status, stage, received, size }: StoredFile): string {
  if (status === "uploading") return `uploading ${size === 0 ? 0 : Math.floor((100 * received) / size)}%`;
  return status === "processing" && stage !== null ? stage : status;
}

export function filePage(file: StoredFile, look: Look): string {
  const { error, warnings, metadata, analysis } = file;
  const facts: [string, string | null][] = [
    ["id", file.id],
    ["state", stateOf(file)],
    ["type", [file.type, file.mime, file.encoding].filter((part) => part !== null).join(", ") || null],
    ["size", bytes(file.size)],
    ["sha256", file.sha256],
    ["text", file.text_length === null ? null : many(file.text_length, "character")],
    [
      "chunks",
      file.chunk_count === 0
        ? null
        : `${count(file.chunk_count)}, embedded by ${file.embedding_model ?? "nothing yet"}`,
    ],
    ["uploaded", file.created_at],
    ["took", timesOf(file)],
  ];
  const lines = facts.map(([label, text]) => (text === null ? "" : entry(label, [safeLine(text)], look)));
  const again = error?.retry ? ` npx orchestratex files retry ${file.id}` : "";
  const troubles = [
    ...(error ? [note("red", safeLine(`${sentence(error.message)} ${error.remedy}${again}`), look)] : []),
    ...warnings.map(({ message }) => note("yellow", safeLine(message), look)),
  ];
  const rest = [section("What its type tells", metadata, look), section("What its text tells", analysis, look)];
  return [rule(safeLine(file.name), look), ...lines, ...troubles, ...rest].join("");
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const timesOf = ({ stage_times }: StoredFile): string | null =>
  FileStage.options
    .flatMap((stage) => (stage_times[stage] === undefined ? [] : [`${stage} ${duration(stage_times[stage])}`]))
    .join(", ") || null;

/** Of a list only the first; `--json` has them all. */
const SHOWN = 12;

function section(title: string, facts: Readonly<Record<string, unknown>>, look: Look): string {
  const isSaid = ([, value]: [string, unknown]) => !(Array.isArray(value) && value.length === 0);
  const all = Object.entries(facts)
    .filter(isSaid)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return "";
  const lines = all.flatMap(([name, value]) => factLines(name.replaceAll("_", " "), value));
  const set = lines.map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    const [first = "", ...more] = wrap(safeLine(line), look.width - indent.length - 4);
    return [`${indent}  ${first}`, ...more.map((rest) => `${indent}    ${rest}`)].join("\n");
  });
  return `\n${rule(title, look)}${set.join("\n")}\n`;
}

function factLines(name: string, value: unknown): string[] {
  if (!Array.isArray(value) || !value.some((one) => typeof one === "object")) return [`${name}: ${said(value)}`];
  const left = value.length - SHOWN;
  return [
    `${name}:`,
    ...value.slice(0, SHOWN).map((one) => `  ${said(one)}`),
    ...(left > 0 ? [`  and ${count(left)} more: --json has all`] : []),
  ];
}

/** In a line: `name Costs, rows 12, header Year Sum`. */
function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).join(", ");
  if (typeof value !== "object" || value === null) return String(value ?? "-");
  const titles = Object.entries(value).filter(([name]) => name === "name" || name === "text");
  const others = Object.entries(value).filter(([name]) => name !== "name" && name !== "text");
  const rest = others.map(([name, one]) => {
    const text = Array.isArray(one) ? one.map(said).join(" | ") : said(one);
    return `${name.replaceAll("_", " ")} ${text}`;
  });
  return [...titles.map(([, title]) => said(title)), ...rest].join(", ");
}

export function fileHits({ hits, embedding, not_compared }: FileHits, query: string, look: Look): string {
  const found = hits.map(({ file_name, place, score, text }) => {
    const at = placeOf(place);
    const head = wrap(`${safeLine(file_name)}${at === "" ? "" : `  ${at}`}`, look.width - 9).join(`\n${" ".repeat(9)}`);
    return `${look.paint("bold", score.toFixed(3))}    ${head}\n${entry("", excerpt(text, query, look), look)}`;
  });
  const by = `by ${embedding.model}${embedding.kind === "lexical" ? " (words and parts of words, without a model)" : ""}`;
  const rest = not_compared === 0 ? "" : `; ${many(not_compared, "file")} not compared, as another model embedded them`;
  const none = hits.length === 0 ? "Nothing similar was found.\n" : "";
  return `${none}${found.join("\n")}${look.paint("dim", `${by}${rest}`)}\n`;
}

const EXCERPT_LINES = 6;

/** As many lines as are read at a glance: where most of the question's words are. */
function excerpt(text: string, query: string, look: Look): string[] {
  const lines = wrap(safe(text), look.width - 15).filter((line) => line.trim() !== "");
  const last = Math.max(0, lines.length - EXCERPT_LINES);
  const words = [...new Set(query.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])];
  const weightAt = (start: number) => {
    const window = lines
      .slice(start, start + EXCERPT_LINES)
      .join(" ")
      .toLowerCase();
    return words.filter((word) => window.includes(word)).length;
  };
  let best = 0;
  for (let start = 1; start <= last; start++) if (weightAt(start) > weightAt(best)) best = start;
  const shown = lines.slice(best, best + EXCERPT_LINES);
  return [
    ...shown.map((line, at) => (at === 0 && best > 0 ? `… ${line}` : line)).slice(0, -1),
    `${shown.at(-1) ?? ""}${best < last ? " …" : ""}`,
  ];
}

/** In words: which part of which file, where in it, under what heading. */
export function placeOf(place: Place): string {
  const { page, slide, sheet, cells, line, time_s, heading, path, symbol, part } = place;
  const parts = [
    path ?? null,
    page === undefined ? null : `page ${page}`,
    slide === undefined ? null : `slide ${slide}`,
    sheet === undefined ? null : `sheet ${sheet}${cells === undefined ? "" : ` ${cells}`}`,
    time_s === undefined ? null : `at ${duration(time_s * 1000)}`,
    part ?? null,
    symbol ?? null,
    heading === undefined || heading.length === 0 ? null : heading.join(" > "),
    line === undefined ? null : `line ${line}`,
  ].filter((one) => one !== null);
  return safeLine(parts.join(", "));
}
