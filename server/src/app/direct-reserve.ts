/** The money of one attempt at a model asked directly, before it is sent: held, waited for, or refused. */
import { v7 as uuidv7 } from "uuid";
import type { DirectCall } from "../engine/direct.ts";
import { AppError } from "../errors.ts";
import type { BeganDirect } from "../store/direct.ts";
import type { ThreadSettings } from "../store/work.ts";
import type { DirectShop } from "./direct.ts";
import { EPOCH, lost, type Reserved } from "./direct-end.ts";
import { boundOf, capsOf, promptText, requestOf } from "./direct-request.ts";
import { nextRoom } from "./means.ts";

export type Held = Reserved & { session_id: string; deadline_ms: number };

/** `attempt`: from 1; the first begins the thread. */
type Place = { thread_id: string; attempt: number };

/**
 * Resolves once the attempt may be sent: its row and its money are durable. Waits, holding nothing, for money that other calls of
 * the session hold. Throws `budget.exceeded`, `model.unknown_price`, `model.none`, `session.*`, `thread.stopped`, `deadline.passed`,
 * `call.lost`, or the reason of `signal`.
 */
export async function reserved(
  shop: DirectShop,
  userId: string,
  call: DirectCall,
  place: Place,
  signal: AbortSignal,
): Promise<Held> {
  for (let isNew = false; ; ) {
    const session_id = call.session_id ?? (await shop.sessions.of(userId));
    const room = nextRoom(shop.live, session_id, signal);
    try {
      const answer = await tryCaps(shop, userId, { ...call, session_id }, place);
      if (answer.held) return answer.held;
      const { code } = answer;
      // The day's session was ended or erased meanwhile: another takes its place.
      const isGone = call.session_id === null && (code === "session_ended" || code === "session_not_found");
      if (code !== "wait" && (!isGone || isNew || place.attempt > 1)) throw refusal(code, call, session_id);
      if (isGone) {
        await shop.sessions.forget(userId, session_id);
        isNew = true;
      } else await room.came;
      signal.throwIfAborted();
    } finally {
      room.forget();
    }
  }
}

type Tried = { held: Held } | { held?: never; code: string };

/** The longest reply that the money reaches to. */
async function tryCaps(
  shop: DirectShop,
  userId: string,
  call: DirectCall & { session_id: string },
  place: Place,
): Promise<Tried> {
  let code = "cost_limit";
  for (const cap of capsOf(call)) {
    const request = requestOf(call, uuidv7(), cap);
    const cost = boundOf(call, cap);
    const [since, wall] = [performance.now(), Date.now()];
    const answer =
      place.attempt === 1
        ? await begin(shop, userId, call, { ...place, request, cost })
        : await reserveAgain(shop, { ...place, request, cost });
    if (answer.code === "reserved")
      return { held: { request, cost, since, wall, session_id: call.session_id, deadline_ms: answer.deadline_ms } };
    code = answer.code;
    if (code !== "cost_limit" && code !== "wait") break;
  }
  return { code };
}

type Attempt = Place & Pick<Reserved, "request" | "cost">;

const begin = (
  { books }: DirectShop,
  userId: string,
  call: DirectCall & { session_id: string },
  { thread_id, request, cost }: Attempt,
): Promise<BeganDirect> => {
  const { model_name, simulated, over_billed_at } = call.profile;
  return books.beginDirect({
    session_id: call.session_id,
    user_id: userId,
    thread_id,
    response_id: request.id,
    model_name,
    simulated,
    over_billed: over_billed_at !== null,
    prompt: call.prompt,
    context: call.context,
    prompt_sent: promptText(call.messages),
    reserved_cost: cost,
    settings: settingsOf(model_name),
  });
};

/** What another iteration of the thread would go by. */
const settingsOf = (model_name: string): ThreadSettings => ({
  asked: { model_name },
  ...{ max_iterations: null, evaluators: null, strategy: "hybrid", preferred_models: [], excluded_models: [] },
  ...{ model_name, context_mode: "none", deadline_ms: 300_000 },
});

async function reserveAgain({ books }: DirectShop, { thread_id, attempt, request, cost }: Attempt) {
  const { model_name, simulated } = request.profile;
  const call = {
    id: request.id,
    step: `1.answer.${model_name}`,
    attempt,
    ...{ iteration_number: 1, model_name, role: "primary", response_type: "initial", simulated },
    ...{ prompt_sent: promptText(request.messages), criticism_addressed: [], reserved_cost: cost },
  };
  const stage = { calls: [call], read: null, headroom: 0, thread: {}, selections: [], events: [] };
  const { code } = await books.reserve(thread_id, EPOCH, stage);
  return { code, deadline_ms: 0 };
}

function refusal(code: string, { profile: { model_name } }: DirectCall, sessionId: string): AppError {
  switch (code) {
    case "session_not_found":
      return new AppError("session.not_found", `There is no session ${sessionId}`);
    case "session_ended":
      return new AppError("session.ended", `Session ${sessionId} has ended: start another`);
    case "unknown_price":
      return new AppError("model.unknown_price", `The price of ${model_name} is unknown, and the session has a limit`);
    case "over_billed":
      return new AppError("model.none", `${model_name} once charged more than was reserved: switch it on again first`);
    case "cost_limit":
      return new AppError("budget.exceeded", `The cost limit of session ${sessionId} leaves no room for this call`);
    case "stopped":
      return new AppError("thread.stopped", "The thread was stopped");
    case "deadline":
      return new AppError("deadline.passed", "The session's deadline has passed");
    default:
      return lost();
  }
}
