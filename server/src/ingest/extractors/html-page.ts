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

export type Page = TagHandlers & { end(): void; facts(): Record<string, unknown> };

export function openPage(findings: Findings): Page {
  const headings: string[] = [];
  const lists: List[] = [];
  const tables: TableState[] = [];
  const about = openFacts();
  /** `skip` counts elements inside a silent one. */
  let [text, kind, mark, skip, pre, level] = ["", "paragraph" as Kind, "", 0, 0, 0];
  let skipped = "";
  let link: { url: string; text: string } | null = null;
  let title: string | null = null;

  function flush(): void {
    const words = pre > 0 ? text.replace(/\s+$/, "").replace(/^\r?\n/, "") : spaced(text);
    text = "";
    if (words === "") return;
    if (level > 0) {
      head(words);
      return;
    }
    const own = pre > 0 ? "code" : kind;
    put(own, own === "list_item" ? mark + words : words);
    mark = "";
  }

  function head(words: string): void {
    headings.length = Math.min(headings.length, level - 1);
    put("heading", words);
    while (headings.length < level - 1) headings.push("");
    headings.push(words.slice(0, 200));
    about.headings++;
    if (level === 1) about.h1 ??= words;
  }

  /** Into the cell that is open, or out. */
  function put(own: Kind, words: string, depth = tables.length): void {
    const table = tables[depth - 1];
    const cell = table?.inCell ? table.cells.at(-1) : undefined;
    if (table && cell) {
      cell.push({ kind: own, text: words });
      table.length += words.length + CELL_LENGTH;
      table.layout ||= own === "heading" || table.length > ROW_LENGTH;
      if (table.layout) spill(table, depth);
    } else if (depth > 1) put(own, words, depth - 1);
    else {
      const heading = headings.filter((above) => above !== "");
      findings.block({ kind: own, text: words, place: heading.length > 0 ? { heading } : {} });
    }
  }

  function spill(table: TableState, depth: number): void {
    const { cells } = table;
    table.cells = [];
    for (const { kind: own, text: words } of cells.flat()) put(own, words, depth - 1);
    table.cells = [[]];
  }

  function open(name: string, attributes: Attributes): void {
    if (skip > 0) {
      if (name === skipped) skip++;
      return;
    }
    if (silent.has(name)) {
      [skip, skipped] = [1, name];
      return;
    }
    if (blocks.has(name)) flush();
    if (name === "title") title ??= "";
    else opened(name, attributes);
  }

  function opened(name: string, attributes: Attributes): void {
    const heading = HEADING.exec(name)?.[1];
    if (heading !== undefined) level = Number(heading);
    else if (name === "br") text += pre > 0 ? "\n" : "\u2028";
    else if (name === "pre" || name === "textarea") pre++;
    else if (name === "ul" || name === "ol" || name === "menu")
      lists.push({ ordered: name === "ol", next: Number.parseInt(attributes["start"] ?? "1", 10) || 1 });
    else if (name === "li") item(attributes);
    else if (name === "caption" || name === "figcaption") kind = "caption";
    else if (name === "meta") about.meta(attributes);
    else if (name === "html") about.language ??= attributes["lang"] ?? null;
    else if (name === "a" && attributes["href"]) link = { url: attributes["href"], text: "" };
    else if (name === "img" || name === "area") picture(attributes);
    else if (name === "input" && /^(submit|button|text)?$/i.test(attributes["type"] ?? ""))
      text += ` ${attributes["value"] ?? attributes["placeholder"] ?? ""} `;
    else tableOpened(name, attributes);
  }

  function item(attributes: Attributes): void {
    const list = lists.at(-1);
    kind = "list_item";
    if (list?.ordered) list.next = Number.parseInt(attributes["value"] ?? "", 10) || list.next;
    mark = list?.ordered ? `${list.next++}. ` : "";
  }

  function picture(attributes: Attributes): void {
    about.images++;
    const words = attributes["alt"]?.trim() || attributes["title"]?.trim();
    if (words) text += ` ${words} `;
  }

  function tableOpened(name: string, attributes: Attributes): void {
    const table = tables.at(-1);
    if (name === "table") {
      about.tables++;
      tables.push({ cells: [], inCell: false, spans: 1, length: 0, layout: false });
    } else if (name === "tr" && table) rowEnded(table);
    else if ((name === "td" || name === "th") && table) {
      table.cells.push([]);
      table.spans = Math.min(Number.parseInt(attributes["colspan"] ?? "1", 10) || 1, 100);
      table.inCell = true;
    }
  }

  function rowEnded(table: TableState): void {
    const line = table.cells
      .map((cell) => cell.map(({ text: words }) => words.replaceAll("\t", " ")).join(" "))
      .join("\t");
    Object.assign(table, { cells: [], inCell: false, length: 0, layout: false });
    if (line.trim() !== "") put("table_row", line.trimEnd());
  }

  function close(name: string): void {
    if (skip > 0) {
      if (name === skipped) skip--;
      return;
    }
    if (name === "title") {
      about.title ??= spaced(title ?? "") || null;
      title = null;
    }
    if (name === "a" && link) {
      about.link(link.url, spaced(link.text));
      link = null;
    }
    if (!blocks.has(name)) {
      if (name === "textarea") pre = Math.max(0, pre - 1);
      return;
    }
    flush();
    closed(name);
  }

  function closed(name: string): void {
    const table = tables.at(-1);
    if (HEADING.test(name)) level = 0;
    else if (name === "pre") pre = Math.max(0, pre - 1);
    else if (name === "ul" || name === "ol" || name === "menu") lists.pop();
    else if (name === "li" || name === "caption" || name === "figcaption")
      kind = name === "li" && lists.length > 1 ? "list_item" : "paragraph";
    else if (name === "tr" && table) rowEnded(table);
    else if ((name === "td" || name === "th") && table) {
      for (let more = 1; more < table.spans; more++) table.cells.push([]);
      [table.inCell, table.spans] = [false, 1];
    } else if (name === "table" && table) {
      rowEnded(table);
      tables.pop();
    }
  }

  return {
    open,
    close,
    text(words) {
      if (skip > 0) return;
      if (title !== null) title += words;
      else text += words;
      if (link !== null && link.text.length < 500) link.text += words;
    },
    end() {
      flush();
      while (tables.length > 0) closed("table");
    },
    facts: () => about.told(),
  };
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
