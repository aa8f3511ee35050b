/** `orchestratex models`: who may answer and judge. */
import type { Profile } from "@orchestratex/sdk/contract";
import type { Command } from "commander";
import { count, score } from "./figures.ts";
import { type Look, lookOf } from "./look.ts";
import { connect, type ServerOptions, withServer } from "./options.ts";
import { safeLine } from "./safe-text.ts";
import { type Column, table } from "./table.ts";

const examples = `
Examples:
  orchestratex models
  orchestratex models --json | jq -r '.items[].model_name'

Quality is the average score of measured answers, with how many there are;
prices are dollars per million tokens.`;

export function modelsCommand(program: Command): void {
  const command = program
    .command("models")
    .summary("the models, their prices and what was measured of them")
    .description("List the models that may answer and judge.")
    .option("--json", "one line of JSON")
    .addHelpText("after", examples);
  withServer(command).action(async (options: ServerOptions) => {
    const models = await connect(options).models();
    if (options.json) process.stdout.write(`${JSON.stringify({ items: models, next_cursor: null })}\n`);
    else process.stdout.write(modelsPage(models, lookOf(process.stdout, options.color, process.env)));
  });
}

function modelsPage(models: readonly Profile[], look: Look): string {
  if (models.length === 0) return "There are no models.\n";
  const usable = ({ is_active, is_available }: Profile) => is_active && is_available;
  const rows = [...models.filter(usable), ...models.filter((model) => !usable(model))];
  const simulated = models.filter((model) => model.simulated).length;
  const note =
    simulated === 0
      ? ""
      : look.paint(
          "yellow",
          simulated === models.length
            ? "SIMULATED: these are built-in stand-ins, not real models. Their prices are made up and nothing is billed.\n"
            : `SIMULATED: ${simulated} of these are built-in stand-ins, not real models. Their prices are made up.\n`,
        );
  return `${table(rows, shape, look)}\n${note}`;
}

const shape: readonly Column<Profile>[] = [
  { title: "MODEL", cell: ({ model_name }) => safeLine(model_name) },
  { title: "VERSION", cell: ({ simulated, model_version }) => (simulated ? "simulated" : safeLine(model_version)) },
  { title: "IN $/M", align: "right", cell: ({ cost_per_input_token }) => perMillion(cost_per_input_token) },
  { title: "OUT $/M", align: "right", cell: ({ cost_per_output_token }) => perMillion(cost_per_output_token) },
  { title: "QUALITY", align: "right", cell: quality },
  { title: "STATE", cell: state },
  { title: "SPECIALTIES", cell: ({ specialties }) => specialties.map(safeLine).join(", ") },
];

const perMillion = (perToken: number | null): string => (perToken === null ? "?" : (perToken * 1e6).toFixed(2));

function quality({ performance_metrics, domain_performance }: Profile): string {
  const average = performance_metrics.average_quality_rating;
  if (average === null) return "-";
  const threads = Object.values(domain_performance).reduce((sum, domain) => sum + domain.threads, 0);
  return threads > 0 ? `${score(average)} (${count(threads)})` : score(average);
}

/** A real model that nobody ever asked how it is: nothing here speaks for its provider. */
function state({ is_active, is_available, last_health_check, simulated }: Profile): string {
  if (!is_active) return "switched off";
  if (is_available) return "ready";
  return simulated || last_health_check !== null ? "not available" : "no provider";
}
