/** Files in a table, one file whole, and what was found in them. Pure. */
import type { FileHits, Place, StoredFile } from "@orchestratex/sdk/contract";
import { entry, note, rule } from "./blocks.ts";
import { bytes, count, duration, many } from "./figures.ts";
import type { Look } from "./look.ts";
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

export const fileTable = (files: readonly StoredFile[], look: Look): string =>
  files.length === 0 ? "There are no such files.\n" : table(files, columns, look);

function stateOf({ status, stage, received, size }: StoredFile): string {
  if (status === "uploading") return `uploading ${size === 0 ? 0 : Math.floor((100 * received) / size)}%`;
  return status === "processing" && stage !== null ? stage : status;
}

export function filePage(file: StoredFile, look: Look): string {
  const { error, warnings, metadata, analysis, stage_times } = file;
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
    [
      "took",
      Object.entries(stage_times)
        .map(([stage, ms]) => `${stage} ${duration(ms)}`)
        .join(", ") || null,
    ],
  ];
  const lines = facts.map(([label, text]) => (text === null ? "" : entry(label, [safeLine(text)], look)));
  const troubles = [
    ...(error ? [note("red", safeLine(`${error.message}. ${error.remedy}`), look)] : []),
    ...warnings.map(({ message }) => note("yellow", safeLine(message), look)),
  ];
  const rest = [section("What its type tells", metadata, look), section("What its text tells", analysis, look)];
  return [rule(safeLine(file.name), look), ...lines, ...troubles, ...rest].join("");
}

function section(title: string, facts: Readonly<Record<string, unknown>>, look: Look): string {
  const all = Object.entries(facts);
  if (all.length === 0) return "";
  const said = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return `\n${rule(title, look)}${all.map(([name, value]) => entry("", [safeLine(`${name}: ${said(value)}`)], look)).join("")}`;
}

export function fileHits({ hits, embedding, not_compared }: FileHits, look: Look): string {
  const found = hits.map(({ file_name, place, score, text }) => {
    const head = `${look.paint("bold", score.toFixed(3))}  ${safeLine(file_name)}${look.paint("dim", placeOf(place))}`;
    return `${head}\n${entry("", safe(text).split("\n").slice(0, 6), look)}`;
  });
  const by = `by ${embedding.model}${embedding.kind === "lexical" ? " (words and parts of words, without a model)" : ""}`;
  const rest = not_compared === 0 ? "" : `; ${many(not_compared, "file")} not compared, as another model embedded them`;
  const none = hits.length === 0 ? "Nothing similar was found.\n" : "";
  return `${none}${found.join("\n")}${look.paint("dim", `${by}${rest}`)}\n`;
}

function placeOf({ page, slide, sheet, cells, line, time_s, heading, path, symbol }: Place): string {
  const parts = [
    page === undefined ? null : `page ${page}`,
    slide === undefined ? null : `slide ${slide}`,
    sheet === undefined ? null : `sheet ${sheet}${cells === undefined ? "" : ` ${cells}`}`,
    time_s === undefined ? null : `at ${duration(time_s * 1000)}`,
    path ?? null,
    symbol ?? null,
    heading === undefined || heading.length === 0 ? null : heading.join(" > "),
    line === undefined ? null : `line ${line}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "" : `  ${safeLine(parts.join(", "))}`;
}
