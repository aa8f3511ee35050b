/** What axe finds wrong with a page as it stands. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** The colours are all that a theme changes. */
export const inTheDark: RunOptions = { runOnly: ["color-contrast", "link-in-text-block"] };

export async function violationsOn(page: Page, options: RunOptions = {}): Promise<string[]> {
  const found = await page.evaluate(
    async ([script, rules]) => {
      const own = window as unknown as { axe?: { run(of: Document, options: object): Promise<AxeResults> } };
      if (!own.axe) new Function(script)();
      return (await own.axe?.run(document, { ...rules, resultTypes: ["violations"] }))?.violations ?? [];
    },
    [source, options] as const,
  );
  return found.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 3)
      .map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary ?? ""}`),
  );
}
