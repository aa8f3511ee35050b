/** When which fault strikes. */
import { chanceOf } from "../../src/providers/simulated/chance.ts";
import type { Asked, FaultKind, Wire } from "./wire.ts";

export type Rule = {
  fault: FaultKind;
  wire?: Wire;
  model?: string;
  key?: string;
  /** So many strikes; without it, for ever. */
  times?: number;
  /** 0 to 1. */
  probability?: number;
  /** What a rate limit asks for (1 000), or how far apart a trickle's words are (100). */
  retryAfterMs?: number;
  /** Strikes the listing of models instead of calls. */
  on?: "call" | "models";
};

export type Caller = { wire: Wire; on: "call" | "models"; model: string; key: string | null; asked: Asked | null };

export type Rules = {
  add(...rules: Rule[]): void;
  clear(): void;
  /** The first rule that fits and strikes. */
  struckBy(caller: Caller): Rule | null;
};

export function openRules(seed: string): Rules {
  const chance = chanceOf("upstream", seed);
  let rules: { rule: Rule; left: number }[] = [];
  return {
    add: (...added) => {
      rules.push(...added.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY })));
    },
    clear: () => {
      rules = [];
    },
    struckBy: (caller) => {
      const hit = rules.find(
        ({ rule, left }) => left > 0 && fits(rule, caller) && (rule.probability ?? 1) > chance.next(),
      );
      if (!hit) return null;
      hit.left--;
      return hit.rule;
    },
  };
}

const fits = (rule: Rule, { wire, on, model, key, asked }: Caller): boolean =>
  (rule.wire ?? wire) === wire &&
  (rule.on ?? "call") === on &&
  (rule.model ?? model) === model &&
  (rule.key ?? key) === key &&
  (rule.fault !== "schema_refused" || asksSchema(asked)) &&
  (rule.fault !== "json_refused" || asked?.json === true);

/** Anthropic's package asks for a form by its own tool where a model has no other way: that cannot be refused. */
const asksSchema = (asked: Asked | null): boolean => asked !== null && asked.json !== null && asked.json !== true;
