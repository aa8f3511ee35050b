/**
 * The life of one prompt. Start reading here.
 *
 * prepare (analyze, recall, select) -> respond -> (evaluate -> decide -> revise)* -> finish.
 * Each step is journaled before it counts; a thread taken up again walks the same path and finds its steps done.
 */
import type { Decision } from "@orchestratex/sdk/contract";
import { AppError } from "../errors.ts";
import { decide, type Verdict } from "./decide.ts";
import { evaluations, type Judgement, leastEvaluationCost } from "./evaluations.ts";
import { type Close, closeWithout, finish, stopReasonOf } from "./finish.ts";
import { finalSelection, outcomesOf, refinementSelection, revisers } from "./hindsight.ts";
import type { Asked, Past } from "./journal.ts";
import { prepare } from "./prepare.ts";
import { respond } from "./respond.ts";
import { better, iterationEvents, scoredChange, scoreVersion } from "./score.ts";
import type { Halt, Means, Opening, Room, Version } from "./thread.ts";

/** What has been reached so far in one thread. */
type Course = {
  room: Room;
  versions: Version[];
  best: Version | null;
  /** The choices of author made, to be judged in hindsight. */
  choices: { id: string; iteration: number; model: string }[];
};

/** The last iteration with its judgement, until its decision has been told. */
type Untold = { version: Version; judgements: readonly Judgement[]; verdict: Verdict };

/**
 * Run a thread to its end, or until `signal` says that the server is leaving (then it is taken up again later).
 * Throws `Fenced` when another worker has the thread, and our own faults.
 */
export async function orchestrate(asked: Asked, past: Past, means: Means, signal: AbortSignal): Promise<void> {
  const room = await prepare(asked, past, means, signal);
  if ("halt" in room) return finish(means.journal, closeWithout(room));

  const { author, fallbacks, selectionId } = room.cast;
  const course: Course = {
    room,
    versions: [],
    best: null,
    choices: [{ id: selectionId, iteration: 1, model: author.model_name }],
  };
  let authors = [author, ...fallbacks];
  let opening: Opening = { selections: [], events: [] };
  let untold: Untold | null = null;

  for (let iteration = 1; ; iteration++) {
    const version = await respond(
      room,
      iteration,
      course.best,
      authors,
      (one) => leastEvaluationCost(room, one),
      opening,
    );
    if (isLeaving(signal)) return;
    if ("halt" in version) return end(course, version, version.untold.length > 0 ? untold : null);

    const { judgements, moneyRefused } = await evaluations(room, version, course.best);
    if (isLeaving(signal)) return;

    const scored = scoreVersion(version, judgements);
    const before = course.best;
    course.best = better(before, scored);
    course.versions.push(scored);
    await means.journal.record(scoredChange(scored, before, course.best, judgements));

    const verdict = await verdictOn(course, scored, before, judgements.length, moneyRefused);
    untold = { version: scored, judgements, verdict };
    if (verdict.decision !== "refine") return end(course, null, untold);

    const next = revisers(room, course.best);
    authors = next.authors;
    opening = openingOf(course, iteration + 1, next, untold);
  }
}

async function verdictOn(
  course: Course,
  version: Version,
  before: Version | null,
  judged: number,
  moneyRefused: boolean,
): Promise<Verdict> {
  const { asked, past, means, plan } = course.room;
  const told = past.decisions.find(({ iteration }) => iteration === version.iteration);
  if (told) return { ...told, gain: null };
  const { stop } = await means.journal.requests();
  return decide({
    iteration: version.iteration,
    maxIterations: plan.maxIterations,
    judged,
    moneyRefused,
    score: version.score,
    bestBefore: before?.score ?? null,
    points: version.criticism.length,
    qualityThreshold: asked.quality_threshold,
    plateauGain: means.algorithm.settings.plateau_gain,
    stop,
    msLeft: asked.deadline_at === null ? null : Date.parse(asked.deadline_at) - means.now(),
  });
}

/** The next round's plan, and this one's decision: written together with the first reservation that rests on them. */
function openingOf(course: Course, iteration: number, next: ReturnType<typeof revisers>, untold: Untold): Opening {
  const { room } = course;
  const made = room.past.selections.find(
    (row) => row.selection_phase === "refinement" && row.iteration_number === iteration,
  );
  if (made) {
    course.choices.push({ id: made.id, iteration, model: made.selected_model });
    return { selections: [], events: [] };
  }
  const selection = refinementSelection(room, iteration, next.authors, next.reason);
  course.choices.push({ id: selection.id, iteration, model: selection.selected_model });
  return { selections: [selection], events: tell(course, untold, untold.verdict.decision, untold.verdict.reason) };
}

function end(course: Course, halt: Halt | null, untold: Untold | null): Promise<void> {
  const { room, versions, best, choices } = course;
  const decided = untold?.verdict.decision;
  const stopReason = halt ? stopReasonOf(halt) : decided === undefined || decided === "refine" ? "stopped" : decided;
  const reason = halt?.detail ?? untold?.verdict.reason ?? "";
  const close: Close = {
    best,
    versions,
    stopReason,
    failure: { code: halt?.code ?? "internal", detail: reason },
    selections: best && versions.length > 0 ? [finalSelection(room, versions, best)] : [],
    outcomes: outcomesOf(room, versions, choices),
    events: untold ? tell(course, untold, stopReason, reason) : [],
  };
  return finish(room.means.journal, close);
}

const tell = ({ best, room }: Course, { version, judgements, verdict }: Untold, decision: Decision, reason: string) =>
  iterationEvents(version, best ?? version, judgements, { ...verdict, decision, reason }, room.asked.quality_threshold);

/** Leaving is not ending: the thread goes on after the restart. */
const isLeaving = (signal: AbortSignal): boolean =>
  signal.aborted && signal.reason instanceof AppError && signal.reason.code === "server.stopping";
