/** Small PDF files for tests: objects as they are written, with the table of where they stand. */

/** Objects from the second on are the caller's; the first is the catalogue, `catalog` what it says beside its pages (object 2). */
export function pdfOf(objects: readonly string[], { catalog = "", trailer = "" } = {}): Buffer {
  const all = [`<< /Type /Catalog /Pages 2 0 R ${catalog} >>`, ...objects];
  let text = "%PDF-1.7\n";
  const places: number[] = [];
  for (const [i, object] of all.entries()) {
    places.push(text.length);
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
  }
  const at = text.length;
  const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  text += `xref\n0 ${all.length + 1}\n0000000000 65535 f \n${rows}`;
  text += `trailer << /Size ${all.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF`;
  return Buffer.from(text, "latin1");
}

export const streamOf = (content: string, head = ""): string =>
  `<< /Length ${content.length} ${head} >>\nstream\n${content}\nendstream`;

/** Pages with these drawings, in Helvetica (F1) and its bold (F2). `page`: what each says more; `more`: objects after them. */
export function pagesOf(
  drawings: readonly string[],
  { page = "", more = [] as string[], catalog = "", trailer = "" } = {},
): Buffer {
  const first = 5;
  const kids = drawings.map((_, i) => `${first + i * 2} 0 R`).join(" ");
  const font = (name: string) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const resources = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>";
  return pdfOf(
    [
      `<< /Type /Pages /Count ${drawings.length} /Kids [${kids}] >>`,
      font("Helvetica"),
      font("Helvetica-Bold"),
      ...drawings.flatMap((drawing, i) => [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources ${resources} /Contents ${first + i * 2 + 1} 0 R ${page} >>`,
        streamOf(drawing),
      ]),
      ...more,
    ],
    { catalog, trailer },
  );
}

/** One line of text at a place. */
export const line = (x: number, y: number, text: string, { font = "F1", size = 10 } = {}): string =>
  `BT /${font} ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text.replace(/[()\\]/g, "\\$&")}) Tj ET\n`;
