/** Working on a thread: take it, hand the engine its means, watch for stop, deadline and shutdown, and never leave it in between. */
import type { Profile } from "@orchestratex/sdk/contract";
import { answeredIn } from "../engine/call.ts";
import { type Asked, Fenced, Leaving, type Past } from "../engine/journal.ts";
import { orchestrate } from "../engine/orchestrate.ts";
import { poolOf } from "../engine/pool.ts";
import { AppError } from "../errors.ts";
import type { Provider } from "../providers/provider.ts";
import { simulatedProfiles } from "../providers/simulated.ts";
import type { Database } from "../store/database.ts";
import type { Books } from "../store/journal.ts";
import type { Live } from "../store/live.ts";
import { listProfiles } from "../store/profiles.ts";
import { SELF_TEST_USER } from "../store/self-test.ts";
import { conversationOf } from "../store/threads.ts";
import { doneSoFar, type WorkRow, workRow } from "../store/work.ts";
import type { Leases } from "./leases.ts";
import { meansFor } from "./means.ts";
import type { Partials } from "./partials.ts";

export type Workshop = {
  database: Database;
  books: Books;
  live: Live;
  providerOf(profile: Profile): Provider;
  simulatedPolicy: "auto" | "on" | "off";
  /** Who speaks in threads of the server's own test, for simulated models alone. */
  testSpeaker: Provider;
  leases: Leases;
  partials: Partials;
  /** Fires when the server is asked to leave: no new call, those under way may end. */
  draining: AbortSignal;
  /** Fires when they have had their time. */
  stopping: AbortSignal;
  /** Whether a request of this process works on it: a model asked directly. */
  isAsked(threadId: string): boolean;
  onFault(message: string, error: unknown, threadId: string | null): void;
};

/** Taken more often than this without a call that succeeded, a thread is given up: it may be what brings the server down. */
const MOST_TAKES = 5;

/**
 * Never throws: what goes wrong on our side ends the thread with its best answer, and is told to `onFault`. While the database
 * is away nothing can be ended: the lease lapses, and the thread is taken up again. `taken`: it is this worker's, or nobody's to take.
 */
export async function runThread(shop: Workshop, threadId: string, taken: () => void): Promise<void> {
  const { database, books } = shop;
  try {
    if (shop.isAsked(threadId)) return taken();
    const held = await books.take(threadId);
    taken();
    if (held === null) return;
    if (held.takes > MOST_TAKES) return await giveUp(shop, threadId, held.epoch, "thread.parked");
    const row = await workRow(database, threadId);
    // Who asked a model directly is gone, and waits for nothing.
    if (row?.mode === "direct" && row.best_response_id === null)
      return await giveUp(shop, threadId, held.epoch, "call.lost");
    if (row) await work(shop, row, held.epoch);
    if (shop.draining.aborted) await books.release({ thread_id: threadId, epoch: held.epoch });
  } catch (error) {
    if (!(error instanceof Fenced)) shop.onFault("a thread could not be worked on", error, threadId);
  }
}

async function work(shop: Workshop, row: WorkRow, epoch: number): Promise<void> {
  const watch = watchFor(shop, row, epoch);
  try {
    const { id: thread_id, session_id, deadline_at } = row;
    const held = { thread_id, session_id, deadline_at, epoch };
    const { settings } = row;
    const testing = row.user_id === SELF_TEST_USER;
    const means = meansFor(
      {
        books: shop.books,
        live: shop.live,
        providerOf: testing ? () => shop.testSpeaker : shop.providerOf,
        profiles: async () =>
          testing
            ? [...simulatedProfiles]
            : poolOf(await listProfiles(shop.database), shop.simulatedPolicy, settings.model_name, kindOf(row)),
        algorithm: { version: row.algorithm_version, settings: row.algorithm_settings },
        turns: () => (settings.context_mode === "none" ? Promise.resolve([]) : conversationOf(shop.database, row.id)),
        partials: shop.partials,
      },
      held,
      watch.signal,
      shop.draining,
    );
    await orchestrate(askedOf(row), await pastOf(shop, row, epoch), means, watch.signal);
  } catch (error) {
    if (error instanceof Leaving) return;
    if (error instanceof Fenced || shop.stopping.aborted || isAway(error)) throw error;
    shop.onFault("a thread failed on our side", error, row.id);
    await giveUp(shop, row.id, epoch, "internal");
  } finally {
    shop.live.textEnded(row.id);
    watch.end();
  }
}

/** Whether its models are simulated; null: they are not chosen yet. */
const kindOf = ({ selected_model, simulated }: WorkRow): boolean | null => (selected_model === null ? null : simulated);

const isAway = (error: unknown): boolean => error instanceof AppError && error.code === "store.failed";

const gaveUp = {
  internal: "Something failed on our side; the log has it",
  "call.lost": "The process that had asked the model ended before the answer",
  "thread.parked": `Taken up ${MOST_TAKES} times without one call that succeeded`,
};

/** The best answer so far stands; without one the thread has failed. What is pending stays unconfirmed. */
async function giveUp(
  { books, database, live }: Workshop,
  id: string,
  epoch: number,
  code: keyof typeof gaveUp,
): Promise<void> {
  const taken = await books.take(id, epoch);
  if (taken === null) return;
  const row = await workRow(database, id);
  if (!row) return;
  // What it held is unconfirmed now: who waits for it need wait no longer.
  live.room(row.session_id);
  const { responses } = await doneSoFar(database, id);
  const answers = responses.flatMap((one) => answeredIn([one], one.iteration_number) ?? []);
  const best = answers.find((answer) => answer.id === row.best_response_id) ?? answers[0];
  const detail = gaveUp[code];
  const ending = {
    thread_status: best ? "completed" : "failed",
    stop_reason: best ? "stopped" : null,
    failure_reason: best ? null : code,
    best: best && {
      response_id: best.id,
      model_name: best.model_name,
      iteration: best.iteration_number,
      score: best.selection_score,
      text: best.response_text ?? "",
    },
    iterations: answers.length,
    max_iterations_reached: false,
    selections: [],
    outcomes: [],
    events: [
      {
        event_type: "error_occurred",
        log_level: "error",
        message: detail,
        details: { code, detail, component: "orchestrator", recoverable: false, retry_after_ms: null },
      },
    ],
    message: best ? "Finished after a fault with the best answer so far" : `Failed: ${detail}`,
  };
  for (let request_no = row.request_no; ; ) {
    const { code: ended } = await books.finish(id, taken.epoch, { ...ending, request_no });
    if (ended !== "asked_again") return;
    request_no = (await books.requests(id)).request_no;
  }
}

const askedOf = (row: WorkRow): Asked => ({
  thread_id: row.id,
  session_id: row.session_id,
  prompt: row.original_prompt,
  context: row.context,
  mode: row.mode === "direct" ? ("quick" as const) : row.mode,
  evaluators: row.settings.evaluators,
  max_iterations: row.settings.max_iterations,
  quality_threshold: row.quality_threshold,
  strategy: row.settings.strategy,
  preferred_models: row.settings.preferred_models,
  excluded_models: row.settings.excluded_models,
  model_name: row.settings.model_name,
  tools: row.settings.tools ?? [],
  tool_choice: row.settings.tool_choice ?? null,
  room_usd: tighter(left(row.cost_limit, row), left(row.session_cost_limit, sessionMoney(row))),
  cost_limit: tighter(row.cost_limit, row.session_cost_limit),
  cost_limit_of: tighterOf(row),
  deadline_at: row.deadline_at,
});

type Money = { total_cost: number; overrun: number; unconfirmed: number; held: number };

const left = (limit: number | null, money: Money): number | null =>
  limit === null ? null : limit - money.total_cost - money.overrun - money.unconfirmed - money.held;

const sessionMoney = (row: WorkRow): Money => ({
  total_cost: row.session_total_cost,
  overrun: row.session_overrun,
  unconfirmed: row.session_unconfirmed,
  // What other threads hold may come free again: the reservation will wait for it.
  held: 0,
});

/** A thread's own limit counts what it spends alone: as low as the session's, it is still its own. */
function tighterOf({ cost_limit, session_cost_limit }: WorkRow): Asked["cost_limit_of"] {
  const least = tighter(cost_limit, session_cost_limit);
  if (least === null) return null;
  return least === cost_limit ? "thread" : "session";
}

const tighter = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

async function pastOf({ database }: Workshop, row: WorkRow, epoch: number): Promise<Past> {
  const nothing = { selections: [], responses: [], evaluations: [], decisions: [], told: [] };
  if (epoch === 1)
    return {
      ...nothing,
      ...{ resumed: false, since: null, analysis: null, mode: null, max_iterations: null, restored: null },
    };
  const done = await doneSoFar(database, row.id);
  const decided = done.analysis !== null && row.mode !== "auto";
  const { restored_iteration: iteration, restored_after: after } = row;
  return {
    ...done,
    since: row.queued_at,
    mode: decided ? (row.mode as Past["mode"]) : null,
    max_iterations: decided ? row.max_iterations : null,
    restored: iteration === null || after === null ? null : { iteration, after },
  };
}

/** One signal for all that may call a thread off at once. */
function watchFor(shop: Workshop, row: WorkRow, epoch: number): { signal: AbortSignal; end(): void } {
  const control = new AbortController();
  const stop = () => control.abort(new AppError("thread.stopped", "the thread was stopped"));
  const late = () => control.abort(new AppError("deadline.passed", "the deadline has passed"));
  const leave = () => control.abort(new AppError("server.stopping", "the server is stopping"));

  const timer =
    row.deadline_at === null ? undefined : setTimeout(late, Math.max(0, Date.parse(row.deadline_at) - Date.now()));
  const readRequests = () =>
    shop.books.requests(row.id).then(
      ({ stop: asked }) => asked === "now" && stop(),
      (error: unknown) => shop.onFault("a stop could not be read", error, row.id),
    );
  const off = shop.live.onAsked(row.id, readRequests);
  const lost = () => control.abort(new Fenced(row.id));
  const letGo = shop.leases.hold({ thread_id: row.id, epoch, onLost: lost, onStop: stop });
  if (row.stop_requested === "now") stop();
  if (shop.stopping.aborted) leave();
  shop.stopping.addEventListener("abort", leave, { once: true });
  return {
    signal: control.signal,
    end() {
      clearTimeout(timer);
      off();
      letGo();
      shop.stopping.removeEventListener("abort", leave);
    },
  };
}
