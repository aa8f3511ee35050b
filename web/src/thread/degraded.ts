/** What did not go as planned in a thread, and what can be done about it. Pure. */
import type { Iteration, ThreadView, Trouble } from "./view.ts";

export type Failed = { model: string; code: string; detail: string };

export type Concern =
  | { kind: "failed"; code: string; detail: string | null }
  | { kind: "critics"; iteration: number; answered: number; asked: number; failed: readonly Failed[] }
  | ({ kind: "fallback"; to: string | null } & Failed)
  | ({ kind: "retry"; underWay: boolean; waitMs: number | null } & Failed)
  | { kind: "cut"; model: string; filtered: boolean }
  | { kind: "budget" | "deadline" | "limit" | "bill" | "unasked"; detail: string | null };

export type ConcernSource = Pick<ThreadView, "phase" | "iterations" | "troubles" | "finish" | "start">;

/** Earlier ones are in the list of all. */
const MOST_CRITICS = 1;

/** The worst first; empty: all went as planned. */
export function concernsOf(source: ConcernSource): Concern[] {
  const { troubles, finish, iterations } = source;
  const running = finish === null;
  return [
    ...failureOf(source),
    ...limitsOf(source),
    ...troubles.filter(({ kind, to }) => kind === "fallback" && (running || to !== null)).map(fallbackOf),
    ...cutOf(source),
    ...unaskedOf(source),
    ...iterations.flatMap(criticsOf).slice(-MOST_CRITICS),
    ...(running ? retryOf(source) : []),
  ];
}

const SETTLED = ["deadline.passed", "budget.exceeded"];

function failureOf({ phase, finish, troubles }: ConcernSource): Concern[] {
  if (phase !== "failed" || !finish) return [];
  const code = finish.failure_reason ?? "internal";
  const told = troubles.findLast((one) => one.kind === "error") ?? troubles.findLast((one) => one.code === code);
  return [{ kind: "failed", code, detail: SETTLED.includes(code) ? null : (told?.detail ?? null) }];
}

function limitsOf({ troubles, finish }: ConcernSource): Concern[] {
  const of = (kind: "limit" | "bill"): Concern[] =>
    troubles.filter((one) => one.kind === kind).map(({ detail }) => ({ kind, detail }));
  const reached = finish?.stop_reason === "cost_limit";
  return [
    ...(reached ? [{ kind: "budget" as const, detail: null }] : of("limit")),
    ...(finish?.stop_reason === "deadline" ? [{ kind: "deadline" as const, detail: null }] : []),
    ...of("bill"),
  ];
}

const fallbackOf = ({ model, to, code, detail }: Trouble): Concern => ({
  ...{ kind: "fallback", model: model ?? "", to, code, detail },
});

/** The version that counts was not written to its end. */
function cutOf({ iterations }: ConcernSource): Concern[] {
  const version = (iterations.find(({ best }) => best) ?? iterations.findLast((one) => one.version !== null))?.version;
  if (!version || (version.finishReason !== "length" && version.finishReason !== "content_filter")) return [];
  return [{ kind: "cut", model: version.model, filtered: version.finishReason === "content_filter" }];
}

/** Where the money ended it that is said already. */
function unaskedOf({ iterations, finish, start }: ConcernSource): Concern[] {
  const judgements = iterations.flatMap((one) => one.judgements);
  const some = judgements.some(({ state }) => state === "unasked") && start?.cost_limit != null;
  return some && finish?.stop_reason !== "cost_limit" ? [{ kind: "unasked", detail: null }] : [];
}

function criticsOf({ number, judgements }: Iteration): Concern[] {
  const failed = judgements.filter(({ state }) => state === "failed");
  if (failed.length === 0) return [];
  const answered = judgements.filter(({ state }) => state === "done").length;
  return [
    {
      ...{ kind: "critics", iteration: number, answered, asked: judgements.length },
      failed: failed.map(({ model, trouble }) => ({
        ...{ model, code: trouble?.code ?? "internal", detail: trouble?.detail ?? "" },
      })),
    },
  ];
}

/** Who was last asked again. It stays until the thread is over: what comes and goes makes a page jump. */
function retryOf({ iterations, troubles }: ConcernSource): Concern[] {
  const now = iterations.at(-1);
  const last = troubles.findLast(({ kind, recoverable }) => recoverable && (kind === "retry" || kind === "evaluation"));
  if (!last || !now) return [];
  const { iteration, model, code, detail, retryAfterMs: waitMs } = last;
  const isAtIt =
    now.version === null
      ? model === now.author
      : now.judgements.some((one) => one.model === model && one.state === "running");
  const underWay = iteration === now.number && isAtIt;
  return [{ kind: "retry", model: model ?? "", code, detail, waitMs, underWay }];
}

export type Remedy = { phrase: "keys" | "models" | "budget" | "again" | "wait"; href: string | null };

const remedies: Readonly<Record<string, Remedy>> = {
  "provider.key_rejected": { phrase: "keys", href: "/settings/keys" },
  "provider.no_credit": { phrase: "keys", href: "/settings/keys" },
  "provider.rejected": { phrase: "keys", href: "/settings/keys" },
  "provider.model_unknown": { phrase: "models", href: "/models" },
  "provider.paused": { phrase: "models", href: "/models" },
  "provider.too_long": { phrase: "models", href: "/models" },
  "model.none": { phrase: "models", href: "/models" },
  "model.unknown_price": { phrase: "models", href: "/models" },
  "budget.exceeded": { phrase: "budget", href: "/settings" },
  cost_limit: { phrase: "budget", href: "/settings" },
  bill_exceeded: { phrase: "models", href: "/models" },
  "deadline.passed": { phrase: "again", href: "/" },
  "thread.stopped": { phrase: "again", href: "/" },
  "provider.rate_limited": { phrase: "wait", href: null },
};

/** What the user can do about a fault; null: nothing, it is dealt with or passes. */
export const remedyOf = (code: string): Remedy | null => remedies[code] ?? null;
