/** When all has come to rest: what the database says, held against what the outside knows. */
import type { Database } from "../server/src/store/database.ts";
import type { Ask } from "./clients.ts";
import type { Vendor } from "./vendor.ts";
import { eventsOf } from "./witness-events.ts";
import { moneyOf } from "./witness-money.ts";

/** Column -> what was found. None of it may be. */
export type Findings = Record<string, string[]>;

export type Outside = {
  asks: readonly Ask[];
  vendor: Vendor;
  /** Processes that may have been at work on a thread although another had taken it: a call may have been sent late. */
  frozen?: boolean;
  /** Findings of one chaos alone. */
  more?: (rows: Rows) => Findings;
};

export type Rows = Awaited<ReturnType<typeof rowsOf>>;

export type Response = Rows["responses"][number];

async function rowsOf({ sql }: Database) {
  const sessions = await sql.selectFrom("user_sessions").selectAll().execute();
  const threads = await sql.selectFrom("conversation_threads").selectAll().execute();
  const responses = await sql
    .selectFrom("model_responses")
    .select(["id", "thread_id", "session_id", "step", "attempt", "epoch", "status", "role", "outcome_unknown"])
    .select(["cost", "cost_source", "reserved_cost", "error_message", "model_name", "timestamp"])
    .orderBy("timestamp")
    .execute();
  const events = await sql
    .selectFrom("orchestration_logs")
    .select(["id", "stream_id", "seq", "event_type", "details"])
    .where("stream_id", "is not", null)
    .orderBy("stream_id")
    .orderBy("seq")
    .execute();
  return { sessions, threads, responses, events };
}

export async function witness(database: Database, outside: Outside): Promise<{ findings: Findings; facts: object }> {
  const rows = await rowsOf(database);
  const findings: Findings = { ...threadsOf(rows, outside), ...callsOf(rows, outside) };
  Object.assign(findings, eventsOf(rows, outside), moneyOf(rows, outside), outside.more?.(rows));
  const late = findings["sent_late"] ?? [];
  // A worker that had lost its thread without knowing may send once more: the one case no database can prevent.
  if (outside.frozen) delete findings["sent_late"];
  return { findings, facts: { ...factsOf(rows, outside), ...(outside.frozen && { sent_late: late.length }) } };
}

const isFinal = (status: string) => status === "completed" || status === "failed";

function threadsOf({ threads }: Rows, { asks }: Outside): Findings {
  const lost: string[] = [];
  const stuck: string[] = [];
  const twice: string[] = [];
  const byId = new Map(threads.map((thread) => [thread.id, thread]));
  const byMark = Map.groupBy(threads, ({ original_prompt }) => /\[S\d+\.T\d+\]/.exec(original_prompt)?.[0] ?? "?");
  for (const { mark, threadId, otherIds } of asks) {
    if ((byMark.get(mark) ?? []).length > 1) twice.push(`${mark} is there more than once`);
    for (const other of otherIds) twice.push(`${mark}: its key brought ${threadId}, then ${other}`);
    if (threadId === null) continue;
    const thread = byId.get(threadId);
    if (!thread) lost.push(`${mark} ${threadId} was accepted and is not there`);
    else if (!isFinal(thread.thread_status)) stuck.push(`${mark} ${threadId} is still ${thread.thread_status}`);
  }
  // None of these sessions ends: there is nothing to refuse.
  const refused = asks.flatMap(({ mark, refusal }) =>
    refusal === null ? [] : [`${mark} was refused with ${refusal}`],
  );
  return { lost, stuck, accepted_twice: twice, refused_at_the_door: refused };
}

/** Failures that say nothing of the model: the step may be tried again. */
const untried = new Set<string | null>(["aborted", "call.not_sent"]);

/** Fails the vendor, not the step: the same model may be asked twice more; an evaluator's second call, for repair, as well. */
const isPassing = (message: string | null) =>
  /^provider\.(rate_limited|failed|unreachable|unreadable): /.test(message ?? "");
const MOST_RETRIES = 2;

function callsOf({ responses, threads }: Rows, { vendor }: Outside): Findings {
  const paid: string[] = [];
  const late: string[] = [];
  const unreserved: string[] = [];
  const rows = new Map(responses.map((row) => [row.id, row]));
  const sent = Map.groupBy(vendor.calls, ({ id }) => id ?? "nameless");
  const epochs = new Map(threads.map(({ id, epoch }) => [id, epoch]));
  for (const [id, calls] of sent) {
    if (!rows.has(id)) unreserved.push(`${id} was sent and has no row`);
    if (calls.length > 1) paid.push(`${id} was sent ${calls.length} times`);
  }
  for (const [step, attempts] of Map.groupBy(responses, ({ thread_id, step }) => `${thread_id} ${step}`)) {
    const done = attempts.filter(
      ({ status, outcome_unknown }) => status === "completed" || (status === "superseded" && !outcome_unknown),
    );
    if (done.length > 1) paid.push(`${step} is done ${done.length} times`);
    const first = done[0];
    for (const row of first ? attempts.filter(({ attempt }) => attempt > first.attempt) : [])
      if (sent.has(row.id)) paid.push(`${step}: attempt ${row.attempt} was sent after ${first?.attempt} was done`);
    const unknown = attempts.filter(({ outcome_unknown }) => outcome_unknown).length;
    if (unknown > (epochs.get(attempts[0]?.thread_id ?? "") ?? 1) - 1)
      paid.push(`${step}: more calls lost than workers`);
    const repaired = attempts.some(({ role }) => role === "evaluator") ? 1 : 0;
    const lost = attempts.filter((row) => row.outcome_unknown || untried.has(row.error_message)).length;
    const retried = attempts.filter(
      ({ attempt, error_message }) => attempt < attempts.length && isPassing(error_message),
    );
    const excused = lost + Math.min(retried.length, MOST_RETRIES * (lost + 1 + repaired));
    if (attempts.length > 1 + excused + repaired) paid.push(`${step}: ${attempts.length} attempts, ${excused} excused`);
    late.push(...lateOf(step, attempts, sent));
  }
  return { paid_twice: paid, sent_unreserved: unreserved, sent_late: late };
}

/** An earlier attempt that reached the vendor after a later one had. */
function lateOf(
  step: string,
  attempts: readonly Response[],
  sent: ReadonlyMap<string, { arrivedAt: number }[]>,
): string[] {
  let newest = 0;
  const late: string[] = [];
  for (const row of attempts.toSorted((a, b) => a.attempt - b.attempt)) {
    const at = sent.get(row.id)?.[0]?.arrivedAt;
    if (at === undefined) continue;
    if (at < newest) late.push(`${step}: attempt ${row.attempt} was sent before an earlier one`);
    newest = Math.max(newest, at);
  }
  return late;
}

const counts = (words: readonly (string | null)[]): Record<string, number> => {
  const result: Record<string, number> = {};
  for (const word of words) result[word ?? "none"] = (result[word ?? "none"] ?? 0) + 1;
  return result;
};

function factsOf({ threads, responses, events, sessions }: Rows, { asks, vendor }: Outside): object {
  return {
    sessions: sessions.length,
    prompts: asks.length,
    threads: threads.length,
    ends: counts(threads.map(({ stop_reason, failure_reason }) => stop_reason ?? failure_reason)),
    rows: responses.length,
    calls: vendor.calls.length,
    faults: counts(vendor.calls.flatMap(({ fault }) => (fault === null ? [] : [fault]))),
    failures: counts(
      responses.flatMap(({ error_message }) => (error_message === null ? [] : [error_message.split(":")[0] ?? ""])),
    ),
    outcome_unknown: responses.filter(({ outcome_unknown }) => outcome_unknown).length,
    billed_late: responses.filter(({ status, outcome_unknown }) => status === "superseded" && outcome_unknown).length,
    second_attempts: responses.filter(({ attempt }) => attempt > 1).length,
    most_attempts: responses.reduce((most, { attempt }) => Math.max(most, attempt), 0),
    most_epochs: threads.reduce((most, { epoch }) => Math.max(most, epoch), 0),
    overruns: responses.filter(({ cost, reserved_cost }) => (cost ?? 0) > (reserved_cost ?? 0)).length,
    events: events.length,
  };
}
