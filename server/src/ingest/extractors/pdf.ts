/** PDF: pages in order of reading by pdf.js, and by PDFium where that finds nothing. */
import { getDocumentProxy } from "unpdf";
import type { PDFDocumentProxy, PDFPageProxy } from "unpdf/pdfjs";
import { AppError } from "../../errors.ts";
import type { Source } from "../source.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { EnoughText } from "./extractor.ts";
import { openPageBlocks, type PageBlocks } from "./pdf-blocks.ts";
import { linesOf, type Piece } from "./pdf-lines.ts";
import { inReadingOrder } from "./pdf-order.ts";
import { annotationsOf, attachmentsOf, describe, orWarn, outlineOf } from "./pdf-parts.ts";
import { openSecondReader, type SecondReader } from "./pdf-pdfium.ts";
import { mendedPdf } from "./pdf-salvage.ts";

/** Of one page; what comes after is left out. */
const pageBudget = { pieces: 200_000, ms: 4_000 };

/** Letters fewer than these are a page number, or nothing. */
const fewLetters = 20;

/** After as many broken pages in a row the number of pages is not believed any more. */
const brokenInRow = 50;

export const pdf: Extractor = {
  name: "pdf",
  types: ["pdf"],
  async read(given, findings) {
    const whole = await opened(given);
    if (!whole && (await readSecond(given, findings))) return;
    const mended = whole ? null : await mendedPdf(given);
    const document = whole ?? (mended && (await opened(mended)));
    if (!document) throw new AppError("file.unreadable", "It is not a PDF that any reader here can open");
    const source = mended ?? given;
    if (mended) findings.warn("cut_off", "The end of the file is missing: the pages that are left were read");
    try {
      const facts = await orWarn(findings, "description", () => describe(document));
      findings.facts({ pages: document.numPages, ...facts });
      const titles = (await orWarn(findings, "outline", () => outlineOf(document, findings))) ?? new Map();
      await readPages(source, document, openPageBlocks(titles), findings);
      await orWarn(findings, "attachments", () => attachmentsOf(document, findings));
    } finally {
      await document.loadingTask.destroy();
    }
  },
};

/** Null: it cannot be opened by this reader. Throws `file.encrypted`, `file.beyond_limits`. */
async function opened(source: Source, most = 256 * 1024 * 1024): Promise<PDFDocumentProxy | null> {
  // pdf.js takes the bytes away from whoever hands them over.
  const bytes = Uint8Array.from(await source.bytes(most));
  try {
    return await getDocumentProxy(bytes, { verbosity: 0, enableXfa: true, stopAtErrors: false });
  } catch (error) {
    if (error instanceof Error && error.name === "PasswordException")
      throw new AppError("file.encrypted", "It opens with a password only");
    return null;
  }
}

async function readPages(
  source: Source,
  document: PDFDocumentProxy,
  blocks: PageBlocks,
  findings: Findings,
): Promise<void> {
  const last = Math.min(document.numPages, findings.limits.pages);
  const links = new Set<string>();
  const empty = new Map<number, number>();
  let broken = 0;
  for (let number = 1; number <= last && broken < brokenInRow; number++) {
    const page = await document.getPage(number).catch(() => null);
    const letters = page ? await readPage(page, blocks, findings).catch(rethrowEnough) : null;
    broken = letters === null ? broken + 1 : 0;
    if ((letters ?? 0) < fewLetters) empty.set(number, letters ?? 0);
    if (page) await orWarn(findings, "comments and fields", () => annotationsOf(document, page, links, findings));
    page?.cleanup();
    findings.progress(number, last);
    await findings.pause();
  }
  for (const block of blocks.end()) findings.block(block);
  if (links.size > 0) findings.facts({ links: [...links] });
  if (document.numPages > findings.limits.pages)
    findings.warn("text_limited", `Only the first ${findings.limits.pages} of ${document.numPages} pages were read`);
  if (empty.size > 0) await readAgain(source, empty, findings, broken >= brokenInRow);
}

const rethrowEnough = (error: unknown): null => {
  if (error instanceof EnoughText) throw error;
  return null;
};

/** How many letters it has; many, where it is not worth another look. */
async function readPage(page: PDFPageProxy, blocks: PageBlocks, findings: Findings): Promise<number> {
  const { pieces, monospace, whole } = await piecesOf(page);
  const lines = inReadingOrder(linesOf(pieces, monospace));
  for (const block of blocks.add({ number: page.pageNumber, lines })) findings.block(block);
  if (!whole) {
    findings.warn("text_limited", `Page ${page.pageNumber} draws too much: only the beginning of it was read`);
    return Number.POSITIVE_INFINITY;
  }
  return lines.reduce((sum, { cells }) => sum + cells.reduce((length, cell) => length + cell.length, 0), 0);
}

type Pieces = { pieces: Piece[]; monospace: Set<string>; whole: boolean };

async function piecesOf(page: PDFPageProxy): Promise<Pieces> {
  const pieces: Piece[] = [];
  const monospace = new Set<string>();
  const began = performance.now();
  const take = ({ items, styles }: { items: object[]; styles: Record<string, { fontFamily: string }> }) => {
    for (const item of items) if ("str" in item) pieces.push(item as Piece);
    for (const [font, { fontFamily }] of Object.entries(styles)) if (fontFamily === "monospace") monospace.add(font);
  };
  if (page.isPureXfa) {
    take((await page.getTextContent()) as unknown as Parameters<typeof take>[0]);
    for (const [i, piece] of pieces.entries())
      Object.assign(piece, { dir: "ltr", transform: [10, 0, 0, 10, 0, -12 * i], width: 10, height: 10, fontName: "" });
    return { pieces, monospace, whole: true };
  }
  const reader = page.streamTextContent({ includeMarkedContent: false }).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { pieces, monospace, whole: true };
    take(value);
    if (pieces.length < pageBudget.pieces && performance.now() - began < pageBudget.ms) continue;
    await reader.cancel(new Error("enough"));
    return { pieces, monospace, whole: false };
  }
}

/**
 * Pages without text, once more by the second reader; those it finds pictures on alone want a reader of pictures. `letters`: page ->
 * how many the first one found.
 */
async function readAgain(
  source: Source,
  letters: ReadonlyMap<number, number>,
  findings: Findings,
  untrue: boolean,
): Promise<void> {
  const second = await openSecondReader(await source.bytes(findings.limits.wholeBytes)).catch(() => null);
  if (!second) {
    findings.warn("part_unreadable", `Nothing could be read on ${pagesOf([...letters.keys()])}`);
    return;
  }
  if (untrue) findings.facts({ pages: second.pages });
  await tellSecond(second, letters, findings);
}

/** False: it cannot be opened by this reader either. Throws `file.encrypted`. */
async function readSecond(source: Source, findings: Findings): Promise<boolean> {
  const second = await openSecondReader(await source.bytes(findings.limits.wholeBytes)).catch((error: unknown) => {
    if (error instanceof AppError && error.code !== "file.unreadable") throw error;
    return null;
  });
  if (!second) return false;
  const last = Math.min(second.pages, findings.limits.pages);
  findings.facts({ pages: second.pages });
  await tellSecond(second, new Map(Array.from({ length: last }, (_, i) => [i + 1, 0])), findings);
  return true;
}

async function tellSecond(
  second: SecondReader,
  letters: ReadonlyMap<number, number>,
  findings: Findings,
): Promise<void> {
  const pictures: number[] = [];
  for (const [number, found] of letters) {
    if (number > second.pages) continue;
    const { text, images } = orNothing(second, number);
    if (text.trim().length < fewLetters && images) pictures.push(number);
    // What the first reader found is told already.
    if (text.trim().length > 2 * found + (found > 0 ? fewLetters : 0))
      for (const paragraph of text.normalize("NFKC").split(/\r?\n\s*\r?\n/))
        findings.block({
          kind: "paragraph",
          text: paragraph.replace(/[^\S\n]+/g, " ").trim(),
          place: { page: number },
        });
    await findings.pause();
  }
  if (pictures.length > 0)
    findings.warn("needs_ocr", `There are only pictures on ${pagesOf(pictures)}: text in them is not recognised`);
}

/** It aborts where it gets no more memory, and can do nothing from then on. */
function orNothing(second: SecondReader, number: number): ReturnType<SecondReader["page"]> {
  try {
    return second.page(number);
  } catch {
    return { text: "", images: false };
  }
}

/** page 2 or pages 1-3, 7 */
function pagesOf(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  const named = runs.slice(0, 20).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return `${numbers.length === 1 ? "page" : "pages"} ${named.join(", ")}${runs.length > 20 ? " …" : ""}`;
}
