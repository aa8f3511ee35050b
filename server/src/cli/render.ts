/** What is seen of a thread while it runs: a view and an event give the next view and the text to append. Pure. */
import type { Criticism, DetailsOf, ThreadEvent } from "@orchestratex/sdk/contract";
import { colourOf, entry, note, pointLine, rule, scoreBar } from "./blocks.ts";
import { type Draft, newText, openDraft, restDraft, writeDraft } from "./draft.ts";
import { cost, duration } from "./figures.ts";
import type { Look } from "./look.ts";
import { columns, cut, wrap } from "./measure.ts";
import * as say from "./phrases.ts";
import { plainLine } from "./plain.ts";
import { safeLine } from "./safe-text.ts";

export type View = {
  simulatedSaid: boolean;
  /** The iteration whose heading was printed last. */
  iteration: number;
  draft: Draft | null;
  threshold: number;
  evaluators: readonly string[];
  /** What is being waited for, for a status line. */
  waitingFor: string;
  /** Of those, who has yet to judge. */
  judging: readonly string[];
};

export const emptyView: View = {
  simulatedSaid: false,
  iteration: 0,
  draft: null,
  threshold: 8,
  evaluators: [],
  waitingFor: "waiting for the thread to start",
  judging: [],
};

export type Rendered = { view: View; out: string };

export function render(view: View, event: ThreadEvent, look: Look): Rendered {
  const label = event.simulated && !view.simulatedSaid ? simulatedLine(look) : "";
  const labelled = label === "" ? view : { ...view, simulatedSaid: true };
  const next = after(labelled, event);
  if (!look.live) return { view: next, out: label + (plainLine(event) ?? "") };
  if (isText(event)) return textArrived(next, event, look, label);
  const rested = next.draft ? restDraft(next.draft, look) : { draft: null, out: "" };
  return { view: { ...next, draft: rested.draft }, out: rested.out + label + lines(next, event, look) };
}

/** Something that is not of the thread's making: on a line of its own, also in the middle of a draft. */
export function interject(view: View, text: string, look: Look): Rendered {
  if (!view.draft || !look.live) return { view, out: text };
  const rested = restDraft(view.draft, look);
  return { view: { ...view, draft: rested.draft }, out: rested.out + text };
}

/** The first lines, before there are events. */
export const header = (prompt: string, threadId: string, look: Look): string =>
  look.live
    ? `\n${wrap(cut(safeLine(prompt), 2 * look.width - 8), look.width - 4)
        .map((line) => `  ${look.paint("bold", line)}`)
        .join("\n")}\n  ${look.paint("dim", `thread ${threadId}`)}\n\n`
    : `thread     ${threadId}\n`;

export const simulatedLine = (look: Look): string =>
  look.live
    ? `  ${look.paint("yellow", look.paint("bold", "SIMULATED"))}  ${look.paint("yellow", "built-in stand-ins answer here, not real models")}\n`
    : `${say.SIMULATED}\n`;

/** What is being waited for, in a few words. */
export const statusOf = ({ waitingFor, judging }: View): string =>
  judging.length > 0 ? `${waitingFor} ${judging.map(safeLine).join(", ")}` : waitingFor;

/** What is worth knowing for later, whatever is shown of it. */
function after(view: View, event: ThreadEvent): View {
  switch (event.event_type) {
    case "orchestration_started":
      return { ...view, threshold: event.details.quality_threshold, waitingFor: "reading the prompt" };
    case "model_selected":
      return {
        ...view,
        evaluators: event.details.evaluators,
        waitingFor: `waiting for ${safeLine(event.details.selected_model)}`,
      };
    case "response_generated": {
      const judging = view.evaluators.filter((name) => name !== event.model_involved);
      return { ...view, judging, waitingFor: judging.length > 0 ? "being judged by" : "deciding" };
    }
    case "evaluation_completed":
    case "evaluation_failed": {
      const stays = event.event_type === "evaluation_failed" && event.details.will_retry;
      const judging = stays ? view.judging : view.judging.filter((name) => name !== event.model_involved);
      return { ...view, judging, waitingFor: judging.length > 0 ? "being judged by" : "weighing the criticism" };
    }
    case "iteration_completed":
      return { ...view, judging: [], waitingFor: event.details.decision === "refine" ? "being revised" : "finishing" };
    case "model_fallback":
      return { ...view, waitingFor: `waiting for ${safeLine(event.details.to ?? "the end")}` };
    case "stop_requested":
      return { ...view, judging: [], waitingFor: "stopping" };
    default:
      return view;
  }
}

type TextEvent = Extract<ThreadEvent, { event_type: "response_delta" | "response_snapshot" | "response_generated" }>;

const isText = (event: ThreadEvent): event is TextEvent =>
  event.event_type === "response_delta" ||
  event.event_type === "response_snapshot" ||
  event.event_type === "response_generated";

/** A draft goes on, or a new one begins under its heading; when it is whole, a line says what it took. */
function textArrived(view: View, event: TextEvent, look: Look, label: string): Rendered {
  const known = view.draft?.response_id === event.details.response_id ? view.draft : null;
  const left = known || !view.draft ? "" : restDraft(view.draft, look).out;
  const draft = known ?? openDraft(event.details.response_id);
  const iteration = event.iteration_number ?? Math.max(1, view.iteration);
  const heading = known ? "" : draftHeading(view, iteration, event, look);
  const written = writeDraft(draft, newText(draft, event), look);
  const out = left + label + heading + written.out;
  const next = { ...view, iteration: Math.max(iteration, view.iteration) };
  if (event.event_type !== "response_generated") return { view: { ...next, draft: written.draft }, out };
  const rested = restDraft(written.draft, look);
  return { view: { ...next, draft: null }, out: out + rested.out + doneLine(event.details, look) };
}

function draftHeading(view: View, iteration: number, event: TextEvent, look: Look): string {
  const opening = iteration > view.iteration ? `\n${rule(`Iteration ${iteration}`, look)}\n` : "\n";
  const by = look.paint("bold", safeLine(event.model_involved ?? "a model"));
  return `${opening}  ${event.details.role === "primary" ? "Draft" : "Revised draft"} by ${by}\n`;
}

function doneLine(details: DetailsOf<"response_generated">, look: Look): string {
  const said = say.written(details).join(` ${look.symbols.dot} `);
  const short =
    details.finish_reason === "length" ? look.paint("yellow", ` ${look.symbols.dot} cut off at the length limit`) : "";
  return `  ${look.paint("green", look.symbols.done)} ${look.paint("dim", said)}${short}\n\n`;
}

function lines(view: View, event: ThreadEvent, look: Look): string {
  switch (event.event_type) {
    case "orchestration_started":
      return event.details.resumed
        ? note("yellow", "Taken up again after an interruption", look)
        : entry("Mode", [say.started(event.details)], look);
    case "prompt_analyzed":
      return entry("Analysis", [say.analyzed(event.details)], look);
    case "model_selected":
      return selectionLines(event.details, look);
    case "evaluation_completed":
      return evaluationLines(view, event.model_involved ?? "a model", event.details, look);
    case "evaluation_failed":
      return note("yellow", say.evaluationFailed(event.details), look);
    case "model_fallback":
      return note("yellow", say.fellBack(event.details), look);
    case "criticism_merged":
      return mergedLines(event.details.criticisms, look);
    case "criticism_addressed":
      return `${entry("Reply", say.addressed(event.details), look)}\n`;
    case "iteration_completed":
      return decisionLines(view, event.details, look);
    case "cost_limit_warning":
      return note("yellow", say.costWarning(event.details), look);
    case "bill_exceeded":
      return note("yellow", say.overBilled(safeLine(event.model_involved ?? "a model"), event.details), look);
    case "feedback_received":
      return `\n${entry("Feedback", [say.asked(event.details)], look, "cyan")}`;
    case "thread_updated":
      return `\n${entry("Changed", [say.updated(event.details)], look, "cyan")}`;
    case "error_occurred":
      return note("red", `${safeLine(event.details.detail)} (${safeLine(event.details.code)})`, look);
    case "orchestration_finished":
      return finishedLines(event, look);
    default:
      return "";
  }
}

function selectionLines(details: DetailsOf<"model_selected">, look: Look): string {
  const facts = [
    say.runnerUp(details.runner_up_model, details.selection_margin),
    say.judges(details.evaluators),
    say.expected(details.cost_range),
  ];
  return (
    entry("Selection", [safeLine(details.selected_model)], look, "bold") +
    entry("", [safeLine(details.reasoning), ...facts], look, "dim") +
    details.warnings.map((warning) => note("yellow", safeLine(warning), look)).join("")
  );
}

/** Margin, score, bar and the gaps between them and what follows. */
const BESIDE_BAR = 21;

function evaluationLines(view: View, model: string, details: DetailsOf<"evaluation_completed">, look: Look): string {
  const facts = [say.severities(details.criticisms), cost(details.cost, false), duration(details.evaluation_time)];
  const bar = scoreBar(details.overall_score, view.threshold, look);
  const room = look.width - BESIDE_BAR - columns(safeLine(model));
  const said = look.paint("dim", cut(facts.join(` ${look.symbols.dot} `), room));
  const points = details.criticisms.map((one) => pointLine({ ...one, id: null }, look)).join("");
  return `  ${bar}  ${look.paint("bold", safeLine(model))}  ${said}\n${points}`;
}

function mergedLines(criticisms: readonly Criticism[], look: Look): string {
  if (criticisms.length === 0) return `\n${entry("Criticism", ["none"], look)}`;
  const points = criticisms.map((one) => pointLine(one, look)).join("");
  return `\n${entry("Criticism", [`${say.severities(criticisms)} once merged`], look)}${points}`;
}

function decisionLines(view: View, details: DetailsOf<"iteration_completed">, look: Look): string {
  const colour = details.score === null ? "dim" : colourOf(details.score, view.threshold);
  return entry("Result", [say.scored(details)], look, colour) + entry("Decision", [say.decided(details)], look, "bold");
}

function finishedLines(event: Extract<ThreadEvent, { event_type: "orchestration_finished" }>, look: Look): string {
  const { details, thread_id } = event;
  const failed = details.thread_status === "failed";
  const facts = failed
    ? entry("Reason", [safeLine(details.failure_reason ?? "unknown")], look, "red")
    : entry("Why", [say.why(details.stop_reason)], look) + entry("Best", [say.best(details)], look);
  const more = `npx orchestratex threads show ${thread_id}`;
  return `\n${rule(failed ? "No answer" : "Finished", look)}\n${facts}${entry("Cost", [say.bill(details)], look)}${entry("More", [more], look, "dim")}`;
}
