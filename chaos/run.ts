/** `npm run chaos -- NAME [--quick]`: the server under what may go wrong. Tables for people; the last line is one JSON object. */
import { parseArgs } from "node:util";
import { chaos as budget } from "./budget.ts";
import { chaos as files } from "./files.ts";
import { chaos as kills } from "./kills.ts";
import { chaos as nodes } from "./nodes.ts";
import { chaos as power } from "./power.ts";
import { type Report, tell } from "./report.ts";

export type ChaosOptions = {
  /** In about a minute, on less. */
  quick: boolean;
  /** How many times, instead of the usual number. */
  times: number | undefined;
  seed: number;
  /** A PostgreSQL server in place of the embedded database, where a chaos takes one. */
  database: string | undefined;
};

const all: Readonly<Record<string, (options: ChaosOptions) => Promise<Report>>> = {
  kills,
  power,
  nodes,
  budget,
  files,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    times: { type: "string" },
    seed: { type: "string", default: "1" },
    database: { type: "string" },
  },
});
const [name = "kills"] = positionals;
const chaos = all[name];
if (!chaos) {
  process.stderr.write(
    `usage: npm run chaos -- [NAME] [--quick] [--times N] [--seed N] [--database URL]\nNAME is one of: ${Object.keys(all).join(", ")}\n`,
  );
  process.exit(2);
}
const times = values.times === undefined ? undefined : Number(values.times);
const report = await chaos({ quick: values.quick, times, seed: Number(values.seed), database: values.database });
process.exit(tell({ chaos: name, quick: values.quick, seed: Number(values.seed) }, report) ? 0 : 1);
