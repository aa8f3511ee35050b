/** `orchestratex ask`: a prompt, the loop as it happens, the best answer. */
import { ApiError, type Client, UnreachableError } from "@orchestratex/sdk";
import { AskedMode, AskPrompt, AskReport, type DetailsOf, Strategy } from "@orchestratex/sdk/contract";
import { type Command, Option } from "commander";
import { exits, Told, UsageError } from "./exits.ts";
import { type Interrupt, onInterrupt } from "./interrupt.ts";
import { type Look, lookOf } from "./look.ts";
import { connect, milliseconds, names, number, readText, type ServerOptions, withServer } from "./options.ts";
import { header } from "./render.ts";
import { safeLine } from "./safe-text.ts";
import { openScreen, type Screen, silentScreen } from "./screen.ts";
import { openShow, printAnswer, type Show, sayNoAnswer } from "./show.ts";

type AskOptions = ServerOptions & {
  mode?: AskedMode;
  maxIterations?: number;
  evaluators?: number;
  threshold?: number;
  costLimit?: number;
  strategy?: Strategy;
  model?: string;
  prefer?: string[];
  exclude?: string[];
  session?: string;
  context?: string;
  deadline?: number;
  quiet?: boolean;
  retries: number;
};

const examples = `
Examples:
  orchestratex ask "Why is the sky blue?"
  orchestratex ask --mode thorough --cost-limit 0.5 "Do primes ever end?"
  orchestratex ask "Is this change safe?" --context a.diff > answer.md
  git diff | orchestratex ask "Review this" --context -
  echo "Translate to French: good morning" | orchestratex ask --quiet
  orchestratex ask --json "2 + 2?" | jq .final_response

Progress goes to standard error, the answer alone to standard output.
Ctrl-C stops the thread and prints the best answer so far; a second leaves.

Exit codes: 0 an answer, 1 our fault, 2 a wrong call, 3 no server,
4 no answer, 130 Ctrl-C.`;

export function askCommand(program: Command): void {
  const command = program
    .command("ask")
    .summary("ask a prompt and watch it being answered, judged and refined")
    .description("Ask a prompt: the best model answers, others judge it, the author refines it until it is good.")
    .argument("[prompt...]", "the prompt; - or nothing reads it from standard input")
    .addOption(new Option("--mode <mode>", "how careful").choices(AskedMode.options))
    .option("--max-iterations <n>", "versions of the answer at most, 1 to 10", number)
    .option("--evaluators <n>", "how many models judge, 0 to 10", number)
    .option("--threshold <score>", "good enough, from 1 to 10", number)
    .option("--cost-limit <dollars>", "what this prompt may cost at most", number)
    .addOption(new Option("--strategy <name>", "how the author is chosen").choices(Strategy.options))
    .option("--model <name>", "this model answers, whatever the scores say")
    .option("--prefer <names>", "models to prefer, comma-separated", names)
    .option("--exclude <names>", "models that take no part, comma-separated", names)
    .option("--session <id>", "go on in this session: earlier answers are known, its cost limit holds")
    .option("--context <file>", "text the models should also know; - for standard input")
    .option("--deadline <time>", "the answer must be there by then, such as 90s or 5m", milliseconds)
    .option("--json", "one line of JSON with everything, in place of the answer")
    .option("--quiet", "no progress, only the answer")
    .option("--retries <n>", "attempts to reconnect when the server is lost", number, 12)
    .addHelpText("after", examples);
  withServer(command).action(async (words: string[], options: AskOptions) => {
    process.exitCode = await ask(words, options);
  });
}

/** Answers the exit code. */
async function ask(words: string[], options: AskOptions): Promise<number> {
  const client = connect(options);
  const body = await bodyOf(words, options);
  const look = lookOf(process.stderr, options.color, process.env);
  const screen = options.quiet ? silentScreen : openScreen(process.stderr, look);
  try {
    const { final, interrupted, threadId, simulated } = await watch(client, body, options, look, screen);
    screen.close();
    if (options.json) await printReport(client, threadId, final.iterations);
    else if (final.final_response !== null) printAnswer(final.final_response, simulated, options, look);
    if (final.final_response === null && (options.quiet || !look.live)) sayNoAnswer(final);
    if (interrupted) return exits.interrupted;
    return final.final_response === null ? exits.noAnswer : exits.answer;
  } finally {
    screen.close();
  }
}

async function bodyOf(words: string[], options: AskOptions): Promise<AskPrompt> {
  const fromInput = words.length === 0 || (words.length === 1 && words[0] === "-");
  if (fromInput && options.context === "-")
    throw new UsageError("Standard input can be the prompt or the context, not both.");
  if (fromInput && words.length === 0 && process.stdin.isTTY)
    throw new UsageError('There is no prompt: orchestratex ask "Why is the sky blue?"');
  const body = {
    prompt: fromInput ? await readText("-") : words.join(" "),
    context: options.context === undefined ? undefined : await readText(options.context),
    mode: options.mode,
    max_iterations: options.maxIterations,
    evaluators: options.evaluators,
    quality_threshold: options.threshold,
    cost_limit: options.costLimit,
    strategy: options.strategy,
    model_name: options.model,
    preferred_models: options.prefer,
    excluded_models: options.exclude,
    session_id: options.session,
    deadline_ms: options.deadline,
  };
  const parsed = AskPrompt.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${optionOf(String(path[0]))}: ${message}`);
  throw new UsageError(problems.join("\n"));
}

const optionNames: Readonly<Record<string, string>> = {
  prompt: "the prompt",
  quality_threshold: "--threshold",
  model_name: "--model",
  preferred_models: "--prefer",
  excluded_models: "--exclude",
  session_id: "--session",
  deadline_ms: "--deadline",
};

const optionOf = (field: string): string => optionNames[field] ?? `--${field.replaceAll("_", "-")}`;

type Outcome = {
  final: DetailsOf<"orchestration_finished">;
  interrupted: boolean;
  threadId: string;
  simulated: boolean;
};

/** From the prompt to the thread's end, shown as it happens. */
async function watch(
  client: Client,
  body: AskPrompt,
  options: AskOptions,
  look: Look,
  screen: Screen,
): Promise<Outcome> {
  let threadId: string | null = null;
  const show = openShow(look, screen);
  const leaving = new AbortController();
  const interrupt = onInterrupt(() => {
    show.say("stop", "Stopping; the best answer so far follows. Ctrl-C again leaves at once.");
    if (threadId !== null) void stop(client, threadId, leaving, show);
  });
  try {
    screen.status("sending the prompt");
    const state = await client.prompt(body);
    threadId = state.thread_id;
    screen.write(header(body.prompt ?? "", threadId, look));
    if (interrupt.asked) void stop(client, threadId, leaving, show);
    show.status();
    const follow = { signal: leaving.signal, maxAttempts: options.retries, onConnection: show.connection };
    for await (const event of client.follow(threadId, follow)) {
      show.event(event);
      if (event.event_type === "orchestration_finished")
        return { final: event.details, interrupted: interrupt.asked, threadId, simulated: show.simulated() };
    }
    throw new Error("the events ended before the thread had");
  } catch (error) {
    screen.close();
    throw lostOr(error, interrupt, threadId);
  } finally {
    interrupt.release();
  }
}

async function stop(client: Client, threadId: string, leaving: AbortController, show: Show): Promise<void> {
  try {
    await client.stop(threadId, "now");
  } catch (error) {
    // it has ended by itself: its last event is on the way
    if (error instanceof ApiError && error.code === "thread.finished") return;
    show.say("stop", `The stop did not reach the server: ${error instanceof Error ? safeLine(error.message) : error}`);
    leaving.abort(new Told(exits.interrupted));
  }
}

/** A server lost half-way is not a server that was never there: the thread can be looked at later. */
function lostOr(error: unknown, interrupt: Interrupt, threadId: string | null): unknown {
  if (!(error instanceof UnreachableError) || threadId === null) return error;
  process.stderr.write(
    `orchestratex: ${error.baseUrl} was lost and did not come back. An accepted thread goes on when it does:\n` +
      `  npx orchestratex threads show ${threadId}\n`,
  );
  return new Told(interrupt.asked ? exits.interrupted : exits.noServer);
}

async function printReport(client: Client, threadId: string, iterations: number): Promise<void> {
  const thread = await client.thread(threadId);
  process.stdout.write(`${JSON.stringify(AskReport.parse({ ...thread, iterations }))}\n`);
}
