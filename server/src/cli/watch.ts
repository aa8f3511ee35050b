/** `orchestratex watch`: what has happened in a thread, then what happens. */
import type { Client } from "@orchestratex/sdk";
import { isFinal, type ThreadEvent, type ThreadState } from "@orchestratex/sdk/contract";
import type { Command } from "commander";
import { exits, Told } from "./exits.ts";
import { onInterrupt } from "./interrupt.ts";
import { lookOf } from "./look.ts";
import { connect, number, type ServerOptions, withServer } from "./options.ts";
import { header } from "./render.ts";
import { openScreen, silentScreen } from "./screen.ts";
import { openShow, printAnswer, type Show, sayNoAnswer } from "./show.ts";

type WatchOptions = ServerOptions & { retries: number };

const examples = `
Examples:
  orchestratex watch 019aa1c2-8f3e-7cc1-9f07-1f2a3b4c5d6e
  orchestratex watch <id> --json | jq -r .event_type

What happened comes first, then what happens, until the thread has ended.
Ctrl-C leaves; the thread goes on (to stop it: orchestratex stop <id>).

Exit codes: 0 an answer, 1 our fault, 2 a wrong call, 3 no server,
4 no answer, 130 Ctrl-C.`;

export function watchCommand(program: Command): void {
  const command = program
    .command("watch")
    .summary("replay a thread and follow it to its end")
    .description("Show what happened in a thread and follow it live; anybody may, as often as they like.")
    .argument("<id>", "the thread's id, as ask prints it")
    .option("--json", "each event of the log as one line of JSON, in place of the answer")
    .option("--retries <n>", "attempts to reconnect when the server is lost", number, 12)
    .addHelpText("after", examples);
  withServer(command).action(async (id: string, options: WatchOptions) => {
    process.exitCode = await watch(id, options);
  });
}

/** Answers the exit code. */
async function watch(id: string, options: WatchOptions): Promise<number> {
  const client = connect(options);
  const look = lookOf(process.stderr, options.color, process.env);
  const screen = options.json ? silentScreen : openScreen(process.stderr, look);
  const leaving = new AbortController();
  const interrupt = onInterrupt(() => leaving.abort(new Told(exits.interrupted)));
  try {
    const { original_prompt } = await client.thread(id, { signal: leaving.signal });
    screen.write(header(original_prompt, id, look));
    const show = openShow(look, screen);
    show.status();
    const state = await toTheEnd(client, id, options, show, leaving.signal);
    screen.close();
    if (state.final_response === null) {
      if (options.json || !look.live) sayNoAnswer(state);
      return exits.noAnswer;
    }
    if (!options.json) printAnswer(state.final_response, state.simulated, options, look);
    return exits.answer;
  } catch (error) {
    screen.close();
    if (!interrupt.asked) throw error;
    process.stderr.write(`orchestratex: left; the thread goes on: npx orchestratex watch ${id}\n`);
    return exits.interrupted;
  } finally {
    interrupt.release();
    screen.close();
  }
}

/** The log in pages until it is told; while the thread runs, live. One that has ended may have been asked on, and ended again. */
async function toTheEnd(
  client: Client,
  id: string,
  { json, retries }: WatchOptions,
  show: Show,
  signal: AbortSignal,
): Promise<ThreadState> {
  let seq = 0;
  const take = (event: ThreadEvent) => {
    show.event(event);
    if (event.seq === null) return;
    seq = event.seq;
    if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
  };
  for (;;) {
    const state = await client.status(id, { signal });
    while (seq < state.last_seq) {
      const { items, next_cursor } = await client.events(id, { after: seq, limit: 50 }, { signal });
      for (const event of items) take(event);
      seq = Math.max(seq, next_cursor === null ? state.last_seq : Number(next_cursor));
    }
    if (isFinal(state.thread_status)) return state;
    const follow = { afterSeq: seq, maxAttempts: retries, signal, onConnection: show.connection };
    for await (const event of client.follow(id, follow)) take(event);
  }
}
