/** `npm run bench -- NAME [options]`: runs bench/NAME.ts, which prints a table for people and, last, one line of JSON. */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";

export type BenchOptions = {
  /** Under a minute, on less. */
  quick: boolean;
  /** A file of prompts, JSON lines with a field `prompt`, gzip or not. */
  prompts: string | undefined;
  speed: number | undefined;
  /** Servers over one database. */
  processes?: number;
  /** A folder of documents, with an `index.jsonl` of what is known to be in them. */
  documents?: string;
  /** A folder with an embedding model. */
  model?: string;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ quick: { type: "boolean", default: false }, prompts: { type: "string" }, speed: { type: "string" } },
    ...{ processes: { type: "string" }, documents: { type: "string" }, model: { type: "string" } },
  },
});
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.replace(/\.ts$/, ""));
const [name = ""] = positionals;
if (!names.includes(name)) {
  process.stderr.write(
    `usage: npm run bench -- NAME [--quick] [--prompts FILE] [--speed N] [--processes N] [--documents FOLDER] [--model FOLDER]\nNAME is one of: ${names.join(", ")}\n`,
  );
  process.exit(2);
}
const speed = values.speed === undefined ? undefined : Number(values.speed);
const { bench } = (await import(`./${name}.ts`)) as { bench: (options: BenchOptions) => Promise<object> };
const figures = await bench({
  ...{ quick: values.quick, prompts: values.prompts, speed },
  ...(values.processes !== undefined && { processes: Number(values.processes) }),
  ...(values.documents !== undefined && { documents: values.documents }),
  ...(values.model !== undefined && { model: values.model }),
});
process.stdout.write(`${JSON.stringify({ bench: name, quick: values.quick, ...figures })}\n`);
process.exit(0);
