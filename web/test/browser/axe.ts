/** What axe finds wrong with a page as it stands, in the light and in the dark. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** The colours are all that a theme changes. */
const themes: [theme: "light" | "dark", options: RunOptions][] = [
  ["light", {}],
  ["dark", { runOnly: ["color-contrast", "link-in-text-block"] }],
];

export async function violationsOn(page: Page): Promise<string[]> {
  const violations: string[] = [];
  for (const [theme, options] of themes) {
    await page.emulateMedia({ colorScheme: theme });
    const found = await page.evaluate(
      async ([script, rules]) => {
        const own = window as unknown as { axe?: { run(of: Document, options: object): Promise<AxeResults> } };
        if (!own.axe) new Function(script)();
        return (await own.axe?.run(document, { ...rules, resultTypes: ["violations"] }))?.violations ?? [];
      },
      [source, options] as const,
    );
    for (const { id, help, nodes } of found)
      for (const { html, failureSummary } of nodes.slice(0, 3))
        violations.push(`${theme}: ${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary ?? ""}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  return violations;
}
