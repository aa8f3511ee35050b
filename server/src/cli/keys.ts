/** `orchestratex keys`: the providers, and the keys they are asked with. */
import type { Client } from "@orchestratex/sdk";
import type { Integration } from "@orchestratex/sdk/contract";
import type { Command } from "commander";
import { exits, Told, UsageError } from "./exits.ts";
import { integrationTestPage, keyOf, keysPage } from "./keys-page.ts";
import { lookOf } from "./look.ts";
import { connect, type ServerOptions, withServer } from "./options.ts";
import { safeLine } from "./safe-text.ts";
import { readSecret } from "./secret.ts";

const examples = `
Examples:
  orchestratex keys                       which providers have a key, and whether they answer
  orchestratex keys set openai            asks for the key and does not show it
  orchestratex keys set < key.txt         whose it is, is seen by how it looks
  orchestratex keys set house --base-url http://127.0.0.1:8080/v1 < key.txt
  orchestratex keys test openai
  orchestratex keys remove openai

A key is never an argument: others could read it in the list of processes. It is kept encrypted.
Keys in the environment (OPENAI_API_KEY and its like, see .env.example) win over stored ones.`;

export function keysCommand(program: Command): void {
  const command = program
    .command("keys")
    .summary("the providers of models and their keys")
    .description("List the providers, whether each has a key and answers; set, try and remove keys.")
    .enablePositionalOptions()
    .option("--json", "one line of JSON")
    .addHelpText("after", examples);
  withServer(command).action(async (options: ServerOptions) => {
    const all = await connect(options).integrations();
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify({ items: all, next_cursor: null })}\n` : keysPage(all, look));
  });
  setCommand(command);
  testCommand(command);
  removeCommand(command);
}

const VENDOR = "such as openai; orchestratex keys lists them";

type SetOptions = ServerOptions & { baseUrl?: string; try: boolean };

function setCommand(keys: Command): void {
  const set = keys
    .command("set")
    .summary("store a key, after trying it")
    .description(
      "Store the key that is typed or piped in the place of those before; several, divided by commas or lines, take turns.",
    )
    .argument("[vendor]", `${VENDOR}; without it, whose the key is by how it looks`)
    .allowExcessArguments()
    .option("--base-url <url>", "an OpenAI-compatible address of your own, or another one for the provider")
    .option("--no-try", "store it without trying it first")
    .option("--json", "one line of JSON: the integration");
  withServer(set).action(async (vendor: string | undefined, options: SetOptions, command: Command) => {
    refuseKey(command);
    const client = connect(options);
    const keys = (await readSecret(vendor ? `Key for ${vendor}: ` : "Key: ")).split(/[\s,]+/).filter(Boolean);
    const [first] = keys;
    if (first === undefined) throw new UsageError("There is no key: type or pipe one");
    const name = vendor ?? (await whose(client, first));
    if (options.try && options.baseUrl === undefined) await refuseRefused(client, name, keys);
    const stored = await client.setIntegration(name, {
      keys,
      ...(options.baseUrl !== undefined && { base_url: options.baseUrl }),
    });
    process.stdout.write(options.json ? `${JSON.stringify(stored)}\n` : `${saidOf(stored)}\n`);
  });
}

/** A key on the command line would be in paths and logs, and commander repeats what it does not expect. */
function refuseKey({ args }: Command): void {
  if (args.length > 1 || args.some((vendor) => !/^[a-z0-9][a-z0-9._-]{0,31}$/.test(vendor)))
    throw new UsageError(
      "One name of a provider is taken. A key is not an argument: it is typed or piped when asked for",
    );
}

async function whose(client: Client, key: string): Promise<string> {
  const { name, title, candidates } = await client.recognizeKey(key);
  if (name === null)
    throw new UsageError(`Whose key that is cannot be seen: name the provider (${candidates.join(", ")})`);
  process.stderr.write(`It looks like a key of ${title}.\n`);
  return name;
}

/** One that the provider refuses is not stored; where the provider cannot be reached, nobody knows. */
async function refuseRefused(client: Client, name: string, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const { code, detail } = await client.testIntegration(name, key);
    if (code === null) continue;
    process.stderr.write(`orchestratex: ${safeLine(detail ?? code)}\n`);
    if (code !== "provider.key_rejected") continue;
    process.stderr.write("Nothing was stored; --no-try stores it all the same.\n");
    throw new Told(exits.ourFault);
  }
}

function saidOf(integration: Integration): string {
  const { title, name, models, available_models, is_active } = integration;
  const state = is_active ? `${available_models} of ${models.length} models can be asked` : "switched off";
  return `${safeLine(title)}: ${keyOf(integration)}; ${state} (orchestratex models, orchestratex keys test ${safeLine(name)})`;
}

function testCommand(keys: Command): void {
  const test = keys
    .command("test")
    .summary("see whether a provider answers and takes its keys")
    .description(
      "Ask a provider for its list of models, with each of its keys. It costs nothing. Exit 1 when it fails.",
    )
    .argument("<vendor>", VENDOR)
    .allowExcessArguments()
    .option("--json", "one line of JSON");
  withServer(test).action(async (vendor: string, options: ServerOptions, command: Command) => {
    refuseKey(command);
    const result = await connect(options).testIntegration(vendor);
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : integrationTestPage(result, look));
    process.exitCode = result.ok ? exits.answer : exits.ourFault;
  });
}

function removeCommand(keys: Command): void {
  const remove = keys
    .command("remove")
    .summary("forget what is stored of a provider: keys, address, headers")
    .argument("<vendor>", VENDOR)
    .allowExcessArguments();
  withServer(remove).action(async (vendor: string, options: ServerOptions, command: Command) => {
    refuseKey(command);
    const client = connect(options);
    await client.removeIntegration(vendor);
    process.stdout.write(`Nothing is stored of ${safeLine(vendor)} any more.\n`);
  });
}
