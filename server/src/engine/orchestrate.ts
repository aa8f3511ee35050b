/**
 * The life of one prompt. Start reading here.
 *
 * prepare (analyze, recall, select) -> respond -> (evaluate -> decide -> revise)* -> finish.
 * Each step is journaled before it counts; a thread taken up again, after a crash or because the user wants another iteration,
 * walks the same path and finds its steps done.
 */
import { AppError } from "../errors.ts";
import { type Course, closingOf, nextRound, startOf, type Untold, verdictOn } from "./course.ts";
import { evaluations, type Judgement } from "./evaluations.ts";
import { closeWithout, finish } from "./finish.ts";
import type { Asked, Past } from "./journal.ts";
import { prepare } from "./prepare.ts";
import { respond } from "./respond.ts";
import { better, scoredChange, scoreVersion } from "./score.ts";
import type { Halt, Means, Version } from "./thread.ts";

/**
 * Run a thread to its end, or until `signal` says that the server is leaving (then it is taken up again later).
 * Throws `Fenced` when another worker has the thread, and our own faults.
 */
export async function orchestrate(asked: Asked, past: Past, means: Means, signal: AbortSignal): Promise<void> {
  const room = await prepare(asked, past, means, signal);
  if ("halt" in room) return void (await finish(means.journal, closeWithout(room, past)));

  const { course, first } = startOf(room);
  let round = first;
  for (;;) {
    const version = await respond(room, round);
    if (isLeaving(signal)) return;
    if ("halt" in version) return halted(course, version);

    const { judgements, moneyRefused } = await evaluations(room, version, course.best);
    if (isLeaving(signal)) return;

    const before = course.best;
    const scored = await weigh(course, version, judgements);
    const untold = await decided(course, scored, before, { judgements, moneyRefused });
    if (untold === null) return;
    round = nextRound(course, untold);
  }
}

/** The version with its score; the best so far may change. What was told of an iteration stands. */
async function weigh(course: Course, version: Version, judgements: readonly Judgement[]): Promise<Version> {
  const { past, means } = course.room;
  const scored = scoreVersion(version, judgements);
  const before = course.best;
  course.best = better(before, scored);
  course.versions.push(scored);
  if (!past.told.includes(scored.iteration))
    await means.journal.record(scoredChange(scored, before, course.best, judgements));
  if (past.restored?.after === scored.iteration)
    course.best = course.versions.find(({ iteration }) => iteration === past.restored?.iteration) ?? course.best;
  return scored;
}

/** The decision to go on; null once the thread has ended. Whatever the user asks while it would end is heard first. */
async function decided(
  course: Course,
  version: Version,
  before: Version | null,
  of: { judgements: readonly Judgement[]; moneyRefused: boolean },
): Promise<Untold | null> {
  for (;;) {
    const untold: Untold = {
      version,
      judgements: of.judgements,
      verdict: await verdictOn(course, version, before, of),
    };
    if (untold.verdict.decision === "refine") return untold;
    const close = closingOf(course, null, untold);
    const { request_no } = untold.verdict.requests;
    if ((await finish(course.room.means.journal, close, request_no)) === "finished") return null;
  }
}

/** Something was refused or failed: the best so far stands, whatever else was asked. */
async function halted(course: Course, halt: Halt): Promise<void> {
  const untold = halt.untold.length > 0 ? course.untold : null;
  await finish(course.room.means.journal, closingOf(course, halt, untold));
}

/** Leaving is not ending: the thread goes on after the restart. */
const isLeaving = (signal: AbortSignal): boolean =>
  signal.aborted && signal.reason instanceof AppError && signal.reason.code === "server.stopping";
