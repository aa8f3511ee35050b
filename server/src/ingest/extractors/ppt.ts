/** PPT: slides of PowerPoint until 2003, from its records: [MS-PPT]. */
import { constants, inflateSync } from "node:zlib";
import type { Block, Place } from "@orchestratex/sdk/contract";
import { AppError } from "../../errors.ts";
import { EnoughText, type Extractor, type Findings } from "./extractor.ts";
import { isOle, openOle } from "./ole.ts";
import { tellOleObject } from "./ole-embedded.ts";
import { oleProperties } from "./ole-properties.ts";

/** [MS-PPT] 2.13.24 */
const record = {
  slide: 1006,
  notes: 1008,
  slideList: 4080,
  slidePersist: 1011,
  textHeader: 3999,
  wideText: 4000,
  narrowText: 4008,
  string: 4026,
  master: 1016,
  headersFooters: 4057,
  shape: 61444,
  placeholder: 3011,
  comment: 12000,
  object: 4113,
  persistDirectory: 6002,
};

/** What kinds of text there are that are titles. */
const titles = new Set([0, 6]);

/** `children`: it holds other records. */
type Atom = { type: number; instance: number; data: Buffer; children: boolean };

export const ppt: Extractor = {
  name: "ppt",
  types: ["ppt"],
  async read(source, findings) {
    const ole = openOle(await source.bytes(findings.limits.wholeBytes));
    if (ole.stream("EncryptedSummary") || isEncrypted(ole.stream("Current User")))
      throw new AppError("file.encrypted", "The presentation is protected by a password");
    const stream = ole.stream("PowerPoint Document");
    if (!stream) throw new AppError("file.unreadable", "It has no slides in it");
    findings.facts(oleProperties(ole));
    const slides = readSlides(stream);
    findings.facts({ slides: slides.length });
    tellAround(stream, findings);
    for (const [i, slide] of slides.entries()) {
      tellSlide(slide, i + 1, findings);
      findings.progress(i + 1, slides.length);
      if (i % 50 === 0) await findings.pause();
    }
    await tellObjects(stream, findings);
  },
};

/** [MS-PPT] 2.3.2: a mark in the record of who saved it last. */
const isEncrypted = (user: Buffer | null): boolean =>
  user !== null && user.length >= 16 && user.readUInt32LE(12) === 0xf3d1c4df;

type Text = { title: boolean; text: string };
type Slide = { texts: Text[]; boxes: Text[]; notes: Text[]; comments: string[] };

function* atoms(data: Buffer): Generator<Atom> {
  for (let at = 0; at + 8 <= data.length; ) {
    const head = data.readUInt16LE(at);
    const end = Math.min(data.length, at + 8 + data.readUInt32LE(at + 4));
    yield {
      type: data.readUInt16LE(at + 2),
      instance: head >> 4,
      data: data.subarray(at + 8, end),
      children: (head & 0xf) === 0xf,
    };
    at = end;
  }
}

/**
 * Where each object stands that another one names by number: later saves append a directory of what they changed, which goes before
 * the ones of earlier saves.
 */
function placesOf(stream: Buffer): Map<number, number> {
  const places = new Map<number, number>();
  for (const { type, data } of atoms(stream)) {
    if (type !== record.persistDirectory) continue;
    for (let at = 0; at + 4 <= data.length; ) {
      const head = data.readUInt32LE(at);
      const [first, count] = [head & 0xfffff, head >>> 20];
      for (let i = 0; i < count && at + 8 + i * 4 <= data.length; i++)
        places.set(first + i, data.readUInt32LE(at + 4 + i * 4));
      at += 4 + count * 4;
    }
  }
  return places;
}

/** The document lists its slides with their outlines; text that is not part of one stands in the slide itself. */
function readSlides(stream: Buffer): Slide[] {
  const places = placesOf(stream);
  const slides: (Slide & { id: number })[] = [];
  const notes: { reference: number }[] = [];
  for (const list of within(stream, record.slideList)) {
    // 0: slides, 1: masters, 2: notes.
    if (list.instance === 1) continue;
    let header = 4;
    for (const { type, data } of atoms(list.data)) {
      const reference = data.length >= 4 ? data.readUInt32LE(0) : 0;
      if (type === record.slidePersist && list.instance === 2) notes.push({ reference });
      else if (type === record.slidePersist)
        slides.push({ ...slideAt(stream, places.get(reference)), id: data.length >= 16 ? data.readUInt32LE(12) : 0 });
      else if (type === record.textHeader) header = reference;
      else addText(slides.at(-1)?.texts, { type, data }, header);
    }
  }
  for (const { reference } of notes) {
    const found = notesAt(stream, places.get(reference));
    slides.find(({ id }) => id === found.slide)?.notes.push(...found.texts);
  }
  return slides;
}

function* within(stream: Buffer, wanted: number): Generator<Atom> {
  // The document as it was saved last goes before earlier ones.
  let document: Atom | undefined;
  for (const atom of atoms(stream)) if (atom.type === 1000) document = atom;
  if (document) for (const atom of atoms(document.data)) if (atom.type === wanted) yield atom;
}

function objectAt(stream: Buffer, at: number | undefined, wanted: number): Atom | undefined {
  if (at === undefined || at + 8 > stream.length) return undefined;
  const { value } = atoms(stream.subarray(at)).next();
  return value?.type === wanted ? value : undefined;
}

function slideAt(stream: Buffer, at: number | undefined): Slide {
  const slide: Slide = { texts: [], boxes: [], notes: [], comments: [] };
  const atom = objectAt(stream, at, record.slide);
  if (atom) collect(atom.data, slide, 0);
  return slide;
}

/** The slide they belong to stands in their first record. */
function notesAt(stream: Buffer, at: number | undefined): { slide: number; texts: Text[] } {
  const found: Slide = { texts: [], boxes: [], notes: [], comments: [] };
  const atom = objectAt(stream, at, record.notes);
  if (!atom) return { slide: -1, texts: [] };
  collect(atom.data, found, 0);
  const first = atoms(atom.data).next().value;
  const slide = first && first.data.length >= 4 ? first.data.readUInt32LE(0) : -1;
  // What PowerPoint puts there for the number of the page.
  return { slide, texts: found.boxes.filter(({ text }) => text.trim() !== "*") };
}

/** Text in shapes, however they are grouped. */
function collect(data: Buffer, slide: Slide, depth: number): void {
  let header = 4;
  for (const atom of atoms(data)) {
    if (atom.type === record.comment) slide.comments.push(commentOf(atom.data));
    else if (atom.children && depth < 40) collect(atom.data, slide, depth + 1);
    else if (atom.type === 61453 && depth < 40) collect(atom.data, slide, depth + 1);
    else if (atom.type === record.textHeader && atom.data.length >= 4) header = atom.data.readUInt32LE(0);
    else addText(slide.boxes, atom, header);
  }
}

function addText(texts: Text[] | undefined, { type, data }: Pick<Atom, "type" | "data">, header: number): void {
  if (type !== record.wideText && type !== record.narrowText) return;
  const text = data.toString(type === record.wideText ? "utf16le" : "latin1");
  if (texts && texts.length < 5000) texts.push({ title: titles.has(header), text });
}

/** What every slide shows: headers and footers, and what was written on masters beside their placeholders. */
function tellAround(stream: Buffer, findings: Findings): void {
  const said = new Set<string>();
  const tell = (text: string, part: string) => {
    for (const line of linesOf(text))
      if (!said.has(line)) findings.block({ kind: "note", text: line, place: { part } });
    for (const line of linesOf(text)) said.add(line);
  };
  for (const atom of atoms(stream)) {
    const found: Slide = { texts: [], boxes: [], notes: [], comments: [] };
    if (atom.type === record.master) collectOwn(atom.data, found, 0);
    for (const { text } of found.boxes) tell(text, "master");
    if (atom.type !== 1000 && atom.type !== record.slide) continue;
    for (const { type, data } of atoms(atom.data))
      if (type === record.headersFooters)
        for (const { type, instance, data: text } of atoms(data))
          if (type === record.string) tell(text.toString("utf16le"), instance === 2 ? "footer" : "header");
  }
}

/** Shapes that are no placeholders. */
function collectOwn(data: Buffer, into: Slide, depth: number): void {
  for (const atom of atoms(data)) {
    if (atom.type === record.shape) {
      if (!holds(atom.data, record.placeholder, 0)) collect(atom.data, into, depth);
    } else if (atom.children && depth < 40) collectOwn(atom.data, into, depth + 1);
  }
}

function holds(data: Buffer, wanted: number, depth: number): boolean {
  for (const atom of atoms(data))
    if (
      atom.type === wanted ||
      (depth < 4 && (atom.children || atom.type === 61457) && holds(atom.data, wanted, depth + 1))
    )
      return true;
  return false;
}

/** Files inside, each a container of its own, deflated as a rule. */
async function tellObjects(stream: Buffer, findings: Findings): Promise<void> {
  const places = new Set(placesOf(stream).values());
  let number = 0;
  for (const place of places) {
    const object = objectAt(stream, place, record.object);
    if (!object || number >= 1000) continue;
    const name = `object ${++number}`;
    try {
      const most = { maxOutputLength: findings.limits.wholeBytes, finishFlush: constants.Z_SYNC_FLUSH };
      const bytes = object.instance === 1 ? inflateSync(object.data.subarray(4), most) : object.data;
      if (isOle(bytes)) await tellOleObject(bytes, name, findings);
    } catch (error) {
      if (error instanceof EnoughText) throw error;
      findings.warn("part_unreadable", `${name} could not be read: ${String((error as Error).message).slice(0, 300)}`);
    }
    await findings.pause();
  }
}

/** Who, what, and their initials: strings in this order. */
function commentOf(data: Buffer): string {
  const found = new Map<number, string>();
  for (const { type, instance, data: text } of atoms(data))
    if (type === record.string) found.set(instance, text.toString("utf16le").trim());
  const who = found.get(0);
  return who ? `${who}: ${found.get(1) ?? ""}` : (found.get(1) ?? "");
}

function tellSlide({ texts, boxes, notes, comments }: Slide, number: number, findings: Findings): void {
  const place: Place = { slide: number };
  const block = (kind: Block["kind"], text: string, part?: string) =>
    findings.block({ kind, text, place: part ? { ...place, part } : place });
  for (const { title, text } of [...texts, ...boxes]) {
    const lines = linesOf(text);
    if (title) {
      block("heading", lines.join(" "));
      place.heading = [lines.join(" ").slice(0, 200)];
    } else for (const line of lines) block(lines.length > 1 ? "list_item" : "paragraph", line);
  }
  for (const { text } of notes) block("note", linesOf(text).join("\n"), "notes");
  for (const text of comments) block("note", text, "comment");
}

/** A carriage return ends a paragraph, a vertical tab a line. */
const linesOf = (text: string): string[] =>
  text
    .split("\r")
    .map((line) => line.replace(/[\p{Cc}\s]+/gu, " ").trim())
    .filter((line) => line !== "" && line !== "*");
