/**
 * The moves of the model made for real: as transactions of the journal, by workers that are nothing but a number and the ids of
 * their calls. One unit of the model's money is a dollar. Iterations are counted so that the model's most are the database's ten.
 */
import assert from "node:assert/strict";
import { sql } from "kysely";
import { v7 as uuidv7 } from "uuid";
import { AppError } from "../../src/errors.ts";
import { type Database, json } from "../../src/store/database.ts";
import { type Books, openBooks } from "../../src/store/journal.ts";
import { openLive } from "../../src/store/live.ts";
import { createSession } from "../../src/store/sessions.ts";
import { settings } from "../store/rows.ts";
import { iterationOf, threadOf } from "./books.ts";
import type { Reason, Rules, State, Thread } from "./state.ts";
import type { Action } from "./world.ts";

/** The database's own limit. */
const MOST_ITERATIONS = 10;

export type Stage = {
  database: Database;
  books: Books;
  rules: Rules;
  session: string;
  threads: readonly string[];
  /** By thread, in the order of the model's rows. */
  responses: readonly string[][];
};

/** The books as on a server that other processes share, or `alone`, where a lease is overridden. */
export const booksFor = (database: Database, alone: boolean): Books =>
  openBooks({ ...database, engine: alone ? "embedded" : "server" }, openLive(), () => ({
    memory_usage: 1,
    active_requests: 0,
    queue_length: 0,
  }));

export async function openStage(database: Database, books: Books, rules: Rules): Promise<Stage> {
  const session = uuidv7();
  const limited = { ...settings, cost_limit: rules.limit };
  await createSession(database, { id: session, userId: "local", maxIterations: null, settings: limited });
  const threads = Array.from({ length: rules.threads }, () => uuidv7());
  for (const id of threads)
    await books.accept({
      ...{ id, session_id: session, original_prompt: "Why?", mode: "checked", quality_threshold: 8 },
      cost_limit: rules.threadLimit,
      settings: { deadline_ms: 3_600_000 },
    });
  return { database, books, rules, session, threads, responses: threads.map(() => []) };
}

/** Makes one move and answers its code; null where there is none. `before`: the model's state. */
export async function perform(stage: Stage, before: State, action: Action): Promise<string | null> {
  if (action.type === "end session") return stage.books.endSession(stage.session).then(() => null);
  const id = stage.threads[action.thread] ?? "";
  switch (action.type) {
    case "stop":
      return codeOf(stage.books.stop(id, action.when));
    case "feedback":
    case "iteration":
      return (await ask(stage, id, action.type)).code;
    case "lapse":
      return change(stage, id, { lease_until: "2020-01-01T00:00:00.000Z" });
    case "deadline":
      return change(stage, id, { deadline_at: "2020-01-01T00:00:00.000Z" });
    case "look": {
      const { stop, request_no, feedback } = await stage.books.requests(id);
      const t = threadOf(before, action.thread);
      assert.deepEqual({ stop, request_no }, { stop: t.stop, request_no: action.read });
      assert.deepEqual(
        feedback.map((one) => [one.request_no, one.iteration]),
        wishesShown(stage.rules, t),
      );
      return null;
    }
    case "look for a stop":
    case "write a stop":
      throw new Error("no such transaction exists");
    default:
      return work(stage, before, id, action);
  }
}

type Work = Exclude<Extract<Action, { worker: number }>, { type: "look" }>;

async function work({ books, ...stage }: Stage, before: State, id: string, action: Work): Promise<string | null> {
  switch (action.type) {
    case "take":
    case "begin anew": {
      const taken = await books.take(id, action.type === "take" ? undefined : action.epoch);
      return taken === null ? "not taken" : "taken";
    }
    case "reserve": {
      const calls = action.steps.map((step) => newCall(stage.rules, before, action.thread, step));
      const { code } = await books.reserve(id, action.epoch, {
        calls,
        headroom: action.steps.some((step) => step % 10 === 0) ? stage.rules.headroom : 0,
        read: action.read,
        ...{ thread: {}, selections: [], events: [event("reserved")] },
      });
      if (code === "reserved") stage.responses[action.thread]?.push(...calls.map((call) => call.id));
      return code;
    }
    case "settle": {
      const response = settledResponse(stage.responses[action.thread]?.[action.row] ?? "", action);
      return (await books.settle(id, action.epoch, { response, hold: action.hold, events: [event("settled")] })).code;
    }
    case "finish": {
      const iterations = iterationInDatabase(stage.rules, iterationOf(threadOf(before, action.thread)));
      const ending = { ...endingFor(action.reason), iterations, request_no: action.read };
      return (await books.finish(id, action.epoch, ending)).code;
    }
    case "record":
      return (await books.record(id, action.epoch, { events: [event("recorded")] })).code;
    case "renew":
      return (await books.renew([{ thread_id: id, epoch: action.epoch }])).length === 1 ? "renewed" : "fenced";
    case "release":
      return books.release({ thread_id: id, epoch: action.epoch }).then(() => null);
    case "send":
    case "crash":
    case "stall":
    case "listen":
      return null;
  }
}

/** Holds what the books answered against what the model did, as far as they say it. */
export function assertAnswer(code: string | null, answer: string): void {
  if (code === "not taken") assert.ok(answer === "leased" || answer === "final", answer);
  else if (code !== null) assert.equal(code, answer);
}

const ask = ({ database }: Stage, thread_id: string, kind: "feedback" | "iteration") =>
  database.call<{ code: string }>("journal_ask", { thread_id, kind, feedback: "More.", system: null });

/** The code that a door's function has turned into an error. */
const codeOf = (work: Promise<void>): Promise<string> =>
  work.then(
    () => "asked",
    (error: unknown) => {
      if (error instanceof AppError && error.code === "thread.finished") return "finished";
      throw error;
    },
  );

async function change(
  { database }: Stage,
  id: string,
  values: { lease_until: string } | { deadline_at: string },
): Promise<null> {
  await database.sql.updateTable("conversation_threads").set(values).where("id", "=", id).execute();
  return null;
}

const iterationInDatabase = (rules: Rules, iteration: number): number => iteration + MOST_ITERATIONS - rules.iterations;

/** As the database has them. */
export const wishesShown = (rules: Rules, { wishes }: Thread): [no: number, iteration: number | null][] =>
  wishes.map(({ no, iteration }) => [no, iteration === null ? null : iterationInDatabase(rules, iteration)]);

const event = (type: string) => ({ event_type: `model_${type}`, message: type, details: {} });

function newCall(rules: Rules, before: State, thread: number, step: number) {
  const attempt = threadOf(before, thread).rows.filter((row) => row.step === step).length + 1;
  const isAuthor = step % 10 === 0;
  return {
    ...{ id: uuidv7(), step: String(step), attempt, reserved_cost: rules.reserved, model_name: "simulated-opal" },
    iteration_number: iterationInDatabase(rules, Math.floor(step / 10)),
    role: isAuthor ? "primary" : "evaluator",
    response_type: isAuthor ? "initial" : "evaluation",
    ...{
      prompt_sent: "Why?",
      context_provided: null,
      parent_response_id: null,
      criticism_addressed: [],
      simulated: true,
    },
  };
}

const settledResponse = (id: string, { status, hold, cost }: Extract<Action, { type: "settle" }>) => ({
  ...{ id, status, response_time: 1, processing_duration: 1 },
  ...(status === "completed" && { response_text: "Because.", finish_reason: "stop" }),
  ...(hold === "unconfirmed" ? { cost: null, cost_source: "estimated" } : { cost, cost_source: "provider" }),
});

const stopReasons: Record<Reason, string | null> = {
  ...{ done: "threshold_met", cost_limit: "cost_limit", deadline: "deadline", stopped: "stopped", failed: null },
};

const endingFor = (reason: Reason) => ({
  thread_status: reason === "failed" ? "failed" : "completed",
  stop_reason: stopReasons[reason],
  failure_reason: reason === "failed" ? "internal" : null,
  ...{ best: null, max_iterations_reached: false, selections: [], outcomes: [], events: [], message: reason },
});

/** What the database has, in the shape of `expected`. `cursors`: the events of each thread that were read before. */
export async function found({ database, session, threads }: Stage, cursors: readonly number[]): Promise<Shown> {
  const above = json(threads.map((id, i) => ({ id, cursor: cursors[i] ?? 0 })));
  const { rows } = await sql<{ shown: Shown }>`
    select jsonb_build_object(
      'session', jsonb_build_object('spent', s.total_cost, 'held', s.held, 'unconfirmed', s.unconfirmed, 'overrun', s.overrun,
        'active', s.status = 'active'),
      'threads', (select jsonb_agg(jsonb_build_object('spent', t.total_cost, 'held', t.held, 'unconfirmed', t.unconfirmed,
          'overrun', t.overrun, 'epoch', t.epoch, 'leased', journal_leased(t.lease_until),
          'ending', case when t.thread_status = 'failed' then 'failed' when t.thread_status = 'completed' then t.stop_reason::text end,
          'requests', t.request_no, 'seen', t.seen_request_no, 'stop', t.stop_requested,
          'asked', (select count(*) from thread_requests q where q.thread_id = t.id),
          'wishes', coalesce((select jsonb_agg(jsonb_build_array(q.request_no, q.iteration_number) order by q.request_no)
            from thread_requests q where q.thread_id = t.id and q.kind <> 'stop'), '[]'),
          'rows', coalesce((select jsonb_agg(jsonb_build_array(r.step, r.attempt, r.status, r.outcome_unknown, r.reserved_cost)
            order by r.step, r.attempt) from model_responses r where r.thread_id = t.id), '[]'),
          'last', t.last_seq, 'takes', t.takes_without_progress,
          'events', coalesce((select jsonb_agg(jsonb_build_array(l.seq, l.event_type) order by l.seq)
            from orchestration_logs l where l.stream_id = t.id and l.seq > a.cursor), '[]')) order by t.id)
        from jsonb_to_recordset(${above}) a (id uuid, cursor int) join conversation_threads t on t.id = a.id)) as shown
    from user_sessions s where s.id = ${session}`.execute(database.sql);
  const shown = rows[0]?.shown;
  assert.ok(shown);
  return shown;
}

export type Shown = {
  session: Record<"spent" | "held" | "unconfirmed" | "overrun", number> & { active: boolean };
  threads: (Record<string, unknown> & { last: number; events: [number, string][] })[];
};
