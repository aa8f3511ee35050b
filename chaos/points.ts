/** Where the process under test may be told to die: the named points of the protocol, passed so many times. */
import type { Database } from "../server/src/store/database.ts";

export const points = [
  "after_accept",
  "after_take",
  "after_reserve",
  "after_send",
  "mid_answer",
  "after_answer",
  "after_settle",
  "after_record",
  "before_finish",
  "after_finish",
  "inside_group",
  "in_accept",
  "in_reserve",
  "in_settle",
  "in_finish",
] as const;
export type Point = (typeof points)[number];

export type Passing = (point: Point) => void;

/** `spec`: such as `after_reserve:3`, dies at the third passing; nothing, never. */
export function deathAt(spec: string | undefined): Passing {
  const [point, times = "1"] = (spec ?? "").split(":");
  let left = Number(times);
  return (passed) => {
    if (passed !== point || --left !== 0) return;
    // A transaction, or a group of them, has just been sent to the database: die while it runs there.
    if (point.startsWith("in")) setTimeout(die, Math.random() * 3);
    else die();
  };
}

const die = () => process.kill(process.pid, "SIGKILL");

const answered: Readonly<Record<string, readonly [code: string, point: Point]>> = {
  journal_accept: ["accepted", "after_accept"],
  journal_take: ["taken", "after_take"],
  journal_reserve: ["reserved", "after_reserve"],
  journal_settle: ["settled", "after_settle"],
  journal_record: ["recorded", "after_record"],
  journal_finish: ["finished", "after_finish"],
};

const asked: Readonly<Record<string, Point>> = {
  journal_accept: "in_accept",
  journal_reserve: "in_reserve",
  journal_settle: "in_settle",
  journal_finish: "in_finish",
};

/** The same database; its journal's calls pass the points. */
export function watched(database: Database, pass: Passing): Database {
  let outstanding = 0;
  return {
    ...database,
    async call<T>(fn: string, argument: unknown): Promise<T> {
      if (fn === "journal_finish") pass("before_finish");
      outstanding++;
      try {
        const answering = database.call<T>(fn, argument);
        const during = asked[fn];
        if (during) pass(during);
        const answer = await answering;
        const [code, point] = answered[fn] ?? [];
        if (point && (answer as { code?: string } | null)?.code === code) pass(point);
        return answer;
      } finally {
        outstanding--;
        if (outstanding >= 2) pass("inside_group");
      }
    },
  };
}
