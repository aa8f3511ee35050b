/** `orchestratex threads`: what is behind an answer. */
import type { Command } from "commander";
import { lookOf } from "./look.ts";
import { connect, type ServerOptions, withServer } from "./options.ts";
import { threadPage } from "./thread-page.ts";

const examples = `
Examples:
  orchestratex threads show 019aa1c2-8f3e-7cc1-9f07-1f2a3b4c5d6e
  orchestratex threads show <id> --json | jq .final_quality_score`;

export function threadsCommand(program: Command): void {
  const threads = program
    .command("threads")
    .summary("look behind an answer")
    .description("Look at threads: a thread is the life of one prompt.")
    .addHelpText("after", examples);
  const show = threads
    .command("show")
    .summary("everything behind a thread")
    .description("Show a thread: who was chosen and why, every version with its scores, the criticism, what it cost.")
    .argument("<id>", "the thread's id, as ask prints it")
    .option("--json", "one line of JSON")
    .addHelpText("after", examples);
  withServer(show).action(async (id: string, options: ServerOptions) => {
    const thread = await connect(options).thread(id);
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify(thread)}\n` : threadPage(thread, look));
  });
}
