/** From the tags of a page to its blocks. */
import type { Block } from "@orchestratex/sdk/contract";
import type { Findings } from "./extractor.ts";
import type { TagHandlers } from "./html-tags.ts";

type Kind = Block["kind"];
type Attributes = Readonly<Record<string, string>>;

const names = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Begin and end a block. */
const blocks = names(
  "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol option optgroup p pre search section select summary table tbody td tfoot th thead title tr ul",
);
/** Say nothing to who reads. */
const silent = names("script style template noembed iframe object canvas svg math datalist");
const TOLD = 500;
/** Characters of a row; with more, the table is there to arrange the page. */
const ROW_LENGTH = 4000;
/** What a cell counts for at least, so that rows of very many cells end too. */
const CELL_LENGTH = 4;
const HEADING = /^h([1-6])$/;

type List = { ordered: boolean; next: number };
type Words = { kind: Kind; text: string };

/** A row is open from its first cell on; `layout`: it holds so much that its cells are told as what they hold. */
type TableState = { cells: Words[][]; inCell: boolean; spans: number; length: number; layout: boolean };

export class Page implements TagHandlers {
  readonly #findings: Findings;
  readonly #headings: string[] = [];
  readonly #lists: List[] = [];
  readonly #tables: TableState[] = [];
  readonly #about = openFacts();
  /** Of the block that is open. */
  #text = "";
  #kind: Kind = "paragraph";
  #mark = "";
  /** Of the heading that is open; 0: none is. */
  #level = 0;
  /** How many that keep spaces are open. */
  #pre = 0;
  /** The silent element that is open, and how many of its name in it. */
  #skipped = "";
  #skip = 0;
  #link: { url: string; text: string } | null = null;
  #title: string | null = null;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  #flush(): void {
    const words = this.#pre > 0 ? this.#text.trimEnd().replace(/^\r?\n/, "") : spaced(this.#text);
    this.#text = "";
    if (words === "") return;
    if (this.#level > 0) {
      this.#head(words);
      return;
    }
    const own = this.#pre > 0 ? "code" : this.#kind;
    this.#put(own, own === "list_item" ? this.#mark + words : words);
    this.#mark = "";
  }

  #head(words: string): void {
    this.#headings.length = Math.min(this.#headings.length, this.#level - 1);
    this.#put("heading", words);
    while (this.#headings.length < this.#level - 1) this.#headings.push("");
    this.#headings.push(words.slice(0, 200));
    this.#about.headings++;
    if (this.#level === 1) this.#about.h1 ??= words;
  }

  /** Into the cell that is open, or out. */
  #put(own: Kind, words: string, depth = this.#tables.length): void {
    const table = this.#tables[depth - 1];
    const cell = table?.inCell ? table.cells.at(-1) : undefined;
    if (table && cell) {
      cell.push({ kind: own, text: words });
      table.length += words.length + CELL_LENGTH;
      table.layout ||= own === "heading" || table.length > ROW_LENGTH;
      if (table.layout) this.#spill(table, depth);
    } else if (depth > 1) this.#put(own, words, depth - 1);
    else {
      const heading = this.#headings.filter((above) => above !== "");
      this.#findings.block({ kind: own, text: words, place: heading.length > 0 ? { heading } : {} });
    }
  }

  #spill(table: TableState, depth: number): void {
    const { cells } = table;
    table.cells = [];
    for (const { kind: own, text: words } of cells.flat()) this.#put(own, words, depth - 1);
    table.cells = [[]];
  }

  open(name: string, attributes: Attributes): void {
    if (this.#skip > 0) {
      if (name === this.#skipped) this.#skip++;
      return;
    }
    if (silent.has(name)) {
      [this.#skip, this.#skipped] = [1, name];
      return;
    }
    if (blocks.has(name)) this.#flush();
    if (name === "title") this.#title ??= "";
    else this.#opened(name, attributes);
  }

  #opened(name: string, attributes: Attributes): void {
    const heading = HEADING.exec(name)?.[1];
    if (heading !== undefined) this.#level = Number(heading);
    else if (name === "br") this.#text += this.#pre > 0 ? "\n" : "\u2028";
    else if (name === "pre" || name === "textarea") this.#pre++;
    else if (name === "ul" || name === "ol" || name === "menu")
      this.#lists.push({ ordered: name === "ol", next: Number.parseInt(attributes["start"] ?? "1", 10) || 1 });
    else if (name === "li") this.#item(attributes);
    else if (name === "caption" || name === "figcaption") this.#kind = "caption";
    else if (name === "meta") this.#about.meta(attributes);
    else if (name === "html") this.#about.language ??= attributes["lang"] ?? null;
    else if (name === "a" && attributes["href"]) this.#link = { url: attributes["href"], text: "" };
    else if (name === "img" || name === "area") this.#picture(attributes);
    else if (name === "input" && /^(submit|button|this.#text)?$/i.test(attributes["type"] ?? ""))
      this.#text += ` ${attributes["value"] ?? attributes["placeholder"] ?? ""} `;
    else this.#tableOpened(name, attributes);
  }

  #item(attributes: Attributes): void {
    const list = this.#lists.at(-1);
    this.#kind = "list_item";
    if (list?.ordered) list.next = Number.parseInt(attributes["value"] ?? "", 10) || list.next;
    this.#mark = list?.ordered ? `${list.next++}. ` : "";
  }

  #picture(attributes: Attributes): void {
    this.#about.images++;
    const words = attributes["alt"]?.trim() || attributes["title"]?.trim();
    if (words) this.#text += ` ${words} `;
  }

  #tableOpened(name: string, attributes: Attributes): void {
    const table = this.#tables.at(-1);
    if (name === "table") {
      this.#about.tables++;
      this.#tables.push({ cells: [], inCell: false, spans: 1, length: 0, layout: false });
    } else if (name === "tr" && table) this.#rowEnded(table);
    else if ((name === "td" || name === "th") && table) {
      table.cells.push([]);
      table.spans = Math.min(Number.parseInt(attributes["colspan"] ?? "1", 10) || 1, 100);
      table.inCell = true;
    }
  }

  #rowEnded(table: TableState): void {
    const line = table.cells
      .map((cell) => cell.map(({ text: words }) => words.replaceAll("\t", " ")).join(" "))
      .join("\t");
    Object.assign(table, { cells: [], inCell: false, length: 0, layout: false });
    if (line.trim() !== "") this.#put("table_row", line.trimEnd());
  }

  close(name: string): void {
    if (this.#skip > 0) {
      if (name === this.#skipped) this.#skip--;
      return;
    }
    if (name === "title") {
      const title = spaced(this.#title ?? "");
      this.#about.title ??= title || null;
      this.#findings.block({ kind: "caption", text: title, place: { part: "title" } });
      this.#title = null;
    }
    if (name === "a" && this.#link) {
      this.#about.link(this.#link.url, spaced(this.#link.text));
      this.#link = null;
    }
    if (!blocks.has(name)) {
      if (name === "textarea") this.#pre = Math.max(0, this.#pre - 1);
      return;
    }
    this.#flush();
    this.#closed(name);
  }

  #closed(name: string): void {
    const table = this.#tables.at(-1);
    if (HEADING.test(name)) this.#level = 0;
    else if (name === "pre") this.#pre = Math.max(0, this.#pre - 1);
    else if (name === "ul" || name === "ol" || name === "menu") this.#lists.pop();
    else if (name === "li" || name === "caption" || name === "figcaption")
      this.#kind = name === "li" && this.#lists.length > 1 ? "list_item" : "paragraph";
    else if (name === "tr" && table) this.#rowEnded(table);
    else if ((name === "td" || name === "th") && table) {
      for (let more = 1; more < table.spans; more++) table.cells.push([]);
      [table.inCell, table.spans] = [false, 1];
    } else if (name === "table" && table) {
      this.#rowEnded(table);
      this.#tables.pop();
    }
  }

  text(words: string): void {
    if (this.#skip > 0) return;
    if (this.#title !== null) this.#title += words;
    else this.#text += words;
    if (this.#link !== null && this.#link.text.length < 500) this.#link.text += words;
  }

  end(): void {
    this.#flush();
    while (this.#tables.length > 0) this.#closed("table");
  }

  facts(): Record<string, unknown> {
    return this.#about.told();
  }
}

/** As a browser shows it: `\u2028` stands for a line end that was meant. */
const spaced = (text: string): string =>
  text
    .replace(/[ \t\r\n\f\u00a0]+/g, " ")
    .replace(/ ?\u2028 ?/g, "\n")
    .trim();

const metaNames: Readonly<Record<string, string>> = {
  author: "author",
  description: "description",
  keywords: "keywords",
  generator: "generator",
  date: "created_at",
  "og:title": "og_title",
  "og:description": "og_description",
  "article:published_time": "created_at",
  "article:author": "author",
};

function openFacts() {
  const links = new Map<string, string>();
  const meta: Record<string, string> = {};
  return {
    ...{ title: null as string | null, h1: null as string | null, language: null as string | null },
    ...{ headings: 0, tables: 0, images: 0 },
    meta({ name, property, content }: Attributes) {
      const key = metaNames[(name ?? property ?? "").toLowerCase()];
      if (key !== undefined && content) meta[key] ??= content.slice(0, 1000);
    },
    link(url: string, text: string) {
      if (links.size < TOLD) links.set(url.slice(0, 2000), text);
    },
    told() {
      const title = this.title ?? this.h1;
      return {
        ...(title === null ? {} : { title }),
        ...meta,
        ...(this.language === null ? {} : { declared_language: this.language }),
        ...{ headings: this.headings, tables: this.tables, images: this.images },
        links: [...links].map(([url, text]) => ({ url, text })),
      };
    },
  };
}
