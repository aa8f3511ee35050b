/** Markdown with GitHub's tables, task lists and footnotes. */
import type { Block } from "@orchestratex/sdk/contract";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { parse } from "yaml";
import { wholeText } from "../encoding.ts";
import { EnoughText, type Extractor, type Findings } from "./extractor.ts";
import { markdownPieces } from "./markdown-pieces.ts";

/** What one list of the facts names at most. */
const TOLD = 500;

export const markdown: Extractor = {
  name: "markdown",
  types: ["md"],
  async read(source, findings) {
    const text = await wholeText(source, findings.limits.wholeBytes);
    const { rest, line, title } = frontMatter(text, findings);
    await readMarkdown(rest, findings, { line });
    if (title !== undefined) findings.facts({ title });
  },
};

/** `line`: of its first line. `place`: of all its blocks, beside line and heading. */
export async function readMarkdown(
  text: string,
  findings: Findings,
  { line, place = {} }: { line?: number; place?: Block["place"] },
): Promise<void> {
  const reading = new Reading(findings, place);
  let done = 0;
  for (const piece of markdownPieces(text)) {
    reading.offset = line === undefined ? null : line + piece.line - 2;
    if (piece.plain) reading.plain(piece.text);
    else reading.tree(piece.text);
    done += piece.text.length;
    findings.progress(done, text.length);
    await findings.pause();
  }
  if (line !== undefined) findings.facts(reading.facts());
}

/** Settings between two lines of three hyphens, which are no part of the text. */
function frontMatter(text: string, findings: Findings): { rest: string; line: number; title?: unknown } {
  const [all = "", inside = ""] = /^---\r?\n([\s\S]{0,20000}?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text) ?? [];
  if (all === "") return { rest: text, line: 1 };
  try {
    const told: unknown = parse(inside, { maxAliasCount: 10 });
    if (typeof told !== "object" || told === null) return { rest: text, line: 1 };
    findings.facts({ front_matter: told });
    findings.block({ kind: "record", text: inside, place: { line: 2 } });
    return {
      rest: text.slice(all.length),
      line: all.split("\n").length,
      ...("title" in told ? { title: told.title } : {}),
    };
  } catch (error) {
    if (error instanceof EnoughText) throw error;
    return { rest: text, line: 1 };
  }
}

type Kind = Block["kind"];
type RootContent = ReturnType<typeof fromMarkdown>["children"][number];
type Table = Extract<RootContent, { type: "table" }>;

class Reading {
  /** What is added to the lines of a piece; null: lines mean nothing. */
  offset: number | null = null;
  readonly #findings: Findings;
  readonly #base: Block["place"];
  readonly #headings: string[] = [];
  readonly #links = new Map<string, string>();
  readonly #languages = new Set<string>();
  #title: string | null = null;
  #headingCount = 0;
  #tables = 0;
  #images = 0;

  constructor(findings: Findings, base: Block["place"]) {
    this.#findings = findings;
    this.#base = base;
  }

  #put(kind: Kind, text: string, line: number | undefined, part?: string): void {
    const heading = this.#headings.filter((above) => above !== undefined && above !== "");
    const at = this.offset === null || line === undefined ? {} : { line: this.offset + line };
    const place = { ...this.#base, ...at, ...(heading.length > 0 ? { heading } : {}), ...(part ? { part } : {}) };
    this.#findings.block({ kind, text: text.trim(), place });
  }

  #head(text: string, depth: number, line: number | undefined): void {
    this.#headings.length = Math.min(this.#headings.length, depth - 1);
    this.#put("heading", text, line);
    while (this.#headings.length < depth - 1) this.#headings.push("");
    this.#headings.push(text.slice(0, 200));
    this.#headingCount++;
    if (depth === 1) this.#title ??= text;
  }

  plain(text: string): void {
    for (const [at, one] of text.split(/\r?\n/).entries()) {
      const [, marks = "", words = ""] = /^(#{1,6})\s+(.{1,500}?)\s*#*$/.exec(one) ?? [];
      if (marks !== "") this.#head(words, marks.length, at + 1);
      else this.#put("paragraph", one, at + 1);
    }
  }

  tree(text: string): void {
    for (const node of fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }).children)
      this.#visit(node, "paragraph");
  }

  #visit(node: RootContent, kind: Kind, part?: string): void {
    const line = node.position?.start.line;
    switch (node.type) {
      case "heading":
        this.#head(this.#said(node), node.depth, line);
        break;
      case "paragraph":
        this.#put(kind, this.#said(node), line, part);
        break;
      case "code":
        if (node.lang) this.#languages.add(node.lang.slice(0, 40));
        this.#put("code", node.value, line === undefined ? line : line + 1, part);
        break;
      case "html":
        this.#put(kind, bare(node.value), line, part);
        break;
      case "table":
        this.#tables++;
        this.#rows(node);
        break;
      case "list":
        for (const [at, item] of node.children.entries()) {
          const number = node.ordered ? `${(node.start ?? 1) + at}. ` : "";
          const box = item.checked === true ? "[x] " : item.checked === false ? "[ ] " : "";
          this.#listItem(item.children, `${number}${box}`, part);
        }
        break;
      case "blockquote":
        for (const child of node.children) this.#visit(child, kind, part);
        break;
      case "footnoteDefinition":
        for (const child of node.children) this.#visit(child, "note", "footnote");
        break;
      case "definition":
        this.#links.set(node.url, node.title ?? node.label ?? "");
    }
  }

  #listItem(children: readonly RootContent[], mark: string, part?: string): void {
    let lead = mark;
    for (const child of children) {
      if (child.type === "paragraph")
        this.#put("list_item", lead + this.#said(child), child.position?.start.line, part);
      else this.#visit(child, "paragraph", part);
      lead = "";
    }
  }

  #rows(table: Table): void {
    for (const row of table.children)
      this.#put("table_row", row.children.map((child) => this.#said(child)).join("\t"), row.position?.start.line);
  }

  #said(node: RootContent): string {
    if (node.type === "link")
      this.#links.set(node.url, "children" in node ? node.children.map((child) => this.#said(child)).join("") : "");
    if (node.type === "image") this.#images++;
    if (node.type === "image" || node.type === "imageReference") return node.alt ?? "";
    if (node.type === "break") return "\n";
    if (node.type === "html") return /^<br\b/i.test(node.value) ? "\n" : "";
    if ("value" in node) return node.value;
    return "children" in node ? node.children.map((child) => this.#said(child)).join("") : "";
  }

  facts() {
    return {
      ...(this.#title === null ? {} : { title: this.#title }),
      ...{ headings: this.#headingCount, tables: this.#tables, images: this.#images },
      links: [...this.#links].slice(0, TOLD).map(([url, text]) => ({ url, text })),
      ...(this.#languages.size > 0 ? { code_languages: [...this.#languages].slice(0, TOLD) } : {}),
    };
  }
}

/** What HTML between Markdown says. */
const bare = (html: string): string =>
  html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, "")
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1>|$)/gi, "")
    .replace(/<[^<>]{0,2000}>/g, " ")
    .replace(/[ \t]+/g, " ")
    .trim();
