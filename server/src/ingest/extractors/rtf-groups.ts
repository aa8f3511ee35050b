/** What an RTF file says, group by group: which text is whose, in which code page, and what is none. */
import type { Block } from "@orchestratex/sdk/contract";
import { openRtfFonts } from "./rtf-fonts.ts";
import { openRtfObject, type RtfObject } from "./rtf-objects.ts";
import type { Group, Into, State } from "./rtf-state.ts";
import { openRtfStory, type RtfPages, type RtfParagraph, type RtfStory } from "./rtf-story.ts";
import type { RtfHandlers } from "./rtf-tokens.ts";
import { dates, facts, numbers, parts, signs, starred, textless } from "./rtf-words.ts";

export type RtfGroups = RtfHandlers & {
  /** Files inside that have ended since it was asked last. */
  objects(): RtfObject[];
  end(): { facts: Record<string, unknown>; isCut: boolean };
};

export function openRtfGroups(out: (block: Block) => void, depth: number): RtfGroups {
  const pages: RtfPages = { page: 1, known: false };
  const body = openRtfStory(undefined, out, pages);
  const group: Group = {
    ...{
      into: "text",
      about: null,
      story: body,
      font: null,
      fallback: 1,
      deleted: false,
      starred: false,
      fresh: false,
    },
    end: null,
  };
  const state: State = {
    ...{ group, outer: [], deeper: 0, paragraph: { inTable: false, level: null }, bytes: [], skip: 0, collected: "" },
    ...{ styles: new Map(), style: { index: 0, level: null }, fonts: openRtfFonts(), pages, facts: {}, date: [] },
    ...{ links: new Set(), images: 0, author: "", depth, object: null, objects: [] },
  };
  return {
    open: () => openGroup(state),
    close: () => closeGroup(state),
    word: (name, value) => word(name, value, state),
    sign: (code) => sign(code, state),
    byte: (byte) => {
      if (state.skip > 0) state.skip--;
      else if (state.group.into === "object") state.object?.digit(byte);
      else if (state.group.into !== "nothing") {
        if (byte !== 32) state.group.fresh = false;
        state.bytes.push(byte);
        if (state.bytes.length > 4096) flush(state);
      }
    },
    raw: (bytes) => {
      if (state.group.into === "object") state.object?.bytes(bytes);
    },
    objects: () => state.objects.splice(0),
    skipping: () => state.group.into === "nothing" && state.skip === 0,
    end() {
      flush(state);
      const isCut = state.outer.length > 0;
      while (state.outer.length > 0) closeGroup(state);
      body.end();
      const links = state.links.size > 0 ? { links: [...state.links] } : {};
      return { facts: { ...state.facts, images: state.images, ...links }, isCut };
    },
  };
}

function openGroup(state: State): void {
  flush(state);
  state.skip = 0;
  if (state.outer.length >= state.depth) return void state.deeper++;
  state.outer.push(state.group);
  state.group = { ...state.group, end: null, starred: false, fresh: true };
}

function closeGroup(state: State): void {
  flush(state);
  state.skip = 0;
  if (state.deeper > 0) return void state.deeper--;
  const { end } = state.group;
  const outer = state.outer.pop();
  if (!outer) return;
  state.group = outer;
  end?.();
}

/** Bytes are decoded together: a letter may take two. */
function flush(state: State): void {
  const { bytes, group, fonts } = state;
  if (bytes.length === 0) return;
  const text = fonts.decode(bytes, group.into === "text" || group.into === "label" ? group.font : null);
  bytes.length = 0;
  say(text, state);
}

function say(text: string, state: State): void {
  const { group } = state;
  if (group.into === "text") {
    if (!group.deleted) group.story.text(text);
  } else if (group.into === "fonts") state.fonts.name(text);
  else if (group.into !== "nothing" && state.collected.length < 10_000) state.collected += text;
  if (group.into === "styles" && text.includes(";")) keepStyle(state);
}

function keepStyle(state: State): void {
  const name = state.collected.replace(/;.*$/s, "").trim();
  const named = /^heading ([1-9])$/i.exec(name)?.[1];
  const level = named === undefined ? (/^title$/i.test(name) ? 0 : state.style.level) : Number(named);
  if (level !== null && state.styles.size < 10_000) state.styles.set(state.style.index, level);
  state.collected = "";
  state.style = { index: 0, level: null };
}

function sign(code: number, state: State): void {
  if (state.skip > 0) return void state.skip--;
  flush(state);
  const char = String.fromCharCode(code);
  if (char === "*") state.group.starred = state.group.fresh;
  else if (char === "~") say("\u00a0", state);
  else if (char === "_") say("-", state);
  else if (char === "\\" || char === "{" || char === "}") say(char, state);
}

function word(name: string, value: number | null, state: State): void {
  if (name === "u" && value !== null) unicode(value, state);
  else if (state.skip > 0) state.skip--;
  else {
    flush(state);
    const { fresh, starred: isStarred, into } = state.group;
    state.group.fresh = false;
    if (into === "nothing" || into === "object" || (fresh && destination(name, isStarred, state))) return;
    meaning(name, value, state);
  }
}

function meaning(name: string, value: number | null, state: State): void {
  const { into } = state.group;
  const [written, about] = [signs[name], numbers[name]];
  if (written !== undefined) say(written, state);
  else if (into === "info" && about !== undefined && value !== null) keepNumber(about, value, state);
  else if (into === "info" && /^(yr|mo|dy|hr|min|sec)$/.test(name)) state.date.push(value ?? 0);
  else if (into === "fonts") fontWord(name, value ?? 0, state);
  else if (into !== "styles") properties(name, value, state);
  else if (name === "s") state.style.index = value ?? 0;
  else if (name === "outlinelevel" && value !== null && value < 9) state.style.level = value + 1;
}

function keepNumber(name: string, value: number, { facts: found, pages }: State): void {
  found[name] = value;
  if (name === "pages" && value > 1) pages.known = true;
}

/** A number above 32767 is written as a negative one; surrogates come one after the other. */
function unicode(value: number, state: State): void {
  flush(state);
  state.skip = state.group.fallback;
  if (state.group.into !== "nothing" && state.group.into !== "object") say(String.fromCharCode(value & 0xffff), state);
}

function fontWord(name: string, value: number, { fonts }: State): void {
  if (name === "f") fonts.begin(value);
  else if (name === "fcharset") fonts.charset(value);
  else if (name === "cpg") fonts.codePage(value);
}

/** True: the word says what its group is. */
function destination(name: string, isStarred: boolean, state: State): boolean {
  const { group } = state;
  const collect = (into: Into, end: (text: string) => void): true => {
    group.into = into;
    state.collected = "";
    group.end = () => {
      const text = state.collected.trim();
      state.collected = "";
      end(text);
    };
    return true;
  };
  const part = parts[name];
  if (part !== undefined) return openPart(part, state);
  if (name === "fonttbl") group.into = "fonts";
  else if (name === "stylesheet") group.into = "styles";
  else if (name === "info") group.into = "info";
  else if (group.into === "info" && facts[name] !== undefined)
    return collect("info", (text) => {
      if (text !== "") state.facts[facts[name] ?? name] = text.slice(0, 2000);
    });
  else if (group.into === "info" && dates[name] !== undefined) {
    state.date = [];
    group.end = () => keepDate(dates[name] ?? name, state);
  } else if (name === "fldinst") return collect("field", (text) => keepLink(text, state));
  else if (name === "objdata") openObject(state);
  else if (name === "listtext" || name === "pntext") return collect("label", (text) => group.story.label(text));
  else if (name === "atnauthor")
    return collect("author", (text) => {
      state.author = text.slice(0, 200);
    });
  else if (textless.has(name) || (isStarred && !starred.has(name))) {
    if (name === "pict") state.images++;
    group.into = "nothing";
  } else return false;
  return true;
}

function openObject(state: State): void {
  const object = openRtfObject();
  state.object = object;
  state.group.into = "object";
  state.group.end = () => {
    const found = object.end();
    state.object = null;
    if (found) state.objects.push(found);
  };
}

/** Headers and footers are told when they end, notes after the paragraph in which they are. */
function openPart(part: string, state: State): true {
  const { group, paragraph } = state;
  const outer = group.story;
  const blocks: Block[] = [];
  const story = openRtfStory(part, (block) => void blocks.push(block), null);
  group.story = story;
  group.into = "text";
  state.paragraph = { inTable: false, level: null };
  group.end = () => {
    story.end();
    state.paragraph = paragraph;
    const by = part === "comment" && state.author !== "" ? `${state.author}: ` : "";
    const [first, ...others] = blocks;
    if (first)
      outer.after([
        { ...first, text: `${by}${first.text}`, place: { ...first.place, part: story.part ?? part } },
        ...others,
      ]);
  };
  return true;
}

function keepDate(name: string, state: State): void {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = state.date;
  const two = (number: number) => String(number).padStart(2, "0");
  if (year > 0) state.facts[name] = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

function keepLink(code: string, { links }: State): void {
  const address = /^\s*HYPERLINK\s+(?!\\l)"?([^"\s]+)/i.exec(code)?.[1];
  if (address !== undefined && links.size < 500) links.add(address.slice(0, 2000));
}

function properties(name: string, value: number | null, state: State): void {
  const { group, fonts, paragraph, pages } = state;
  const { story } = group;
  if (name === "par" || name === "sect") {
    if (group.into === "text") story.endParagraph(paragraph);
  } else if (name === "cell" || name === "nestcell") story.endCell();
  else if (name === "row" || name === "nestrow") story.endRow();
  else if (name === "page") turn(pages, story, paragraph);
  else if (name === "pard") state.paragraph = { inTable: false, level: null };
  else if (name === "intbl") paragraph.inTable = true;
  else if (name === "s") paragraph.level = state.styles.get(value ?? 0) ?? null;
  else if (name === "outlinelevel") paragraph.level = value !== null && value >= 0 && value < 9 ? value + 1 : null;
  else if (name === "uc") group.fallback = Math.min(Math.max(value ?? 1, 0), 100);
  else if (name === "f") group.font = value;
  else if (name === "plain") [group.font, group.deleted] = [null, false];
  else if (name === "deleted") group.deleted = value !== 0;
  else if (name === "ansicpg" && value) fonts.setDefaultPage(value);
  else if (name === "mac") fonts.setDefaultPage(10000);
  else if (name === "pc") fonts.setDefaultPage(437);
  else if (name === "pca") fonts.setDefaultPage(850);
  else if (name === "deff") fonts.defaultFont = value ?? 0;
  else if (name === "ftnalt" && story.part === "footnote") story.part = "endnote";
}

function turn(pages: RtfPages, story: RtfStory, paragraph: RtfParagraph): void {
  if (story.part !== undefined) return;
  if (!paragraph.inTable) story.endParagraph(paragraph);
  pages.page++;
  pages.known = true;
}
