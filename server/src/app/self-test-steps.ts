/** What a self-test shows of each step of the loop. Pure. */
import type { EventType, SelfTest, SelfTestStep, Session, Thread, ThreadEvent } from "@orchestratex/sdk/contract";

export type Seen = {
  /** Milliseconds after the start: the prompt was sent, and was accepted. */
  askedAt: number;
  acceptedAt: number | null;
  thread: Thread | null;
  session: Session | null;
  events: readonly ThreadEvent[];
  /** Why it could not go on. */
  fault: string | null;
};

type Load = { running: number; atOnce: number };

type Step = SelfTest["steps"][number];
type Verdict = { ok: boolean; at: number | null; detail: string };

export function verdicts(seen: Seen, load: Load): Step[] {
  const told: Record<SelfTestStep, Verdict> = {
    accepted:
      seen.acceptedAt === null
        ? missing(seen, "the prompt was not accepted in time")
        : { ok: true, at: seen.acceptedAt, detail: "the prompt became a thread" },
    taken: reached(seen, "orchestration_started", () => "a worker took it", notTaken(load)),
    analyzed: reached(
      seen,
      "prompt_analyzed",
      ({ details }) => `${details.complexity_level} ${details.domain} prompt, ${details.language}`,
    ),
    selected: reached(
      seen,
      "model_selected",
      ({ details }) => `${details.selected_model} answers, ${details.evaluators.join(" and ")} judge`,
    ),
    answered: reached(
      seen,
      "response_generated",
      (event) => `${event.model_involved} in ${event.details.response_time} ms`,
    ),
    evaluated: evaluated(seen),
    revised: reached(
      seen,
      "criticism_addressed",
      ({ details }) => `${details.accepted.length} points accepted, ${details.disputed.length} disputed`,
    ),
    finished: finished(seen),
    events: events(seen),
    money: money(seen),
  };
  return Object.entries(told).map(([step, verdict]) => ({ step: step as SelfTestStep, ...verdict }));
}

const missing = ({ fault }: Seen, why = "not reached in time"): Verdict => ({
  ok: false,
  at: null,
  detail: fault ?? why,
});

type Of<Type extends EventType> = Extract<ThreadEvent, { event_type: Type }>;

const first = <Type extends EventType>({ events }: Seen, type: Type): Of<Type> | undefined =>
  events.find((event): event is Of<Type> => event.event_type === type);

/** By the database's clock, which reads the same moment as ours when the thread is made. */
const at = ({ askedAt, thread }: Seen, event: ThreadEvent): number =>
  askedAt + Math.max(0, Date.parse(event.timestamp) - Date.parse(thread?.created_at ?? event.timestamp));

function reached<Type extends EventType>(
  seen: Seen,
  type: Type,
  detail: (event: Of<Type>) => string,
  otherwise?: string,
): Verdict {
  const event = first(seen, type);
  return event ? { ok: true, at: at(seen, event), detail: detail(event) } : missing(seen, otherwise);
}

const notTaken = ({ running, atOnce }: Load): string =>
  running >= atOnce
    ? `no worker slot was free: all ${atOnce} of this process are at work`
    : "no worker took it in time";

/** Everyone who was to judge the first answer has done so. */
function evaluated(seen: Seen): Verdict {
  const asked = first(seen, "model_selected")?.details.evaluators.length ?? 0;
  const judged = seen.events.filter(
    ({ event_type, iteration_number }) => event_type === "evaluation_completed" && iteration_number === 1,
  );
  const last = judged.at(-1);
  if (!last) return missing(seen);
  return { ok: judged.length === asked, at: at(seen, last), detail: `${judged.length} of ${asked} evaluators judged` };
}

function finished(seen: Seen): Verdict {
  const end = first(seen, "orchestration_finished");
  if (!end) return missing(seen);
  const { thread_status, final_response, failure_reason, stop_reason, final_quality_score } = end.details;
  const ok = thread_status === "completed" && (final_response ?? "") !== "";
  const detail = ok ? `${stop_reason}, score ${final_quality_score}` : `without an answer: ${failure_reason}`;
  return { ok, at: at(seen, end), detail };
}

function events(seen: Seen): Verdict {
  const last = seen.events.at(-1);
  if (!last || !seen.thread) return missing(seen);
  const gapless =
    seen.events.every(({ seq }, index) => seq === index + 1) && seen.thread.last_seq === seen.events.length;
  if (!first(seen, "orchestration_finished")) return { ...missing(seen), at: at(seen, last) };
  const detail = gapless ? `${seen.events.length} without a gap` : `${seen.events.length} of ${seen.thread.last_seq}`;
  return { ok: gapless, at: at(seen, last), detail };
}

const nano = (dollars: number): number => Math.round(dollars * 1e9);

/** Calls, thread and session tell the same sum, nothing is held, and no call cost more than had been reserved for it. */
function money(seen: Seen): Verdict {
  const { thread, session } = seen;
  const end = first(seen, "orchestration_finished");
  if (!thread || !session || !end) return missing(seen);
  const calls = thread.responses.reduce((sum, { cost }) => sum + nano(cost ?? 0), 0);
  const sums = [
    calls,
    nano(thread.total_cost),
    nano(session.total_cost + session.overrun),
    nano(end.details.total_cost),
  ];
  const even = sums.every((sum) => sum === calls) && session.held === 0 && session.unconfirmed === 0;
  const within = thread.responses.every(({ cost, reserved_cost }) => (cost ?? 0) <= (reserved_cost ?? 0));
  const detail = even
    ? `${thread.responses.length} calls add up to ${calls / 1e9} pretended dollars`
    : `calls, thread, session and event say ${sums.map((sum) => sum / 1e9).join(", ")}; held ${session.held}`;
  return { ok: even && within && calls > 0, at: at(seen, end), detail };
}
