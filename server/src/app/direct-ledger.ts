/** The record and the money of a model asked directly: around each attempt, and at the end of its thread. */
import type { Receipt } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import type { DirectCall } from "../engine/direct.ts";
import { AppError } from "../errors.ts";
import type { Booking, ModelEvent, ModelRequest } from "../providers/provider.ts";
import type { EndDirect } from "../store/direct.ts";
import type { DirectShop } from "./direct.ts";
import {
  type Answer,
  answered,
  EPOCH,
  endAlone,
  endOf,
  failed,
  failureEvent,
  failureOf,
  lost,
  type Outcome,
  STOP_REASON,
} from "./direct-end.ts";
import { capsOf, requestOf } from "./direct-request.ts";
import { type Held, reserved } from "./direct-reserve.ts";
import { whileAway } from "./means.ts";

export type Accepted = { thread_id: string; session_id: string; deadline_ms: number };

export type Ledger = Booking & {
  thread_id: string;
  /** Resolves once the first attempt is reserved. */
  accepted: Promise<Accepted>;
  /** With its books. */
  request: ModelRequest;
  /** Settles and ends; throws `call.lost` where another process has ended it. */
  completed(answer: Answer & Extract<ModelEvent, { type: "end" }>): Promise<Receipt>;
  /** Ends the thread, if there is one, with what was reserved; answers the error to be told. */
  gaveUp(error: unknown, answer: Answer): Promise<unknown>;
};

/** A call goes out at most this long after its reservation: a third of the lease, so nobody can have taken the thread by then. */
const FRESH_MS = 10_000;

/** For the first reservation, before the session has said what its deadline is. */
const LONGEST_WAIT_MS = 300_000;

export function openLedger(shop: DirectShop, userId: string, call: DirectCall, signal: AbortSignal): Ledger {
  const { model_name, simulated } = call.profile;
  const thread = { thread_id: uuidv7(), model_name, simulated };
  const accepted = Promise.withResolvers<Accepted>();
  const page: Page = {
    ...thread,
    session_id: null,
    deadline_ms: LONGEST_WAIT_MS,
    attempts: 0,
    under: null,
    began: performance.now(),
    isEnding: false,
  };
  const booking = bookingOf(shop, page, async (attempt) => {
    const held = await reserved(shop, userId, call, { thread_id: thread.thread_id, attempt }, signal);
    if (attempt === 1) {
      page.began = held.since;
      page.session_id = held.session_id;
      page.deadline_ms = held.deadline_ms;
      accepted.resolve({ ...held, thread_id: thread.thread_id });
    }
    return held;
  });
  return {
    ...booking,
    thread_id: thread.thread_id,
    accepted: accepted.promise,
    request: { ...requestOf(call, uuidv7(), capsOf(call)[0] ?? 0), booking },
    async completed(answer) {
      if (!page.under) throw new AppError("internal", "an answer came of a call that was not reserved");
      const outcome = answered(page.under, answer, since(page.under));
      const isSimple = await end(shop, page, outcome);
      const totals = isSimple
        ? { ...totalsOf(outcome), total_time_spent: age(page) }
        : await shop.totals(thread.thread_id);
      return { ...receiptOf(page), ...totals };
    },
    async gaveUp(error, answer) {
      if (page.isEnding) return error;
      const told = signal.aborted ? signal.reason : error;
      const failure = { ...failureOf(told), free: failureOf(error).free };
      if (page.under) await end(shop, page, failed(page.under, failure, answer, since(page.under)));
      else if (page.session_id !== null) await endAlone(shop.books, thread, null, failure);
      return told;
    },
  };
}

/** What is written down of a call so far. */
type Page = Pick<EndDirect, "thread_id" | "model_name" | "simulated"> & {
  /** Null: nothing is reserved yet, there is no thread. */
  session_id: string | null;
  deadline_ms: number;
  attempts: number;
  /** The attempt under way. */
  under: Held | null;
  began: number;
  isEnding: boolean;
};

const since = ({ since }: Held): number => Math.round(performance.now() - since);

const age = ({ began }: Page): number => Math.round(performance.now() - began);

const isFresh = ({ since, wall }: Held): boolean =>
  performance.now() - since < FRESH_MS && Math.abs(Date.now() - wall) < FRESH_MS;

const bookingOf = ({ books, live }: DirectShop, page: Page, reserve: (attempt: number) => Promise<Held>): Booking => ({
  async reserve() {
    page.under = await reserve(++page.attempts);
    return page.under.request;
  },
  fresh: (id) => page.under?.request.id === id && isFresh(page.under),
  async failed(_request, error, pauseMs) {
    if (!page.under) return;
    const failure = failureOf(error);
    const { hold, failure: _, ...response } = failed(page.under, failure, NOTHING, since(page.under));
    const settlement = { response, hold, events: [failureEvent(failure, pauseMs)] };
    const { code } = await whileAway(() => books.settle(page.thread_id, EPOCH, settlement));
    if (code !== "settled") throw lost();
    page.under = null;
    if (page.session_id !== null) live.room(page.session_id);
  },
  remainingMs: () => page.deadline_ms - age(page),
});

const NOTHING: Answer = { text: "", toolCalls: [] };

/** False: in two transactions, since it was not simple. */
async function end({ books, live }: DirectShop, page: Page, outcome: Outcome): Promise<boolean> {
  const { thread_id, session_id, model_name, simulated } = page;
  if (session_id === null) throw new AppError("internal", "a call has ended that was not reserved");
  page.isEnding = true;
  const item = endOf({ thread_id, session_id, model_name, simulated }, outcome, {
    reserved_cost: page.under?.cost ?? null,
    elapsed: age(page),
  });
  const isSimple = page.attempts === 1 && (await whileAway(() => books.endDirect(item))).code === "ended";
  if (!isSimple) await endAlone(books, page, outcome, outcome.failure);
  live.room(session_id);
  return isSimple;
}

const totalsOf = ({ hold, cost, cost_source }: Outcome) => ({
  total_cost: hold === "spent" ? (cost ?? 0) : 0,
  cost_is_estimated: cost_source !== "provider",
});

const receiptOf = ({ thread_id, session_id, model_name, simulated }: Page) => ({
  thread_id,
  session_id: session_id ?? "",
  mode: "direct" as const,
  selected_model: model_name,
  selection_reasoning: null,
  evaluators: [],
  iterations: 1,
  best_iteration: 1,
  stop_reason: STOP_REASON,
  final_quality_score: null,
  simulated,
  citations: [],
});
