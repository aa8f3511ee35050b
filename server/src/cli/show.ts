/** A thread's events as they come, shown on a screen: what `ask` and `watch` share. */
import type { Connection } from "@orchestratex/sdk";
import type { DetailsOf, ThreadEvent } from "@orchestratex/sdk/contract";
import { setAnswer } from "./answer.ts";
import { rule } from "./blocks.ts";
import { duration } from "./figures.ts";
import { type Look, lookOf, widthOf } from "./look.ts";
import { emptyView, interject, render, simulatedLine, statusOf, type View } from "./render.ts";
import { safeLine } from "./safe-text.ts";
import type { Screen } from "./screen.ts";

export type Show = {
  event(event: ThreadEvent): void;
  /** What the thread waits for. */
  status(): void;
  /** Something that is not of the thread's making. */
  say(label: string, text: string): void;
  connection(connection: Connection): void;
  simulated(): boolean;
};

export function openShow(look: Look, screen: Screen): Show {
  let view: View = emptyView;
  const say = (label: string, text: string) => {
    const line = look.live ? `\n  ${look.paint("yellow", text)}\n\n` : `${label.padEnd(10)} ${text}\n`;
    const interjected = interject(view, line, look);
    view = interjected.view;
    screen.write(interjected.out);
  };
  return {
    say,
    event(event) {
      const rendered = render(view, event, { ...look, width: widthOf(process.stderr) });
      view = rendered.view;
      screen.write(rendered.out);
      screen.status(statusOf(view));
    },
    status: () => screen.status(statusOf(view)),
    connection(connection) {
      if (connection.type === "restored") return say("connection", "The server is back.");
      const { attempt, maxAttempts, waitMs } = connection;
      if (attempt === 1) say("connection", "The connection was lost; reconnecting.");
      screen.status(`reconnecting, attempt ${attempt} of ${maxAttempts} in ${duration(waitMs)}`);
    },
    simulated: () => view.simulatedSaid,
  };
}

/** For people it is set and made safe; a file or a program gets it as it is. */
export function printAnswer(
  text: string,
  simulated: boolean,
  options: { quiet?: boolean; color: boolean },
  progress: Look,
): void {
  if (!process.stdout.isTTY) {
    if (options.quiet && simulated) process.stderr.write(simulatedLine({ ...progress, live: false }));
    process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    return;
  }
  if (!options.quiet) process.stderr.write(`\n${rule(simulated ? "Answer (simulated)" : "Answer", progress)}\n`);
  else if (simulated) process.stderr.write(simulatedLine({ ...progress, live: false }));
  process.stdout.write(setAnswer(text, lookOf(process.stdout, options.color, process.env)));
}

export const sayNoAnswer = ({ failure_reason }: Pick<DetailsOf<"orchestration_finished">, "failure_reason">): void =>
  void process.stderr.write(`orchestratex: there is no answer: ${safeLine(failure_reason ?? "unknown")}\n`);
