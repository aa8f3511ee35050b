/** `orchestratex stop`: end a thread with the best answer so far. */
import type { Command } from "commander";
import { connect, type ServerOptions, withServer } from "./options.ts";

const examples = `
Examples:
  orchestratex stop 019aa1c2-8f3e-7cc1-9f07-1f2a3b4c5d6e
  orchestratex stop <id> --after-iteration`;

export function stopCommand(program: Command): void {
  const command = program
    .command("stop")
    .summary("stop a thread; its best answer so far stands")
    .description("Stop a thread: at once, or once its iteration is judged. The best answer so far becomes its answer.")
    .argument("<id>", "the thread's id, as ask prints it")
    .option("--after-iteration", "let what is being written be finished and judged")
    .option("--json", "one line of JSON: the thread's state")
    .addHelpText("after", examples);
  withServer(command).action(async (id: string, options: ServerOptions & { afterIteration?: boolean }) => {
    const state = await connect(options).stop(id, options.afterIteration ? "after_iteration" : "now");
    const when = options.afterIteration ? "after this iteration" : "now";
    const said = `Asked to stop ${when}. See what became of it: npx orchestratex watch ${state.thread_id}`;
    process.stdout.write(`${options.json ? JSON.stringify(state) : said}\n`);
  });
}
