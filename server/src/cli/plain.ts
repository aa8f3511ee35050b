/** One event, one line, for files and pipes. Pure. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { cost, duration, many, money, score } from "./figures.ts";
import * as say from "./phrases.ts";
import { safeLine } from "./safe-text.ts";

/** Null for what is not worth a line: greetings, and text while it is being written. */
export function plainLine(event: ThreadEvent): string | null {
  const said = sentence(event);
  if (said === null) return null;
  const [label, text] = said;
  const iteration = event.iteration_number ? `[${event.iteration_number}] ` : "";
  return `${label.padEnd(10)} ${iteration}${text}\n`;
}

function sentence(event: ThreadEvent): [label: string, text: string] | null {
  const model = safeLine(event.model_involved ?? "a model");
  switch (event.event_type) {
    case "orchestration_started":
      return ["started", event.details.resumed ? "again, after an interruption" : say.started(event.details)];
    case "prompt_analyzed":
      return ["analysis", say.analyzed(event.details)];
    case "model_selected":
      return ["selection", selection(event.details)];
    case "response_generated": {
      const what = event.details.role === "primary" ? "an answer" : "a revision";
      return ["draft", `${model} wrote ${what}: ${say.written(event.details).join(", ")}`];
    }
    case "evaluation_completed":
      return ["evaluation", evaluation(model, event.details)];
    case "evaluation_failed":
      return ["warning", say.evaluationFailed(event.details)];
    case "model_fallback":
      return ["warning", say.fellBack(event.details)];
    case "criticism_merged": {
      const points = event.details.criticisms;
      return [
        "criticism",
        points.length === 0 ? "no points" : `${many(points.length, "point")}: ${points.map(say.criticism).join("; ")}`,
      ];
    }
    case "criticism_addressed":
      return ["revision", say.addressed(event.details).join("; ") || "no point was answered"];
    case "iteration_completed":
      return ["decision", `${say.scored(event.details)}; ${say.decided(event.details)}`];
    case "quality_threshold_met":
      return ["threshold", `score ${score(event.details.score)} reaches ${score(event.details.quality_threshold)}`];
    case "cost_limit_warning":
      return ["warning", say.costWarning(event.details)];
    case "bill_exceeded":
      return ["warning", say.overBilled(model, event.details)];
    case "feedback_received":
      return ["feedback", say.asked(event.details)];
    case "thread_updated":
      return ["changed", say.updated(event.details)];
    case "stop_requested":
      return ["stop", event.details.when === "now" ? "asked for, now" : "asked for, after this iteration"];
    case "error_occurred":
      return ["error", `${safeLine(event.details.detail)} (${safeLine(event.details.code)})`];
    case "orchestration_finished":
      return ["finished", finished(event.details)];
    default:
      return null;
  }
}

type Details<Type extends ThreadEvent["event_type"]> = Extract<ThreadEvent, { event_type: Type }>["details"];

const selection = (details: Details<"model_selected">): string =>
  [
    safeLine(details.reasoning).replace(/\.$/, ""),
    say.runnerUp(details.runner_up_model, details.selection_margin),
    say.judges(details.evaluators),
    say.expected(details.cost_range),
    ...details.warnings.map(safeLine),
  ].join("; ");

function evaluation(model: string, details: Details<"evaluation_completed">): string {
  const points = details.criticisms.map((one) => say.criticism({ ...one, id: null }));
  const spent = `${cost(details.cost, false)}, ${duration(details.evaluation_time)}`;
  return `${model} gives ${score(details.overall_score)} (${say.severities(details.criticisms)}; ${spent})${
    points.length > 0 ? `. ${points.join("; ")}` : ""
  }`;
}

const finished = (details: Details<"orchestration_finished">): string =>
  details.thread_status === "failed"
    ? `without an answer (${safeLine(details.failure_reason ?? "unknown")}), ${money(details.total_cost)} spent`
    : `${say.why(details.stop_reason)}; best ${say.best(details)}; ${say.bill(details)}`;
