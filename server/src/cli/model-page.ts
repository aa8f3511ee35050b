/** A model as a page of text, and how a test of it went. Pure. */
import type { ModelTest, Profile } from "@orchestratex/sdk/contract";
import { entry, note, rule } from "./blocks.ts";
import { cost, count, duration, many, score } from "./figures.ts";
import type { Look } from "./look.ts";
import { safe, safeLine } from "./safe-text.ts";
import { table } from "./table.ts";

/** Dollars, with two decimals, or as many as the price has. */
export const perMillion = (perToken: number | null): string => {
  if (perToken === null) return "?";
  const exact = String(Number((perToken * 1e6).toFixed(6)));
  return /\.\d\d/.test(exact) ? exact : (perToken * 1e6).toFixed(2);
};

export function quality({ performance_metrics, domain_performance }: Profile): string {
  const average = performance_metrics.average_quality_rating;
  if (average === null) return "-";
  const threads = Object.values(domain_performance).reduce((sum, domain) => sum + domain.threads, 0);
  return threads > 0 ? `${score(average)} (${count(threads)})` : score(average);
}

/** A real model that nobody could ever ask how it is: its provider is not set up. */
export function stateOf({ is_active, is_available, last_health_check, simulated, retired }: Profile): string {
  if (!is_active) return "switched off";
  if (retired) return "retired";
  if (is_available) return "ready";
  return simulated || last_health_check !== null ? "not available" : "no key";
}

const retiredNote = ({ provider, model_version, retired }: Profile): string =>
  safeLine(
    `${provider} no longer lists ${model_version}${retired?.substitute ? `: ${retired.substitute} took its place` : ""}.`,
  );

const SIMULATED = "SIMULATED: a built-in stand-in, not a real model. Its prices are made up and nothing is billed.";

export function modelPage(model: Profile, look: Look): string {
  const list = (words: readonly string[]) => [words.map(safeLine).join(", ") || "none named"];
  return (
    `${rule(safeLine(model.model_name), look)}\n` +
    (model.simulated ? note("yellow", SIMULATED, look) : "") +
    entry("State", [stateOf(model)], look, "bold") +
    entry("Checked", [model.last_health_check ?? "never"], look) +
    (model.retired ? note("yellow", retiredNote(model), look) : "") +
    (model.over_billed_at === null
      ? ""
      : note(
          "red",
          `It charged more than was reserved (${model.over_billed_at}): it takes no part where there is a cost limit until it is enabled again.`,
          look,
        )) +
    entry("Version", [`${safeLine(model.model_version)} by ${safeLine(model.provider)}`], look) +
    entry("Family", [safeLine(model.family)], look) +
    entry("Known as", model.aliases.length > 0 ? list(model.aliases) : [], look) +
    entry(
      "Price",
      [
        `$${perMillion(model.cost_per_input_token)} in, $${perMillion(model.cost_per_output_token)} out per million tokens`,
        ...beside(model),
      ],
      look,
    ) +
    entry("Context", [many(model.max_context_length, "token")], look) +
    entry(
      "Writes",
      model.max_output_tokens === null ? [] : [`${many(model.max_output_tokens, "token")} at most`],
      look,
    ) +
    entry("Knows", list(model.specialties), look) +
    entry("Languages", list(model.supported_languages), look) +
    entry("Strong", [safeLine(model.strengths)].filter(Boolean), look) +
    entry("Weak", [safeLine(model.weaknesses)].filter(Boolean), look) +
    entry("Good for", model.best_use_cases.map(safeLine), look) +
    measured(model, look)
  );
}

/** What there is to a price beside its two figures. */
function beside({ prices }: Profile): string[] {
  if (prices === null) return [];
  const { cached_input, cache_write, tiers, per_request, source, as_of } = prices;
  return [
    ...(cached_input === null ? [] : [`$${perMillion(cached_input)} read from its cache`]),
    ...(cache_write === null ? [] : [`$${perMillion(cache_write)} written to its cache`]),
    ...tiers.map(
      ({ above_input_tokens, input, output }) =>
        `$${perMillion(input)} in, $${perMillion(output)} out where the input is longer than ${many(above_input_tokens, "token")}`,
    ),
    ...(per_request === 0 ? [] : [`$${per_request} a request`]),
    `by ${safeLine(source)}, ${as_of}`,
  ];
}

function measured({ performance_metrics, domain_performance }: Profile, look: Look): string {
  const { total_requests, success_rate, average_response_time, total_tokens_processed } = performance_metrics;
  const facts = [
    many(total_requests, "call"),
    many(total_tokens_processed, "token"),
    ...(success_rate === null ? [] : [`${(success_rate * 100).toFixed(1)} % succeeded`]),
    ...(average_response_time === null ? [] : [`${duration(average_response_time)} on average`]),
  ];
  const domains = Object.entries(domain_performance);
  const rows = table(
    domains,
    [
      { title: "DOMAIN", cell: ([domain]) => domain },
      { title: "ANSWERS", align: "right", cell: ([, row]) => count(row.threads) },
      { title: "SCORE", align: "right", cell: ([, row]) => score(row.average_score) },
    ],
    look,
  );
  const indented = rows.trimEnd().replace(/^/gm, "  ");
  return `${entry("Measured", [facts.join(" · ")], look)}${domains.length > 0 ? `\n${indented}\n` : ""}`;
}

export function modelTestPage(result: ModelTest, look: Look): string {
  const { model_name, ok, response_time, output, usage, cost: spent, code, detail, simulated } = result;
  const facts = [
    duration(response_time),
    ...(usage === null ? [] : [many(usage.total_tokens, "token")]),
    cost(spent, false),
  ];
  const verdict = ok ? "it answers" : `it fails: ${safeLine(detail ?? "")} (${safeLine(code ?? "unknown")})`;
  return (
    `${rule(`Test of ${safeLine(model_name)}`, look)}\n` +
    (simulated ? note("yellow", SIMULATED, look) : "") +
    entry("Result", [verdict], look, ok ? "green" : "red") +
    entry("Took", [facts.join(" · ")], look) +
    (output === null ? "" : entry("Said", safe(output).split("\n"), look, "dim"))
  );
}
