/** A thread with everything behind it, as a page of text. Pure. */
import type { Criticism, ModelResponse, Revision, Selection, Thread } from "@orchestratex/sdk/contract";
import { setAnswer } from "./answer.ts";
import { entry, note, rule, scoreBar } from "./blocks.ts";
import { cost, count, duration, score } from "./figures.ts";
import type { Look } from "./look.ts";
import * as say from "./phrases.ts";
import { safeLine } from "./safe-text.ts";
import { table } from "./table.ts";

export const threadPage = (thread: Thread, look: Look): string =>
  [
    overview(thread, look),
    ...thread.selections.map((one) => selection(one, look)),
    ...versionsOf(thread).map((one) => version(one, thread, look)),
    costs(thread, look),
    answer(thread, look),
  ].join("\n");

/** Calls that were to become an answer, in order. */
const versionsOf = ({ responses }: Thread): ModelResponse[] =>
  responses
    .filter(({ role }) => role === "primary" || role === "refiner")
    .toSorted((a, b) => a.iteration_number - b.iteration_number || (a.timestamp < b.timestamp ? -1 : 1));

function overview(thread: Thread, look: Look): string {
  const analysis =
    thread.domain === null || thread.complexity_level === null
      ? "not yet analysed"
      : `${thread.complexity_level} ${thread.domain} prompt · difficulty ${thread.estimated_difficulty ?? "?"} of 10`;
  const reason = thread.failure_reason ?? say.why(thread.stop_reason);
  const status = `${thread.thread_status.replaceAll("_", " ")}${reason === "" ? "" : `, ${safeLine(reason)}`}`;
  const settings = [
    thread.mode,
    `iteration ${thread.current_iteration} of at most ${thread.max_iterations}`,
    ...(thread.cost_limit === null ? [] : [`cost limit ${cost(thread.cost_limit, false)}`]),
  ];
  return (
    rule(`Thread ${thread.thread_id}`, look) +
    "\n" +
    (thread.simulated ? note("yellow", say.SIMULATED, look) : "") +
    entry("Prompt", [safeLine(thread.original_prompt)], look, "bold") +
    entry("Status", [status], look) +
    entry("Mode", [settings.join(" · ")], look) +
    entry("Analysis", [analysis], look) +
    entry("Rated", [say.rating(thread)].filter(Boolean), look) +
    entry("Session", [thread.session_id], look) +
    entry("Asked", [thread.created_at], look)
  );
}

const phases = { initial: "Who answers", refinement: "Who revises", final: "Which version is best" } as const;

function selection(one: Selection, look: Look): string {
  const facts = [
    safeLine(one.reasoning),
    ...(one.selection_phase === "initial"
      ? [say.runnerUp(one.runner_up_model, one.selection_margin), say.judges(one.evaluators)]
      : []),
    ...(one.override_reasons === null ? [] : [safeLine(one.override_reasons)]),
  ];
  const candidates = one.selection_phase === "initial" && one.candidates_considered.length > 0;
  return (
    rule(`${phases[one.selection_phase]} (iteration ${one.iteration_number})`, look) +
    "\n" +
    entry("Chosen", [safeLine(one.selected_model)], look, "bold") +
    entry("Why", facts, look) +
    (candidates ? `\n${indented(candidateTable(one, { ...look, width: look.width - 2 }))}` : "")
  );
}

const candidateTable = ({ candidates_considered }: Selection, look: Look): string =>
  table(
    candidates_considered,
    [
      { title: "CANDIDATE", cell: (row) => safeLine(row.model_name) },
      { title: "SCORE", align: "right", cell: (row) => row.final_score.toFixed(2) },
      { title: "DOMAIN", align: "right", cell: (row) => score(row.domain_match_score) },
      { title: "HISTORY", align: "right", cell: (row) => `${score(row.historical_performance)} (${row.past_threads})` },
      { title: "COST", align: "right", cell: (row) => score(row.cost_efficiency) },
      { title: "SPEED", align: "right", cell: (row) => score(row.response_time_score) },
      { title: "SPECIALTY", align: "right", cell: (row) => score(row.specialty_alignment) },
      { title: "UP", align: "right", cell: (row) => score(row.availability_score) },
    ],
    look,
  );

function version(response: ModelResponse, thread: Thread, look: Look): string {
  const revision = thread.revisions.find(({ response_id }) => response_id === response.id);
  const evaluations = thread.evaluations.filter((row) => row.evaluated_response_id === response.id);
  const best = response.id === thread.best_response_id ? ", the best" : "";
  const title = `Iteration ${response.iteration_number}: ${response.role === "primary" ? "answer" : "revision"} by ${safeLine(response.model_name)}${best}`;
  return (
    rule(title, look) +
    "\n" +
    entry("Status", [statusOf(response)], look) +
    entry("Score", [response.selection_score === null ? "not judged" : score(response.selection_score)], look) +
    (revision ? revisionLines(revision, look) : "") +
    evaluations.map((row) => evaluationLines(row, look)).join("") +
    (response.response_text === null ? "" : `\n${indented(setAnswer(response.response_text, inner(look)), look)}`)
  );
}

const inner = (look: Look): Look => ({ ...look, width: look.width - 4 });

/** Behind a gutter, so that a version is not taken for the page around it. */
const indented = (text: string, look?: Look): string =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${look ? `${look.paint("dim", look.symbols.gutter)} ` : ""}${line}`.trimEnd())
    .join("\n")
    .concat("\n");

function statusOf(response: ModelResponse): string {
  const parts = [
    response.status === "superseded" ? "completed, superseded by a better one" : response.status,
    ...(response.error_message === null ? [] : [safeLine(response.error_message)]),
    ...(response.response_time === null ? [] : [duration(response.response_time)]),
    ...(response.status === "pending" ? [] : [cost(response.cost, response.cost_source === "estimated")]),
    ...(response.confidence_score === null
      ? []
      : [`confidence ${score(response.confidence_score)} by its own account`]),
  ];
  return parts.join(" · ");
}

function revisionLines(revision: Revision, look: Look): string {
  const lines = [
    ...(revision.acknowledgment === null ? [] : [`accepted: ${safeLine(revision.acknowledgment)}`]),
    ...say.addressed({
      accepted: revision.acknowledgment === null ? revision.accepted : [],
      disputed: revision.disputed,
    }),
    ...(revision.clarifications ? [`clarified: ${safeLine(revision.clarifications)}`] : []),
    ...(revision.explanation_of_changes === null ? [] : [`changed: ${safeLine(revision.explanation_of_changes)}`]),
  ];
  const improved = revision.improvement_score;
  return (
    entry("Reply", lines, look) +
    (improved === null ? "" : entry("Improved", [`${score(improved)} (5 is as good as before)`], look))
  );
}

function evaluationLines(row: Thread["evaluations"][number], look: Look): string {
  const criteria = Object.entries(row.evaluation_criteria).map(
    ([name, value]) => `${name.replaceAll("_", " ")} ${score(value)}`,
  );
  const facts = [cost(row.cost, false), duration(row.evaluation_time)];
  return (
    `\n  ${scoreBar(row.overall_score, 8, look)}  ${look.paint("bold", safeLine(row.evaluator_model))}  ${look.paint("dim", facts.join(" · "))}\n` +
    entry("", [criteria.join(", ")], look, "dim") +
    row.criticisms.map((one) => pointEntry(one, look)).join("")
  );
}

/** Whole, with its quote and what was suggested. */
function pointEntry(one: Criticism, look: Look): string {
  const quote = one.quote === "" ? [] : [`“${safeLine(one.quote)}”`];
  const suggestion = one.suggestion === "" ? [] : [`suggested: ${safeLine(one.suggestion)}`];
  return entry(one.severity, [say.named(one)], look) + entry("", [...quote, ...suggestion], look, "dim");
}

type Sum = { model: string; calls: number; tokens: number; cost: number; unknown: boolean; estimated: boolean };

function costs(thread: Thread, look: Look): string {
  const sums = new Map<string, Sum>();
  for (const row of thread.responses) {
    const sum = sums.get(row.model_name) ?? {
      model: row.model_name,
      calls: 0,
      tokens: 0,
      cost: 0,
      unknown: false,
      estimated: false,
    };
    sums.set(row.model_name, {
      ...sum,
      calls: sum.calls + 1,
      tokens: sum.tokens + (row.tokens_used?.total_tokens ?? 0),
      cost: sum.cost + (row.cost ?? 0),
      unknown: sum.unknown || row.cost === null,
      estimated: sum.estimated || row.cost_source === "estimated",
    });
  }
  const rows = [...sums.values()].toSorted((a, b) => b.cost - a.cost);
  const costOf = (sum: Sum) => `${cost(sum.cost, sum.estimated)}${sum.unknown ? " at least" : ""}`;
  const shape = [
    { title: "MODEL", cell: ({ model }: Sum) => safeLine(model) },
    { title: "CALLS", align: "right" as const, cell: ({ calls }: Sum) => count(calls) },
    { title: "TOKENS", align: "right" as const, cell: ({ tokens }: Sum) => count(tokens) },
    { title: "COST", align: "right" as const, cell: costOf },
  ];
  const total = entry("Total", [say.bill(thread)], look, "bold");
  return `${rule("Cost", look)}\n${rows.length > 0 ? `${indented(table(rows, shape, look))}\n` : ""}${total}`;
}

function answer(thread: Thread, look: Look): string {
  if (thread.final_response !== null) {
    const title = thread.simulated ? "Answer (simulated)" : "Answer";
    return `${rule(title, look)}\n${setAnswer(thread.final_response, look)}`;
  }
  if (thread.thread_status === "failed") return note("red", "There is no answer.", look);
  return note("yellow", "The thread is still running: there is no final answer yet.", look);
}
