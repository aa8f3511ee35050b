/** Threads in a table, newest first. Pure. */
import { isFinal, type ThreadItem } from "@orchestratex/sdk/contract";
import { cost, score } from "./figures.ts";
import type { Look } from "./look.ts";
import { cut } from "./measure.ts";
import * as say from "./phrases.ts";
import { safeLine } from "./safe-text.ts";
import { type Column, table } from "./table.ts";

/** Two lines a thread where somebody watches, for an id takes half of a narrow screen; one in a file. */
export function threadTable(threads: readonly ThreadItem[], look: Look): string {
  if (threads.length === 0) return "There are no such threads.\n";
  const simulated = threads.some((thread) => thread.simulated);
  const note = simulated ? `\n${look.paint("yellow", `* ${say.SIMULATED}`)}\n` : "";
  if (!look.live) return `${table(threads, [...shape, asked, prompt], look)}${note}`;
  const [head, ...rows] = table(threads, shape, look).trimEnd().split("\n");
  const beside = (thread: ThreadItem) => cut(`${asked.cell(thread)}  ${prompt.cell(thread)}`, look.width - 2);
  const lines = threads.map((thread, at) => `${rows[at]}\n  ${look.paint("dim", beside(thread))}\n`);
  return `${head}\n${lines.join("")}${note}`;
}

const shape: readonly Column<ThreadItem>[] = [
  { title: "THREAD", cell: ({ thread_id }) => thread_id },
  { title: "STATE", cell: state },
  {
    title: "SCORE",
    align: "right",
    cell: ({ final_quality_score }) => (final_quality_score === null ? "-" : score(final_quality_score)),
  },
  { title: "COST", align: "right", cell: costOf },
];
const asked: Column<ThreadItem> = {
  title: "ASKED",
  cell: ({ created_at }) => created_at.slice(0, 16).replace("T", " "),
};
const prompt: Column<ThreadItem> = { title: "PROMPT", cell: ({ prompt_start }) => safeLine(prompt_start) };

function state({ thread_status, stop_reason, current_iteration, max_iterations }: ThreadItem): string {
  if (thread_status === "failed") return "failed";
  if (isFinal(thread_status)) return (stop_reason ?? "completed").replaceAll("_", " ");
  return `${thread_status.replaceAll("_", " ")} ${current_iteration}/${max_iterations}`;
}

/** A simulated one costs nothing: its sum is marked. */
function costOf({ total_cost, cost_is_estimated, simulated }: ThreadItem): string {
  return simulated ? `${cost(total_cost, false)}*` : cost(total_cost, cost_is_estimated);
}
