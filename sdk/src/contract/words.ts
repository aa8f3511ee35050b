/** The closed word lists of the product: one spelling each, on the wire, in the tables and on the screen. */
import { z } from "zod";
import { criteria, domains, strategies } from "./lists.ts";

export const Domain = z.enum(domains);
export type Domain = z.infer<typeof Domain>;

export const Complexity = z.enum(["simple", "moderate", "complex", "expert"]);
export type Complexity = z.infer<typeof Complexity>;

export const Need = z.enum([
  "reasoning",
  "multilingual",
  "current_events",
  "humor",
  "efficiency",
  "safety",
  "long_context",
]);
export type Need = z.infer<typeof Need>;

/** How careful a thread is: who evaluates and how many iterations. `direct` is one model call through `/v1`. */
export const Mode = z.enum(["quick", "checked", "thorough", "auto", "direct"]);
export type Mode = z.infer<typeof Mode>;

/** The modes a prompt or a session may ask for. */
export const AskedMode = Mode.exclude(["direct"]);
export type AskedMode = z.infer<typeof AskedMode>;

export const Strategy = z.enum(strategies);
export type Strategy = z.infer<typeof Strategy>;

export const SelectionPhase = z.enum(["initial", "refinement", "final"]);
export type SelectionPhase = z.infer<typeof SelectionPhase>;

export const SessionStatus = z.enum(["active", "completed", "terminated", "error"]);
export type SessionStatus = z.infer<typeof SessionStatus>;

export const ThreadStatus = z.enum([
  "initializing",
  "model_selection",
  "responding",
  "evaluating",
  "criticism",
  "refining",
  "completed",
  "failed",
]);
export type ThreadStatus = z.infer<typeof ThreadStatus>;

/** The two states a thread never leaves by itself. */
export const isFinal = (status: ThreadStatus): boolean => status === "completed" || status === "failed";

export const StopReason = z.enum([
  "threshold_met",
  "plateau",
  "max_iterations",
  "cost_limit",
  "deadline",
  "stopped",
  "no_evaluators",
]);
export type StopReason = z.infer<typeof StopReason>;

/** What `decide` answers after each iteration: go on, or why not. */
export const Decision = z.enum(["refine", ...StopReason.options]);
export type Decision = z.infer<typeof Decision>;

export const StopWhen = z.enum(["now", "after_iteration"]);
export type StopWhen = z.infer<typeof StopWhen>;

export const Role = z.enum(["primary", "evaluator", "critic", "refiner"]);
export type Role = z.infer<typeof Role>;

export const ResponseType = z.enum(["initial", "evaluation", "criticism", "improvement", "final"]);
export type ResponseType = z.infer<typeof ResponseType>;

export const ResponseStatus = z.enum(["pending", "completed", "failed", "superseded"]);
export type ResponseStatus = z.infer<typeof ResponseStatus>;

/** Where a cost comes from: the provider's own usage figures, our estimate, or nobody knows. */
export const CostSource = z.enum(["provider", "estimated", "unknown"]);
export type CostSource = z.infer<typeof CostSource>;

export const FinishReason = z.enum(["stop", "length", "content_filter", "tool_calls", "other"]);
export type FinishReason = z.infer<typeof FinishReason>;

export const ContextMode = z.enum(["session", "none"]);
export type ContextMode = z.infer<typeof ContextMode>;

export const Criterion = z.enum(criteria);
export type Criterion = z.infer<typeof Criterion>;

export const Severity = z.enum(["minor", "major", "critical"]);
export type Severity = z.infer<typeof Severity>;

export const LogLevel = z.enum(["debug", "info", "warning", "error"]);
export type LogLevel = z.infer<typeof LogLevel>;

export const SearchMode = z.enum(["basic", "deep", "super_deep", "creative", "private", "uncensored"]);
export type SearchMode = z.infer<typeof SearchMode>;
