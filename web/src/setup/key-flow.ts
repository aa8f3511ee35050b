/** What becomes of a pasted key: whose it is, whether they take it, and only then it is kept. Pure. */
import type { IntegrationTest } from "@orchestratex/sdk/contract";

/** The server takes none that is shorter. */
export const SHORTEST_KEY = 8;

export type KeyFlow =
  | { at: "idle" }
  /** Nobody is sent the key: it is looked at alone. */
  | { at: "recognizing" }
  /** It may belong to several; a key is sent to nobody whom the user has not named. */
  | { at: "choosing"; candidates: readonly string[] }
  | { at: "trying"; name: string }
  /** `error`: why it could not be kept. */
  | { at: "tried"; name: string; test: IntegrationTest; error: unknown }
  | { at: "keeping"; name: string; test: IntegrationTest }
  | { at: "kept"; name: string; test: IntegrationTest }
  /** The way to an answer broke; `name`: of whom, as far as that was known. */
  | { at: "failed"; name: string | null; error: unknown };

export type KeyNews =
  | { type: "typed" }
  | { type: "started" }
  | { type: "recognized"; name: string | null; candidates: readonly string[] }
  | { type: "named"; name: string }
  | { type: "tested"; test: IntegrationTest }
  | { type: "keep" }
  | { type: "stored" }
  | { type: "broken"; error: unknown };

export const idle: KeyFlow = { at: "idle" };

export function nextOf(flow: KeyFlow, news: KeyNews): KeyFlow {
  switch (news.type) {
    case "typed":
      return idle;
    case "started":
      return { at: "recognizing" };
    case "recognized":
      if (flow.at !== "recognizing") return flow;
      return news.name === null ? { at: "choosing", candidates: news.candidates } : { at: "trying", name: news.name };
    case "named":
      return { at: "trying", name: news.name };
    case "tested":
      return flow.at === "trying" ? { at: "tried", name: flow.name, test: news.test, error: null } : flow;
    case "keep":
      return flow.at === "tried" && flow.test.ok ? { at: "keeping", name: flow.name, test: flow.test } : flow;
    case "stored":
      return flow.at === "keeping" ? { ...flow, at: "kept" } : flow;
    case "broken":
      if (!isBusy(flow)) return flow;
      return flow.at === "keeping"
        ? { ...flow, at: "tried", error: news.error }
        : { at: "failed", name: flow.at === "trying" ? flow.name : null, error: news.error };
  }
}

export const isBusy = ({ at }: KeyFlow): boolean => at === "recognizing" || at === "trying" || at === "keeping";
