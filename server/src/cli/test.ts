/** `orchestratex test`: the server tests itself. */
import type { SelfTest } from "@orchestratex/sdk/contract";
import type { Command } from "commander";
import { entry, note, rule } from "./blocks.ts";
import { exits } from "./exits.ts";
import { duration } from "./figures.ts";
import { type Look, lookOf } from "./look.ts";
import { cut, pad, padStart } from "./measure.ts";
import { connect, type ServerOptions, withServer } from "./options.ts";
import { safeLine } from "./safe-text.ts";

const examples = `
Examples:
  orchestratex test
  orchestratex test --json | jq .ok

A fixed prompt goes through the whole loop on simulated models: it costs nothing and leaves nothing.
Exit codes: 0 every step passed, 1 one failed, 3 no server.`;

export function testCommand(program: Command): void {
  const command = program
    .command("test")
    .summary("have the server test itself; free, within ten seconds")
    .description("Have the server test itself: each step of the loop passes or fails.")
    .option("--json", "one line of JSON")
    .addHelpText("after", examples);
  withServer(command).action(async (options: ServerOptions) => {
    const result = await connect(options).selfTest();
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : selfTestPage(result, look));
    process.exitCode = result.ok ? exits.answer : exits.ourFault;
  });
}

function selfTestPage({ ok, steps, total_time }: SelfTest, look: Look): string {
  const lines = steps.map(({ step, ok: passed, at, detail }) => {
    const sign = passed ? look.paint("green", look.symbols.done) : look.paint("red", "x");
    const when = padStart(at === null ? "-" : duration(at), 8);
    const said = look.live ? cut(safeLine(detail), look.width - 27) : safeLine(detail);
    return `  ${sign} ${pad(step, 10)} ${look.paint("dim", when)}  ${passed ? look.paint("dim", said) : said}\n`;
  });
  const failed = steps.filter((step) => !step.ok);
  const whole = failed.map(({ step, detail }) => note("red", `${step}: ${safeLine(detail)}`, look)).join("");
  const verdict = ok ? "every step passed" : `${failed.length} of ${steps.length} steps failed`;
  return `${rule("Self-test", look)}\n${lines.join("")}\n${look.live ? whole : ""}${entry("Result", [`${verdict} in ${duration(total_time)}, on simulated models, for free`], look, ok ? "green" : "red")}`;
}
