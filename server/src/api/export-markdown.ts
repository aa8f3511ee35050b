/** A thread for people: prompt, answer, how it came to be, and what it cost; one text in memory at a time. */
import { type Criticism, isFinal } from "@orchestratex/sdk/contract";
import type { Database } from "../store/database.ts";
import { eventsAfter } from "../store/events.ts";
import { type ExportHead, type Outline, outlineOf, textOf } from "../store/thread-export.ts";
import { dollars, fenced, inline, seconds, shown, tableOf } from "./markdown.ts";

type Head = ExportHead["thread"];
type Call = Outline["calls"][number];

export async function* exportMarkdown(database: Database, { thread, session }: ExportHead): AsyncGenerator<string> {
  const outline = await outlineOf(database, thread.thread_id);
  const versions = outline.calls.filter(({ role }) => role === "primary" || role === "refiner");
  yield title(thread);
  yield facts(thread, session);
  yield `## Prompt\n\n${fenced(thread.original_prompt)}\n`;
  if (thread.context !== null) yield `## Context\n\n${fenced(thread.context)}\n`;
  yield answer(thread);
  yield iterations(thread, versions);
  yield* outline.selections.map((one, at) => choice(one, outline.selections[at - 1]));
  for (const version of versions) {
    const isFinalText = version.id === thread.best_response_id && thread.final_response !== null;
    yield versionTitle(version);
    yield isFinalText ? "It became the answer above.\n\n" : text(await textOf(database, version.id));
    yield judgements(version, outline);
  }
  yield money(thread, outline.calls);
  yield* story(database, thread);
}

/** Long enough to know the prompt again. */
const TITLE = 100;

function title({ original_prompt, simulated, thread_status }: Head): string {
  const words = [...original_prompt.slice(0, 4 * TITLE).replace(/\s+/g, " ")];
  const name = words.slice(0, TITLE).join("") + (words.length > TITLE ? "…" : "");
  const warnings = [
    ...(simulated
      ? ["**Simulated.** Built-in stand-ins answered and judged here, not real models; their money is pretended."]
      : []),
    ...(isFinal(thread_status)
      ? []
      : [`**Still running** when it was exported at ${new Date().toISOString()}: there may be more by now.`]),
  ];
  return `# ${inline(name)}\n\n${warnings.map((warning) => `> ${warning}\n\n`).join("")}`;
}

function facts(thread: Head, { settings }: ExportHead["session"]): string {
  const reason = thread.failure_reason ?? thread.stop_reason?.replaceAll("_", " ");
  const rated = [
    ...(thread.user_accepted === null ? [] : [thread.user_accepted ? "accepted" : "not accepted"]),
    ...(thread.user_rating === null ? [] : [`${thread.user_rating} of 10`]),
    ...(thread.user_comment === null ? [] : [inline(thread.user_comment)]),
  ];
  return `${tableOf(
    ["", ""],
    [
      ["Thread", thread.thread_id],
      ["Status", `${thread.thread_status.replaceAll("_", " ")}${reason ? `, ${inline(reason)}` : ""}`],
      ["Asked", thread.created_at],
      ["Mode", `${thread.mode}, up to ${thread.max_iterations} iterations, until ${thread.quality_threshold} of 10`],
      ["Limits", `thread ${limit(thread.cost_limit)}, session ${limit(settings.cost_limit)}`],
      ["Kind", [thread.complexity_level, thread.domain, thread.language].filter((word) => word !== null).join(", ")],
      ...(rated.length > 0 ? [["Your word", rated.join(", ")]] : []),
      ["Exported", new Date().toISOString()],
    ],
  )}\n`;
}

const limit = (amount: number | null): string => (amount === null ? "none" : dollars(amount));

function answer(thread: Head): string {
  const { final_response, best_model_id, best_iteration, final_quality_score, draft_response } = thread;
  const by = `By ${inline(best_model_id ?? "nobody")}, iteration ${best_iteration}, score ${shown(final_quality_score)}.\n\n`;
  if (final_response !== null) return `## Answer\n\n${by}${text(final_response)}`;
  if (draft_response !== null) return `## The best so far\n\n${text(draft_response)}`;
  return "## Answer\n\nThere is none.\n\n";
}

const text = (given: string): string => (given === "" ? "Nothing was written.\n\n" : `${fenced(given)}\n`);

const iterations = (thread: Head, versions: readonly Call[]): string =>
  `## Iterations\n\n${tableOf(
    ["iteration", "author", "score", "cost", "time", ""],
    versions.map((call) => [
      String(call.iteration_number),
      inline(call.model_name),
      shown(call.selection_score),
      costOf(call),
      seconds(call.response_time),
      call.id === thread.best_response_id ? "**best**" : call.status,
    ]),
  )}\n`;

const costOf = ({ cost, cost_source }: Call): string =>
  `${cost_source === "estimated" && cost !== null ? "about " : ""}${dollars(cost)}`;

const phases = { initial: "answers", refinement: "revises", final: "was best" } as const;

type Choice = Outline["selections"][number];

/** The candidates again only where they are not those of the choice before. */
function choice(one: Choice, before: Choice | undefined): string {
  const heading = `## Why ${inline(one.selected_model)} ${phases[one.selection_phase]} (iteration ${one.iteration_number})\n\n`;
  const said = [one.reasoning, one.override_reasons ?? ""].filter((words) => words !== "").map(inline);
  const judges =
    one.evaluators.length > 0 && one.selection_phase !== "final"
      ? `Judged by ${one.evaluators.map(inline).join(", ")}.\n\n`
      : "";
  const same = JSON.stringify(before?.candidates_considered) === JSON.stringify(one.candidates_considered);
  const isNew = one.candidates_considered.length > 0 && !same;
  const candidates = tableOf(
    ["candidate", "score", "knows the domain", "history", "cost", "speed", "specialty"],
    one.candidates_considered.map((row) => [
      inline(row.model_name),
      row.final_score.toFixed(2),
      shown(row.domain_match_score),
      `${shown(row.historical_performance)} (${row.past_threads})`,
      shown(row.cost_efficiency),
      shown(row.response_time_score),
      shown(row.specialty_alignment),
    ]),
  );
  return `${heading}${said.join("  \n")}\n\n${judges}${isNew ? `${candidates}\n` : ""}`;
}

function versionTitle({ iteration_number, role, model_name, error_message }: Call): string {
  const what = role === "primary" ? "Answer" : "Revision";
  const failed = error_message === null ? "" : `It failed: ${inline(error_message)}\n\n`;
  return `## Iteration ${iteration_number}: ${what.toLowerCase()} by ${inline(model_name)}\n\n${failed}`;
}

/** Who judged a version and how; every point, and what its author made of it. */
function judgements(version: Call, { evaluations, revisions }: Outline): string {
  const rows = evaluations.filter(({ evaluated_response_id }) => evaluated_response_id === version.id);
  if (rows.length === 0) return "";
  const criteria = Object.keys(rows[0]?.evaluation_criteria ?? {});
  const scores = tableOf(
    ["judged by", "overall", ...criteria.map((name) => name.replaceAll("_", " "))],
    rows.map(({ evaluator_model, overall_score, evaluation_criteria }) => [
      inline(evaluator_model),
      `**${shown(overall_score)}**`,
      ...Object.values(evaluation_criteria).map(shown),
    ]),
  );
  const reply = revisions.find(({ original_response_id }) => original_response_id === version.id);
  const points = merged(rows).map(({ one, by }) => point(one, by, reply));
  return `${scores}\n${points.length > 0 ? `### Criticism\n\n${points.join("")}\n` : "Nobody named a fault.\n\n"}`;
}

type Point = { one: Criticism; by: string[] };

/** A point that several made has one id. */
function merged(rows: Outline["evaluations"]): Point[] {
  const points: Point[] = [];
  for (const { evaluator_model, criticisms } of rows)
    for (const one of criticisms) {
      const twin = one.id === null ? undefined : points.find((known) => known.one.id === one.id);
      if (twin) twin.by.push(evaluator_model);
      else points.push({ one, by: [evaluator_model] });
    }
  return points.toSorted((a, b) => placeOf(a) - placeOf(b));
}

const placeOf = ({ one }: Point): number => (one.id === null ? 1_000 : Number(one.id.replace(/\D/g, "")));

function point(one: Criticism, by: readonly string[], reply: Outline["revisions"][number] | undefined): string {
  const kind = `${one.severity}, ${one.criterion.replaceAll("_", " ")}`;
  const suggestion = one.suggestion === "" ? "" : `  - Suggested: ${inline(one.suggestion)}\n`;
  return (
    `- **${inline(one.id ?? "left out")}** (${kind}; ${by.map(inline).join(" and ")}) ${inline(one.point)}\n` +
    `${one.quote === "" ? "" : `  - Of the answer: “${inline(one.quote)}”\n`}${suggestion}  - ${outcome(one, reply)}\n`
  );
}

function outcome({ id }: Criticism, reply: Outline["revisions"][number] | undefined): string {
  if (id === null) return "**Not passed on** to the author: another said the same, or there were too many points.";
  if (!reply) return "**Not answered:** no revision followed.";
  const disputed = reply.disputed.find((one) => one.id === id);
  if (disputed) return `**Disputed** by ${inline(reply.responding_model)}: ${inline(disputed.reason)}`;
  const done = reply.specific_improvements.filter(({ criticism_point }) => criticism_point === id);
  const how = done.map((one) => inline(`${one.improvement_made} ${one.justification}`)).join("; ");
  if (reply.accepted.includes(id)) return `**Accepted** by ${inline(reply.responding_model)}. ${how}`.trim();
  return "**Not answered** by the author.";
}

function money(thread: Head, calls: readonly Call[]): string {
  const rows = Map.groupBy(calls, ({ model_name }) => model_name).entries();
  const sums = [...rows].map(([name, own]) => [
    inline(name),
    String(own.length),
    String(own.reduce((sum, { tokens_used }) => sum + (tokens_used?.total_tokens ?? 0), 0)),
    dollars(own.reduce((sum, { cost }) => sum + Math.round((cost ?? 0) * 1e9), 0) / 1e9),
  ]);
  const estimated = thread.cost_is_estimated ? " It is an estimate: a bill is missing." : "";
  const total = `${dollars(thread.total_cost)}, ${thread.total_tokens_used} tokens, ${seconds(thread.total_time_spent)}.${estimated}`;
  const pretended = thread.simulated ? " Pretended: simulated models cost nothing." : "";
  return `## Money\n\n${tableOf(["model", "calls", "tokens", "cost"], sums)}\nIn all ${total}${pretended}\n\n`;
}

const EVENTS_AT_ONCE = 20;

async function* story(database: Database, { thread_id, last_seq }: Head): AsyncGenerator<string> {
  yield "## What happened\n\n";
  for (let seq = 0; seq < last_seq; ) {
    const events = await eventsAfter(database, thread_id, seq, Math.min(EVENTS_AT_ONCE, last_seq - seq));
    if (events.length === 0) return;
    for (const event of events)
      yield `- ${event.seq}: ${event.timestamp} ${inline(event.event_type)}: ${inline(event.message)}\n`;
    seq += events.length;
  }
}
