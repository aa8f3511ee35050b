/** Who made an office document, and when: docProps of a package. */
import type { Facts } from "./extractor.ts";
import type { Package } from "./sheets-package.ts";

const named: Record<string, string> = {
  title: "title",
  creator: "author",
  subject: "subject",
  description: "description",
  keywords: "keywords",
  category: "category",
  language: "language",
  lastModifiedBy: "modified_by",
  created: "created_at",
  modified: "modified_at",
  Application: "application",
  Company: "company",
  Manager: "manager",
};

export async function documentProperties(parts: Package): Promise<Facts> {
  const facts: Record<string, string> = {};
  for (const part of ["docProps/core.xml", "docProps/app.xml"]) {
    let open: string | undefined;
    await parts.read(part, {
      open({ local }) {
        open = Object.hasOwn(named, local) ? named[local] : undefined;
      },
      text(text) {
        if (open && text.trim() !== "") facts[open] = (facts[open] ?? "") + text.trim().slice(0, 2000);
      },
      close() {
        open = undefined;
      },
    });
  }
  return facts;
}
