/**
 * All that is known of the protocol, as a table: `node server/test/protocol/explore.ts`, and what a name must contain to be run.
 * With what is too large for the suite it takes minutes.
 */
import { fileURLToPath } from "node:url";
import { openTestStore } from "../store.ts";
import { losingCases, protocolCases, run } from "./cases.ts";
import { drive } from "./drive.ts";
import { driveCases, raceCases } from "./drive-cases.ts";
import { count, firstCases } from "./first-cases.ts";
import { race } from "./races.ts";

if (process.argv[1] === fileURLToPath(import.meta.url)) await tellAll(process.argv[2] ?? "");

async function tellAll(part: string): Promise<void> {
  const isWanted = ({ name }: { name: string }) => name.includes(part);
  let wrong = 0;
  const line = (name: string, as: boolean, text: string) => {
    wrong += as ? 0 : 1;
    console.log(`${as ? " " : "!"} ${name}: ${text}`);
  };

  console.log("The first model");
  for (const one of firstCases.filter(isWanted)) {
    const { counts, broken } = count(one.policy);
    const { states, moves, finals, lost } = counts;
    const as = JSON.stringify([counts, entries(broken)]) === JSON.stringify([one.counts, entries(one.broken)]);
    line(
      one.name,
      as,
      `${states} states, ${moves} moves, ${finals} final, ${lost} lost; broken: ${list(Object.keys(broken))}`,
    );
  }
  console.log("\nThe protocol, and what it would be with a rule left out");
  for (const one of [...protocolCases, ...losingCases].filter(isWanted)) {
    const { states, moves, finals, broken } = run(one);
    const as = [...broken.keys()].sort().join() === one.breaks.join();
    line(one.name, as, `${states} states, ${moves} moves, ${finals} final; broken: ${list([...broken.keys()])}`);
    for (const [promise, trace] of broken) console.log(`      ${promise} <=\n        ${trace.join("\n        ")}`);
  }
  console.log("\nThe database, driven through the model");
  const database = await openTestStore();
  for (const one of driveCases.filter(isWanted)) {
    const started = performance.now();
    const { moves, covered, walks, transactions } = await drive(database, one);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    line(
      one.name,
      true,
      `${moves} moves, ${covered} as the database sees them; ${walks} walks, ${transactions} transactions, ${seconds} s`,
    );
  }
  for (const one of raceCases.filter(isWanted)) {
    const { races, kinds } = await race(database, one, 4);
    line(`two at once: ${one.name}`, true, `${races} races of ${kinds} kinds`);
  }
  await database.close();
  console.log(wrong === 0 ? "\nAll as expected." : `\n${wrong} not as expected (!).`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

function entries(record: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(record).sort();
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join("; ");
}
