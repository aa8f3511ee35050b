/** The second reader of PDF: for files and pages the first one finds no text in. */
import { type PDFiumDocument, PDFiumLibrary } from "@hyzyla/pdfium";
import { AppError } from "../../errors.ts";

export type SecondReader = {
  pages: number;
  /** `images`: there are pictures on it. */
  page(number: number): { text: string; images: boolean };
};

/** Throws `file.encrypted`, or `file.unreadable`. Its module is dead after an abort, and so is this process then. */
export async function openSecondReader(bytes: Uint8Array): Promise<SecondReader> {
  const library = await PDFiumLibrary.init();
  let document: PDFiumDocument;
  try {
    document = await library.loadDocument(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    if (/password|security/i.test(why)) throw new AppError("file.encrypted", "It opens with a password only");
    throw new AppError("file.unreadable", "It is not a PDF that any reader here can open");
  }
  return {
    pages: document.getPageCount(),
    page(number) {
      const page = document.getPage(number - 1);
      const most = Math.min(page.getObjectCount(), 200);
      let images = false;
      for (let i = 0; i < most && !images; i++) images = ["image", "form"].includes(page.getObject(i).type);
      return { text: page.getText(), images };
    },
  };
}
