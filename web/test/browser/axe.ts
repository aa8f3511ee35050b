/** What axe finds wrong with a page as it stands. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** The colours are all that a theme changes. */
export const inTheDark: RunOptions = { runOnly: ["color-contrast", "link-in-text-block"] };

/** `without`: parts that are not looked at, because they were on another page. */
export async function violationsOn(page: Page, options: RunOptions = {}, without: string[] = []): Promise<string[]> {
  const found = await page.evaluate(
    async ([script, rules, exclude]) => {
      const own = window as unknown as { axe?: { run(of: object, options: object): Promise<AxeResults> } };
      if (!own.axe) new Function(script)();
      const of = { include: [["html"]], exclude: exclude.map((place) => [place]) };
      return (await own.axe?.run(of, { ...rules, resultTypes: ["violations"] }))?.violations ?? [];
    },
    [source, options, without] as const,
  );
  return found.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 3)
      .map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary ?? ""}`),
  );
}
