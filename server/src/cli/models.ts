/** `orchestratex models`: who may answer and judge. */
import type { Profile } from "@orchestratex/sdk/contract";
import type { Command } from "commander";
import { exits } from "./exits.ts";
import { type Look, lookOf } from "./look.ts";
import { modelPage, modelTestPage, perMillion, quality, stateOf } from "./model-page.ts";
import { connect, type ServerOptions, withServer } from "./options.ts";
import { safeLine } from "./safe-text.ts";
import { type Column, table } from "./table.ts";

const examples = `
Examples:
  orchestratex models
  orchestratex models --json | jq -r '.items[].model_name'
  orchestratex models show simulated-opal
  orchestratex models test claude
  orchestratex models disable simulated-coral

Quality is the average score of measured answers, with how many there are;
prices are dollars per million tokens.`;

export function modelsCommand(program: Command): void {
  const command = program
    .command("models")
    .summary("the models, their prices and what was measured of them")
    .description("List the models that may answer and judge, or look at one, test it, switch it on and off.")
    .enablePositionalOptions()
    .option("--json", "one line of JSON")
    .addHelpText("after", examples);
  withServer(command).action(async (options: ServerOptions) => {
    const models = await connect(options).models();
    if (options.json) process.stdout.write(`${JSON.stringify({ items: models, next_cursor: null })}\n`);
    else process.stdout.write(modelsPage(models, lookOf(process.stdout, options.color, process.env)));
  });
  showCommand(command);
  testCommand(command);
  switchCommand(command, "enable", true);
  switchCommand(command, "disable", false);
}

const NAME = "its short name, or one that people know it by, such as GPT-4";

function showCommand(models: Command): void {
  const show = models
    .command("show")
    .summary("all that is known of a model")
    .argument("<name>", NAME)
    .option("--json", "one line of JSON");
  withServer(show).action(async (name: string, options: ServerOptions) => {
    const model = await connect(options).model(name);
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify(model)}\n` : modelPage(model, look));
  });
}

function testCommand(models: Command): void {
  const test = models
    .command("test")
    .summary("ask it a short question, to see whether it answers")
    .description("Ask a model a short question. A real one may bill it: the cost is told. Exit 1 when it fails.")
    .argument("<name>", NAME)
    .option("--json", "one line of JSON");
  withServer(test).action(async (name: string, options: ServerOptions) => {
    const result = await connect(options).testModel(name);
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : modelTestPage(result, look));
    process.exitCode = result.ok ? exits.answer : exits.ourFault;
  });
}

function switchCommand(models: Command, word: "enable" | "disable", is_active: boolean): void {
  const command = models
    .command(word)
    .summary(is_active ? "let it take part" : "it takes no part in anything")
    .argument("<name>", NAME)
    .option("--json", "one line of JSON");
  withServer(command).action(async (name: string, options: ServerOptions) => {
    const model = await connect(options).setModelStatus(name, { is_active });
    const said = `${safeLine(model.model_name)}: ${stateOf(model)}`;
    process.stdout.write(`${options.json ? JSON.stringify(model) : said}\n`);
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
  { title: "STATE", cell: stateOf },
  { title: "SPECIALTIES", cell: ({ specialties }) => specialties.map(safeLine).join(", ") },
];
