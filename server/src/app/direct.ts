/** One model asked directly, as `/v1` does: reserved, sent, settled and ended by whoever asks, without a job. */
import type { Profile, Receipt } from "@orchestratex/sdk/contract";
import type { CallDirectly, DirectCall, DirectEvent, ToolCall } from "../engine/direct.ts";
import { AppError } from "../errors.ts";
import type { Provider } from "../providers/provider.ts";
import type { Books } from "../store/journal.ts";
import type { Live } from "../store/live.ts";
import { type Channel, openChannel } from "./channel.ts";
import { lost as lostThread } from "./direct-end.ts";
import { type Accepted, type Ledger, openLedger } from "./direct-ledger.ts";
import type { ImplicitSessions } from "./implicit-session.ts";
import { openLeases } from "./leases.ts";

export type DirectShop = {
  books: Books;
  live: Live;
  /** Undefined: nobody here speaks for it. */
  speakerOf(profile: Profile): Provider | undefined;
  sessions: ImplicitSessions;
  /** Of a thread that has ended. */
  totals(threadId: string): Promise<Pick<Receipt, "total_cost" | "total_time_spent" | "cost_is_estimated">>;
  simulatedPolicy: "auto" | "on" | "off";
  drainMs: number;
  onFault(message: string, error: unknown, threadId: string | null): void;
};

export type Direct = {
  call: CallDirectly;
  /** Whether this process works on the thread. */
  has(threadId: string): boolean;
  /** No new call; those under way may end, then they are aborted. Resolves when nothing runs. */
  drain(): Promise<void>;
};

export function openDirect(shop: DirectShop): Direct {
  const leases = openLeases({
    books: shop.books,
    onFault: (error) => shop.onFault("leases could not be renewed", error, null),
  });
  const running = new Map<string, { control: AbortController; ended: Promise<void> }>();
  let isDraining = false;

  const call: CallDirectly = async (userId, asked, signal) => {
    if (isDraining) throw new AppError("server.stopping", "The server is stopping: ask again in a moment");
    const speaker = speakerFor(shop, asked.profile);
    const control = new AbortController();
    const unfollow = follow(signal, control);
    const ledger = openLedger(shop, userId, asked, control.signal);
    const events = openChannel<DirectEvent>();
    const ended = run(speaker, asked, ledger, control.signal, events).finally(() => {
      running.delete(ledger.thread_id);
      unfollow();
    });
    running.set(ledger.thread_id, { control, ended });
    ended.catch((error: unknown) => {
      if (isOurs(error)) shop.onFault("a model asked directly failed on our side", error, ledger.thread_id);
    });
    const accepted = await Promise.race([ledger.accepted, ended.then(() => ledger.accepted)]);
    const unwatch = watch(shop, leases, accepted, control);
    void ended.finally(unwatch).catch(() => undefined);
    const { thread_id, session_id } = accepted;
    return { thread_id, session_id, events: events.read(() => control.abort(hungUp())) };
  };

  return {
    call,
    has: (threadId) => running.has(threadId),
    async drain() {
      isDraining = true;
      const stopping = new AppError("server.stopping", "The server is stopping");
      const grace = setTimeout(() => {
        for (const { control } of running.values()) control.abort(stopping);
      }, shop.drainMs);
      await Promise.allSettled([...running.values()].map(({ ended }) => ended));
      clearTimeout(grace);
      leases.close();
    },
  };
}

function speakerFor({ speakerOf, simulatedPolicy }: DirectShop, profile: Profile): Provider {
  const { model_name } = profile;
  if (profile.simulated && simulatedPolicy === "off")
    throw new AppError("model.none", `${model_name} is simulated, and simulated models are switched off here`);
  if (!profile.is_active) throw new AppError("model.none", `${model_name} is switched off`);
  const speaker = speakerOf(profile);
  if (!speaker)
    throw new AppError("model.no_provider", `Nothing here speaks for ${profile.provider}, of ${model_name}`);
  if (!profile.is_available) throw new AppError("model.none", `${model_name} is not available now`);
  return speaker;
}

const hungUp = () => new AppError("thread.stopped", "The client has hung up");

/** `control` aborts with `signal`, by a reason of ours. */
function follow(signal: AbortSignal, control: AbortController): () => void {
  const stop = () => control.abort(signal.reason instanceof AppError ? signal.reason : hungUp());
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return () => signal.removeEventListener("abort", stop);
}

/** Others may end it too: its deadline, a stop, another worker who has found its lease lapsed. */
function watch(
  { books, live, onFault }: DirectShop,
  leases: ReturnType<typeof openLeases>,
  { thread_id: threadId, deadline_ms }: Accepted,
  control: AbortController,
): () => void {
  const stop = () => control.abort(new AppError("thread.stopped", "The thread was stopped"));
  const late = () => control.abort(new AppError("deadline.passed", "The session's deadline has passed"));
  const timer = setTimeout(late, deadline_ms);
  const off = live.onAsked(threadId, () =>
    books.requests(threadId).then(
      ({ stop: asked }) => asked !== null && stop(),
      (error: unknown) => onFault("a stop could not be read", error, threadId),
    ),
  );
  const lost = () => control.abort(lostThread());
  const letGo = leases.hold({ thread_id: threadId, epoch: 1, onLost: lost, onStop: stop });
  return () => {
    clearTimeout(timer);
    off();
    letGo();
  };
}

/** The call from its first attempt to its end in the journal. Throws what `events` ends with. */
async function run(
  speaker: Provider,
  asked: DirectCall,
  ledger: Ledger,
  signal: AbortSignal,
  events: Channel<DirectEvent>,
): Promise<void> {
  const answer = { text: "", toolCalls: [] as ToolCall[] };
  try {
    const end = await read(speaker, asked, ledger, signal, answer, events);
    events.push({ ...end, receipt: await ledger.completed({ ...answer, ...end }) });
    events.end();
  } catch (error) {
    const told = await ledger.gaveUp(error, answer).catch((fault: unknown) => fault);
    events.end(told);
    throw told;
  }
}

async function read(
  speaker: Provider,
  asked: DirectCall,
  ledger: Ledger,
  signal: AbortSignal,
  answer: { text: string; toolCalls: ToolCall[] },
  events: Channel<DirectEvent>,
) {
  for await (const event of speaker.call(ledger.request, signal)) {
    if (event.type === "end") return event;
    if (event.type === "text-delta") answer.text += event.text;
    else answer.toolCalls.push({ id: event.id, name: event.name, arguments: event.arguments });
    events.push(event);
  }
  throw new AppError("provider.unreachable", `${asked.profile.model_name} broke off before the end of its reply`);
}

const isOurs = (error: unknown): boolean => !(error instanceof AppError) || error.code === "store.failed";
