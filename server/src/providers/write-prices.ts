/** `npm run prices`: writes profiles/prices.json, what the price list has on the models that come with the server, and the tables of docs/models.md. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { type Listed, listed } from "./prices.ts";
import { rows } from "./profiles/index.ts";
import { retirementOf } from "./retired.ts";

/** By vendor and id; replacements of models that end too. */
export async function shippedPrices(): Promise<Record<string, Listed>> {
  const found: Record<string, Listed> = {};
  for (const { provider, version } of rows)
    for (let id: string | undefined = version; id; id = retirementOf(provider, id)?.substitute) {
      const model = await listed(provider, id);
      if (model) found[`${provider}/${id}`] = model;
    }
  return found;
}

const MARK = "<!-- written by npm run prices -->\n";

if (import.meta.main) {
  const found = JSON.stringify(await shippedPrices(), null, 2);
  writeFileSync(new URL("profiles/prices.json", import.meta.url), `${found}\n`);
  // In a process of its own: this one has read the prices as they were.
  const script = `import { modelsMarkdown } from ${JSON.stringify(import.meta.resolve("./profiles/markdown.ts"))}; console.log(modelsMarkdown());`;
  const tables = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  const docs = new URL("../../../docs/models.md", import.meta.url);
  const [byHand = ""] = readFileSync(docs, "utf8").split(MARK);
  writeFileSync(docs, `${byHand}${MARK}\n${tables}`);
}
