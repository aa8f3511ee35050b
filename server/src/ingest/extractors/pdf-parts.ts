/** What a PDF holds beside its pages: who made it, its outline, what is attached, written beside the text and filled in. */
import type { PDFDocumentProxy, PDFPageProxy } from "unpdf/pdfjs";
import type { Facts, Findings } from "./extractor.ts";
import { plain } from "./pdf-blocks.ts";

/** A part that is broken is left out, and a warning says which. */
export async function orWarn<T>(findings: Findings, what: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && error.name === "EnoughText") throw error;
    findings.warn("part_unreadable", `The file's ${what} could not be read`);
    return null;
  }
}

type Told = Partial<
  Record<
    "Title" | "Author" | "Subject" | "Keywords" | "Creator" | "Producer" | "Language" | "PDFFormatVersion",
    unknown
  > &
    Record<"CreationDate" | "ModDate" | "EncryptFilterName", unknown> &
    Record<"IsXFAPresent" | "IsAcroFormPresent" | "IsSignaturesPresent", boolean>
> & { Custom?: Record<string, unknown> };

export async function describe(pdf: PDFDocumentProxy): Promise<Facts> {
  const { info, metadata } = await pdf.getMetadata();
  const told = info as Told;
  const text = (value: unknown) =>
    typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 2000) : undefined;
  const custom = Object.entries(told.Custom ?? {}).slice(0, 100);
  const facts: Record<string, unknown> = {
    title: text(told.Title) ?? text(metadata?.get("dc:title")),
    author: text(told.Author) ?? text(metadata?.get("dc:creator")),
    subject: text(told.Subject),
    keywords: text(told.Keywords),
    creator: text(told.Creator),
    producer: text(told.Producer),
    language: text(told.Language),
    created_at: instant(told.CreationDate),
    modified_at: instant(told.ModDate),
    version: text(told.PDFFormatVersion),
    encrypted: told.EncryptFilterName ? true : undefined,
    form: told.IsXFAPresent ? "xfa" : told.IsAcroFormPresent ? "acroform" : undefined,
    signed: told.IsSignaturesPresent ? true : undefined,
    custom:
      custom.length > 0
        ? Object.fromEntries(custom.map(([key, value]) => [key, String(value).slice(0, 1000)]))
        : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** D:20240822125427+03'30' */
function instant(value: unknown): string | undefined {
  const match = /^(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-]\d\d)'?(\d\d)?)?/.exec(
    String(value ?? ""),
  );
  if (!match) return undefined;
  const [, year, month = "01", day = "01", hour = "00", minute = "00", second = "00", zone, zoneMinutes = "00"] = match;
  const offset = zone ? `${zone}:${zoneMinutes}` : "Z";
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

type Outline = { title: string; items?: Outline[] };

/** Titles without space and in small letters -> how deep they stand. */
export async function outlineOf(pdf: PDFDocumentProxy, findings: Findings): Promise<Map<string, number>> {
  const titles = new Map<string, number>();
  const shown: string[] = [];
  const visit = (items: readonly Outline[], depth: number) => {
    for (const { title, items: below } of items) {
      if (titles.size >= 5000 || depth > 10) return;
      if (plain(title).length > 1) titles.set(plain(title), titles.get(plain(title)) ?? depth);
      if (shown.length < 500) shown.push(title.trim().slice(0, 300));
      visit(below ?? [], depth + 1);
    }
  };
  visit(((await pdf.getOutline()) ?? []) as Outline[], 0);
  if (shown.length > 0) findings.facts({ outline: shown });
  return titles;
}

export async function attachmentsOf(pdf: PDFDocumentProxy, findings: Findings): Promise<void> {
  const attached = [...((await pdf.getAttachments()) ?? new Map())].slice(0, 200);
  if (attached.length > 0) findings.facts({ attachments: attached.map(([id, { filename }]) => filename || id) });
  for (const [id, { filename }] of attached) await attachment(pdf, id, filename || id, findings);
}

async function attachment(pdf: PDFDocumentProxy, id: string, name: string, findings: Findings): Promise<void> {
  const content = await pdf.getAttachmentContent(id);
  if (content) await findings.inner(name, content, name);
}

type Annotation = {
  subtype?: string;
  url?: string;
  unsafeUrl?: string;
  contentsObj?: { str?: string };
  titleObj?: { str?: string };
  textContent?: string[];
  fieldName?: string;
  alternativeText?: string;
  fieldValue?: unknown;
  fieldType?: string;
  checkBox?: boolean;
  radioButton?: boolean;
  file?: { filename?: string; content?: Uint8Array };
};

/** Comments, links, files pinned to the page, and fields with what was filled in. */
export async function annotationsOf(page: PDFPageProxy, links: Set<string>, findings: Findings): Promise<void> {
  const annotations = (await page.getAnnotations()) as Annotation[];
  for (const annotation of annotations.slice(0, 5000)) {
    const link = annotation.url ?? annotation.unsafeUrl;
    if (link && links.size < 500) links.add(link.slice(0, 2000));
    const place = { page: page.pageNumber };
    const field = filled(annotation);
    if (field) findings.block({ kind: "record", text: field, place: { ...place, part: "form" } });
    const said =
      annotation.contentsObj?.str?.trim() ||
      (annotation.subtype === "FreeText" ? annotation.textContent?.join("\n") : "");
    if (said && annotation.subtype !== "Widget" && annotation.subtype !== "Link") {
      const who = annotation.titleObj?.str?.trim();
      findings.block({ kind: "note", text: who ? `${who}: ${said}` : said, place: { ...place, part: "comment" } });
    }
    const { filename, content } = annotation.file ?? {};
    if (content) await findings.inner(filename ?? "attachment", content, filename ?? "attachment");
  }
}

function filled({
  subtype,
  fieldName,
  alternativeText,
  fieldValue,
  fieldType,
  checkBox,
  radioButton,
}: Annotation): string | null {
  if (subtype !== "Widget" || !fieldType || fieldType === "Sig") return null;
  const values = (Array.isArray(fieldValue) ? fieldValue : [fieldValue]).filter((value) => typeof value === "string");
  const value = values.join(", ").trim();
  if (value === "" || ((checkBox || radioButton) && value === "Off")) return null;
  return `${alternativeText || fieldName || "field"}: ${value}`;
}
