/**
 * Calls of the journal that come while one is under way wait for it and then travel together, as one statement and one flush
 * of the disk: `journal_group` of migrations/029_groups.sql. Alone, a call goes at once.
 */
import { SqlError } from "./database.ts";

/** Bounds how long the one connection is busy with a group [0.6-1 ms a call]. */
const MOST = 32;

/** Runs `select fn(argument)`; the argument is JSON text. */
type Run = (fn: string, argument: string) => Promise<unknown>;

type Call = { fn: string; argument: string; resolve(answer: unknown): void; reject(error: unknown): void };

export const grouped = (run: Run): Run => {
  const waiting: Call[] = [];
  let busy = false;
  const next = async () => {
    busy = true;
    while (waiting.length > 0) await runTogether(run, waiting.splice(0, MOST));
    busy = false;
  };
  return (fn, argument) =>
    new Promise((resolve, reject) => {
      if (!/^[a-z_][a-z0-9_]*$/.test(fn)) throw new TypeError(`${fn} is no function name`);
      waiting.push({ fn, argument, resolve, reject });
      if (!busy) void next();
    });
};

async function runTogether(run: Run, calls: readonly Call[]): Promise<void> {
  const [first] = calls;
  if (calls.length === 1 && first) return runAlone(run, first);
  try {
    const list = calls.map(({ fn, argument }) => `{"fn":"${fn}","argument":${argument}}`).join(",");
    const answers = (await run("journal_group", `[${list}]`)) as unknown[];
    for (const [place, call] of calls.entries()) call.resolve(answers[place]);
  } catch (error) {
    if (!(error instanceof SqlError)) for (const call of calls) call.reject(error);
    // Something unforeseen in one of them undid all: each has to answer for itself.
    else for (const call of calls) await runAlone(run, call);
  }
}

const runAlone = (run: Run, { fn, argument, resolve, reject }: Call): Promise<void> =>
  run(fn, argument).then(resolve, reject);
