/** The list of commands, and how every one of them ends. */
import { readFileSync } from "node:fs";
import { styleText } from "node:util";
import { Command } from "commander";
import { askCommand } from "./ask.ts";
import { exitOf } from "./exits.ts";
import { filesCommand } from "./files.ts";
import { keysCommand } from "./keys.ts";
import { modelsCommand } from "./models.ts";
import { serveCommand } from "./serve.ts";
import { stopCommand } from "./stop.ts";
import { testCommand } from "./test.ts";
import { threadsCommand } from "./threads.ts";
import { uploadCommand } from "./upload.ts";
import { watchCommand } from "./watch.ts";

const commands = [
  serveCommand,
  askCommand,
  watchCommand,
  stopCommand,
  threadsCommand,
  uploadCommand,
  filesCommand,
  modelsCommand,
  keysCommand,
  testCommand,
];

const examples = `
Examples:
  orchestratex serve                        start the server; in another one:
  orchestratex ask "Why is the sky blue?"   ask it
  orchestratex watch <id>                   follow a thread that runs
  orchestratex threads show <id>            what is behind an answer
  orchestratex upload report.pdf            give it files
  orchestratex keys set openai              give it a key: real models answer
  orchestratex help ask                     everything a command can do`;

export async function run(args: readonly string[]): Promise<void> {
  quietPipes();
  try {
    await program().parseAsync(args, { from: "user" });
  } catch (error) {
    const { exitCode, message } = exitOf(error);
    if (message !== null) process.stderr.write(`orchestratex: ${message}\n`);
    process.exitCode = exitCode;
  }
}

function program(): Command {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const root = new Command("orchestratex")
    .description("Ask many models at once: the best one answers, others judge it, and it is refined until it is good.")
    .version(version)
    .configureHelp({ styleTitle: (title) => styleText("bold", title), sortSubcommands: false })
    .showHelpAfterError("Add --help to see what there is.")
    .addHelpText("after", examples)
    // Options of a command come after its name: `models --json` and `models show --json` are two.
    .enablePositionalOptions()
    .exitOverride();
  for (const add of commands) add(root);
  return root;
}

/** A reader that has seen enough (`| head -1`) is no fault; progress that nobody reads is not needed. */
function quietPipes(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(process.exitCode ?? 0);
  });
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
