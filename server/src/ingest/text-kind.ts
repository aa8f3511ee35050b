/** What kind of text a text is: content that speaks for itself first, then the name, then what it looks like. */
import { languageByName, languageByShebang } from "./languages.ts";
import { type FileType, typeByMime, typeByName } from "./types.ts";

type About = { name: string; declaredMime: string | null /** `text` is all there is. */; whole: boolean };

/** Types whose files are text, so that a name may decide between them. */
const textTypes = new Set<FileType>(
  "txt md html xml svg json ndjson yaml toml ini csv tsv ipynb eml mbox srt vtt code".split(" ") as FileType[],
);

/** `text`: the beginning. */
export function textKind(text: string, about: About): FileType {
  const start = text.slice(0, 8192).trimStart();
  const named = textNamed(about);
  if (named === "code" || named === "md") return named;
  return certain(text, start, named, about) ?? (believable(start, named) ? named : null) ?? likely(text, start);
}

function textNamed({ name, declaredMime }: About): FileType | null {
  const byName = typeByName(name);
  if (byName !== null && byName !== "txt") return textTypes.has(byName) ? byName : null;
  if (languageByName(name) !== null) return "code";
  const declared = declaredMime === null ? null : typeByMime(declaredMime);
  if (byName === null && declared !== null && textTypes.has(declared)) return declared;
  return byName;
}

function certain(text: string, start: string, named: FileType | null, { whole }: About): FileType | null {
  if (/^WEBVTT(\s|$)/.test(start)) return "vtt";
  if (/^\d+\r?\n\d{1,2}:\d\d:\d\d[,.]\d{1,3} --> /.test(start)) return "srt";
  if (start.startsWith("<")) {
    const kind = markupKind(start, named) ?? (named === null && isElement(text, whole) ? "xml" : null);
    if (kind !== null) return kind;
  }
  if (/^[{[]/.test(start)) return jsonKind(text, whole, named);
  const mail = mailKind(text);
  return mail === "mbox" && named === "eml" ? named : mail;
}

/** Of fragments without `html` around them. */
const htmlRoots = new Set(
  "head body div table p ul ol dl h1 h2 h3 h4 h5 h6 title meta link script style span section article main header footer nav aside a b i u em strong br hr img center font blockquote pre form label tr td th tbody thead figure details".split(
    " ",
  ),
);

function markupKind(start: string, named: FileType | null): FileType | null {
  if (/^<!doctype\s+html/i.test(start)) return "html";
  const bare = start
    .replace(/<!--[\s\S]*?(-->|$)/g, "")
    .replace(/<\?[\s\S]*?(\?>|$)|<!DOCTYPE[^[>]*(\[[\s\S]*?\])?\s*>/gi, "");
  const root = /<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]/.exec(bare)?.[1]?.toLowerCase();
  if (root === "svg") return "svg";
  if (root === "html" || (named === "html" && root !== undefined && htmlRoots.has(root))) return "html";
  if (start.startsWith("<?xml") || /^<!DOCTYPE/.test(start)) return "xml";
  if (/^<[\w:.-]+\s[^>]*\bxmlns(:\w+)?=/.test(bare.trimStart())) return "xml";
  return root !== undefined && htmlRoots.has(root) && named !== "xml" ? "html" : null;
}

/** One element from end to end, without a declaration; of a long one the beginning. */
function isElement(text: string, whole: boolean): boolean {
  const start = text.slice(0, 8192).trimStart();
  const [, root] = /^<([A-Za-z_][\w:.-]*)(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*>\s*[^\s]/.exec(start) ?? [];
  return root !== undefined && (whole ? text.trimEnd().endsWith(`</${root}>`) : /<\/[\w:.-]+>/.test(start));
}

/** Null: it only looks like it. */
function jsonKind(text: string, whole: boolean, named: FileType | null): FileType | null {
  if (!jsonPrefix(text)) return named === "json" || named === "ipynb" ? named : null;
  if (/"nbformat"\s*:/.test(text) && /"cells"\s*:/.test(text)) return "ipynb";
  if (named === "ipynb") return named;
  const lines = text.split(/\r?\n/);
  // The last one may be cut; a single long value over many lines has lines that are no values.
  const full = lines.slice(0, whole ? undefined : -1).filter((line) => line.trim() !== "");
  if (full.length > 1 && full.slice(0, 20).every(isJson)) return "ndjson";
  if (named === "ndjson" || named === "json") return named;
  return !whole || isJson(text) ? "json" : null;
}

const isJson = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
};

/** Whether it goes on as JSON does: strings, numbers and names between its signs. */
function jsonPrefix(text: string): boolean {
  const head = text.slice(0, 4096);
  const bare = head.replace(/"(?:[^"\\\n]|\\.)*("|$)/g, "~");
  return (
    /^(?:[\s{}[\]:,~]|-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity|[a-zA-Z\d.-]+$)*$/.test(bare) &&
    !/^\s*\[\s*[^\s[\]{"\d~tfnNI-]/.test(bare)
  );
}

const mailFields =
  /^(from|to|cc|subject|date|received|message-id|mime-version|content-type|return-path|delivered-to|reply-to|sender|x-[\w-]+|dkim-signature|in-reply-to|content-transfer-encoding|importance|thread-index):/i;

function mailKind(text: string): FileType | null {
  const mailbox = /^From \S+.{0,60}\d{4}.{0,10}\r?\n/.test(text);
  // Apple Mail writes the length before.
  const counted = /^\d{1,10} *\r?\n(?=[!-9;-~]+:)/.test(text);
  const head = (mailbox || counted ? text.slice(text.indexOf("\n") + 1) : text).split(/\r?\n\r?\n/)[0] ?? "";
  const lines = head.split(/\r?\n/);
  if (!lines.every((line) => /^[!-9;-~]+:|^[ \t]/.test(line))) return null;
  const known = new Set(lines.flatMap((line) => mailFields.exec(line)?.[1]?.toLowerCase() ?? []));
  if (mailbox && known.size >= 2) return "mbox";
  const telling = ["from", "to", "received", "message-id", "mime-version", "return-path", "delivered-to"];
  if (known.has("mime-version") && known.has("content-type")) return "eml";
  return known.size >= 3 && telling.some((field) => known.has(field)) ? "eml" : null;
}

/** Whether text of this name may be what the name says. */
function believable(start: string, named: FileType | null): boolean {
  if (named === "json" || named === "ndjson" || named === "ipynb") return /^(["\d{[tfnN-]|\/[/*])/.test(start);
  if (named === "xml" || named === "svg") return start.includes("<");
  if (named === "eml" || named === "mbox")
    return /^(From |\d+ *\r?\n)?[!-9;-~]+:/.test(start) || start.startsWith("From ");
  if (named === "srt") return start.includes("-->");
  return named !== null && named !== "vtt";
}

/** Of text whose name says nothing. */
function likely(text: string, start: string): FileType {
  if (languageByShebang(start) !== null) return "code";
  const lines = text.split(/\r\n|\n|\r/, 200).slice(0, -1);
  const separator = separatorOf(lines);
  if (separator !== null) return separator === "\t" ? "tsv" : "csv";
  const share = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  if (/^---\r?\n/.test(start) && share(/^[\w-]+:(\s|$)/) >= 2) return "yaml";
  if (/^\[[\w .:"-]+\]\s*$/m.test(start) && share(/^\s*[\w.-]+\s*=/) >= 2) return "ini";
  return isMarkdown(lines) ? "md" : "txt";
}

/** With headings that stand alone: one below the other they are comments of settings. */
function isMarkdown(lines: readonly string[]): boolean {
  const isHeading = (line = "") => /^#{1,6} \S/.test(line);
  const alone = (line = "") => line.trim() === "" || /^[-*>] /.test(line);
  const headings = lines.filter(
    (line, i) => isHeading(line) && !/^#/.test(lines[i - 1] ?? "") && (i === lines.length - 1 || alone(lines[i + 1])),
  );
  const commented = lines.some((line, i) => line.startsWith("#") && (lines[i + 1] ?? "").startsWith("#"));
  if (headings.length === 0 || commented) return false;
  const marks = lines.filter((line) => /^([-*] |\d+\. |```|> )/.test(line)).length;
  return headings.length + marks >= 3 || lines.some((line) => /\[[^\]]+\]\(\S+\)/.test(line));
}

/** The same number of fields in every line, of at least three lines; null: no table. */
function separatorOf(lines: readonly string[]): string | null {
  const filled = lines.filter((line) => line.trim() !== "");
  if (filled.length < 3) return null;
  for (const separator of ["\t", ";", ",", "|"]) {
    const counts = filled.map((line) => line.replace(/"(?:[^"]|"")*"/g, "").split(separator).length - 1);
    const [first = 0] = counts;
    // At the end of every line it ends statements.
    if (filled.every((line) => line.trimEnd().endsWith(separator)) && first === 1) continue;
    if (first >= (separator === "," ? 2 : 1) && counts.every((count) => count === first)) return separator;
  }
  return null;
}
