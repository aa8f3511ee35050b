/** How far a thread has come: its versions, the best of them, and what is decided after each. */
import type { Decision } from "@orchestratex/sdk/contract";
import { answeredIn } from "./call.ts";
import { type Verdict as Decided, decide } from "./decide.ts";
import type { Judgement } from "./evaluations.ts";
import { type Close, stopReasonOf } from "./finish.ts";
import { finalSelection, outcomesOf, refinementSelection, revisers } from "./hindsight.ts";
import type { NewEvent, Requests } from "./journal.ts";
import { iterationEvents } from "./score.ts";
import { type Halt, noWishes, type Opening, type Room, type Round, type Version, type Wishes } from "./thread.ts";

/** What has been reached so far in one thread. */
export type Course = {
  room: Room;
  versions: Version[];
  best: Version | null;
  /** The choices of author made, to be judged in hindsight. */
  choices: { id: string; iteration: number; model: string }[];
  /** The decision that opened the round under way. */
  untold: Untold | null;
};

/** An iteration with its judgement, until its decision has been told. */
export type Untold = { version: Version; judgements: readonly Judgement[]; verdict: Verdict };

/** A decision, and what it rests on. `begun`: the round it opens was reserved before a restart. */
type Verdict = Decided & { requests: Requests; begun: boolean };

export function startOf(room: Room): { course: Course; first: Round } {
  const { author, fallbacks, selectionId } = room.cast;
  const choices = [{ id: selectionId, iteration: 1, model: author.model_name }];
  const opening: Opening = { selections: [], events: [], read: null };
  return {
    course: { room, versions: [], best: null, choices, untold: null },
    first: { iteration: 1, best: null, wishes: noWishes, authors: [author, ...fallbacks], opening },
  };
}

/** What was decided before a restart, or else what is to be done now. */
export async function verdictOn(
  { room }: Course,
  version: Version,
  before: Version | null,
  { judgements, moneyRefused }: { judgements: readonly Judgement[]; moneyRefused: boolean },
): Promise<Verdict> {
  const { asked, past, means, plan } = room;
  const requests = await means.journal.requests();
  const { iteration } = version;
  const told = past.decisions.find((one) => one.iteration === iteration && one.decision === "refine");
  const begun =
    told !== undefined ||
    answeredIn(past.responses, iteration + 1) !== undefined ||
    requests.feedback.some((one) => one.iteration === iteration + 1);
  if (begun) return { decision: "refine", reason: told?.reason ?? "", gain: null, requests, begun };
  const verdict = decide({
    iteration,
    maxIterations: plan.maxIterations,
    judged: judgements.length,
    callsTools: version.callsTools,
    moneyRefused,
    score: version.score,
    bestBefore: before?.score ?? null,
    points: version.criticism.length,
    qualityThreshold: asked.quality_threshold,
    plateauGain: means.algorithm.settings.plateau_gain,
    stop: requests.stop,
    unread: requests.feedback.filter((one) => one.iteration === null).length,
    msLeft: asked.deadline_at === null ? null : Date.parse(asked.deadline_at) - means.now(),
  });
  return { ...verdict, requests, begun };
}

/** The round that a decision to refine opens; its plan and the decision are written with its first reservation. */
export function nextRound(course: Course, untold: Untold): Round {
  const { room, best } = course;
  const { verdict, version } = untold;
  const iteration = version.iteration + 1;
  course.untold = untold;
  if (best === null) throw new RangeError("there is nothing to refine");
  const { authors, reason } = revisers(room, best);
  const { feedback, request_no } = verdict.requests;
  const isFresh = (one: (typeof feedback)[number]) => one.iteration === (verdict.begun ? iteration : null);
  const wishes: Wishes = {
    fresh: feedback.filter(isFresh),
    earlier: feedback.filter((one) => one.iteration !== null && one.iteration < iteration),
  };
  const planned = room.past.selections.find(
    (row) => row.selection_phase === "refinement" && row.iteration_number === iteration,
  );
  const selection = planned ?? refinementSelection(room, iteration, authors, reason);
  course.choices.push({ id: selection.id, iteration, model: selection.selected_model });
  const opening: Opening = {
    selections: planned ? [] : [selection],
    events: verdict.begun ? [] : tell(course, untold, verdict.decision, verdict.reason),
    read: verdict.begun ? null : request_no,
  };
  return { iteration, best, wishes, authors, opening };
}

/** How a thread ends: by its decision, or by what was refused or failed. */
export function closingOf(course: Course, halt: Halt | null, untold: Untold | null): Close {
  const { room, versions, best, choices } = course;
  const decided = untold?.verdict.decision;
  const stopReason = halt ? stopReasonOf(halt) : decided === undefined || decided === "refine" ? "stopped" : decided;
  const reason = halt?.detail ?? untold?.verdict.reason ?? "";
  return {
    best,
    versions,
    stopReason,
    failure: { code: halt?.code ?? "internal", detail: reason },
    selections: best && versions.length > 0 ? [finalSelection(room, versions, best)] : [],
    outcomes: outcomesOf(room, versions, choices),
    events: untold ? tell(course, untold, stopReason, reason) : [],
  };
}

/** A decision is told once, whoever takes the thread up again. */
function tell({ best, room }: Course, untold: Untold, decision: Decision, reason: string): NewEvent[] {
  const { version, judgements, verdict } = untold;
  if (room.past.told.includes(version.iteration)) return [];
  const said = { ...verdict, decision, reason };
  return iterationEvents(version, best ?? version, judgements, said, room.asked.quality_threshold);
}
