/**
 * Failures on demand, for tests and demonstrations.
 *
 * Grammar: `rule, rule, ...`; a rule is `model[.role]:fault[_once][@probability]`. `model` is a short name (`onyx`), a full
 * one (`simulated-onyx`) or `*`. The first rule that fits and strikes decides. With a probability below 1 the dice are
 * seeded by the request and by how often this process has seen it, so a retry is a new throw. `_once` strikes only the first
 * time a request is seen, and never a request to repair a reply.
 */
import { Role } from "@orchestratex/sdk/contract";
import { AppError } from "../../errors.ts";
import { minds } from "./minds.ts";

const faultKinds = [
  "rate_limited",
  "rejected",
  "unreachable",
  "hang",
  "slow",
  "cut",
  "empty",
  "bad_json",
  "wrong_schema",
  "no_usage",
  "overcharge",
  "length",
  "refusal",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type FaultRule = { model: string; role: Role | null; kind: FaultKind; once: boolean; probability: number };

export function parseFaults(text: string): FaultRule[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(parseRule);
}

function parseRule(rule: string): FaultRule {
  const wrong = (what: string): AppError =>
    new AppError(
      "config.invalid",
      `ORCHESTRATEX_SIMULATED_FAULTS: "${rule.slice(0, 80)}": ${what}. A rule is model[.role]:fault[_once][@probability].`,
    );
  const parts = /^([a-z-]+|\*)(?:\.([a-z]+))?:([a-z_]+)(?:@([\d.]+))?$/.exec(rule);
  if (!parts) throw wrong("this is not a rule");
  const [, name = "", asked, fault = "", chance] = parts;
  const model = name === "*" || name.startsWith("simulated-") ? name : `simulated-${name}`;
  if (model !== "*" && minds.every((mind) => mind.model !== model)) throw wrong(`there is no model "${name}"`);
  const role = Role.options.find((each) => each === asked) ?? null;
  if (asked !== undefined && role === null) throw wrong(`the role must be one of ${Role.options.join(", ")}`);
  const once = fault.endsWith("_once");
  const kind = faultKinds.find((each) => each === (once ? fault.slice(0, -"_once".length) : fault));
  if (!kind) throw wrong(`the fault must be one of ${faultKinds.join(", ")}`);
  const probability = chance === undefined ? 1 : Number(chance);
  if (!(probability > 0 && probability <= 1)) throw wrong("the probability must be above 0 and at most 1");
  return { model, role, kind, once, probability };
}

/** The fault that strikes a call, if any. `dice` gives 0 <= x < 1 for the rule's number. */
export function faultOf(
  rules: readonly FaultRule[],
  call: { model: string; role: Role; repair: boolean; timesSeen: number },
  dice: (rule: number) => number,
): FaultKind | null {
  const struck = rules.find(
    ({ model, role, once, probability }, index) =>
      (model === "*" || model === call.model) &&
      (role === null || role === call.role) &&
      !(once && (call.repair || call.timesSeen > 0)) &&
      (probability === 1 || dice(index) < probability),
  );
  return struck?.kind ?? null;
}
