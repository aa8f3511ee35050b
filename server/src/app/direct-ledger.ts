/** The record and the money of a model asked directly: around each attempt, and at the end of its thread. */
import type { Receipt } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import type { DirectCall } from "../engine/direct.ts";
import { AppError } from "../errors.ts";
import type { Booking, ModelEvent, ModelRequest } from "../providers/provider.ts";
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

const isFresh = ({ since, wall }: Held): boolean =>
  performance.now() - since < FRESH_MS && Math.abs(Date.now() - wall) < FRESH_MS;

const elapsed = ({ since }: Held): number => Math.round(performance.now() - since);

export function openLedger(shop: DirectShop, userId: string, call: DirectCall, signal: AbortSignal): Ledger {
  const { books, live } = shop;
  const { model_name, simulated } = call.profile;
  const thread = { thread_id: uuidv7(), model_name, simulated };
  const accepted = Promise.withResolvers<Accepted>();
  let sessionId = "";
  let attempts = 0;
  let under: Held | null = null;
  let began = 0;
  let isEnding = false;

  /** False: in two transactions, since it was not simple. */
  const end = async (outcome: Outcome): Promise<boolean> => {
    isEnding = true;
    const item = endOf({ ...thread, session_id: sessionId }, outcome, Math.round(performance.now() - began));
    const { code } = await whileAway(() => books.endDirect(item));
    if (code === "alone") await endAlone(books, thread, outcome, outcome.failure);
    live.room(sessionId);
    return code === "ended";
  };
  const booking: Booking = {
    async reserve() {
      const place = { thread_id: thread.thread_id, attempt: ++attempts };
      const held = await reserved(shop, userId, call, place, signal);
      sessionId = held.session_id;
      under = held;
      if (place.attempt === 1) {
        began = held.since;
        accepted.resolve({ ...held, thread_id: thread.thread_id });
      }
      return held.request;
    },
    fresh: (id) => under?.request.id === id && isFresh(under),
    async failed(_request, error, pauseMs) {
      if (!under) return;
      const failure = failureOf(error);
      const { hold, failure: _, ...response } = failed(under, failure, { text: "", toolCalls: [] }, elapsed(under));
      const events = [failureEvent(failure, pauseMs)];
      const { code } = await whileAway(() => books.settle(thread.thread_id, EPOCH, { response, hold, events }));
      if (code !== "settled") throw new AppError("call.lost", "Another process has taken the thread");
      under = null;
      live.room(sessionId);
    },
  };
  return {
    ...booking,
    ...thread,
    accepted: accepted.promise,
    request: { ...requestOf(call, uuidv7(), capsOf(call)[0] ?? 0), booking },
    async completed(answer) {
      if (!under) throw new AppError("internal", "an answer came of a call that was not reserved");
      const outcome = answered(under, answer, elapsed(under));
      const isSimple = await end(outcome);
      const total_time_spent = Math.round(performance.now() - began);
      return {
        ...receiptOf(call, thread.thread_id, sessionId),
        ...(isSimple ? { ...totalsOf(outcome), total_time_spent } : await shop.totals(thread.thread_id)),
      };
    },
    async gaveUp(error, answer) {
      const told = signal.aborted ? signal.reason : error;
      if (isEnding || sessionId === "") return isEnding ? error : told;
      const failure = { ...failureOf(told), free: failureOf(error).free };
      if (under) await end(failed(under, failure, answer, elapsed(under)));
      else await endAlone(books, thread, null, failure);
      return told;
    },
  };
}

const totalsOf = ({ hold, cost, cost_source }: Outcome) => ({
  total_cost: hold === "spent" ? (cost ?? 0) : 0,
  cost_is_estimated: cost_source !== "provider",
});

const receiptOf = ({ profile }: DirectCall, thread_id: string, session_id: string) => ({
  thread_id,
  session_id,
  mode: "direct" as const,
  selected_model: profile.model_name,
  selection_reasoning: null,
  evaluators: [],
  iterations: 1,
  best_iteration: 1,
  stop_reason: STOP_REASON,
  final_quality_score: null,
  simulated: profile.simulated,
  citations: [],
});
