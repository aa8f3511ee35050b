/** What a simulated model writes to a request. */
import { NOTES_MARK } from "@orchestratex/sdk/contract";
import type { ModelRequest } from "../provider.ts";
import { answered } from "./answer.ts";
import { chanceOf, unit } from "./chance.ts";
import { evaluated } from "./evaluate.ts";
import type { FaultKind } from "./faults.ts";
import type { Mind } from "./minds.ts";
import type { Task } from "./read.ts";
import { revised } from "./revise.ts";
import { topicOf } from "./topic.ts";

export function reply({ messages }: ModelRequest, task: Task, mind: Mind, seed: string): string {
  const topic = topicOf(task.prompt, task.context);
  if (task.kind === "evaluation") return wrapped(evaluated(task, topic, mind, seed), task, mind, seed);
  const chance = chanceOf(seed, mind.model, ...messages.map(({ role, content }) => `${role}:${content}`));
  return task.kind === "revision" ? revised(task, topic, mind, chance) : answered(task, topic, mind, chance);
}

/** Real models put their JSON into a fence now and then, or say something first. One of ours does. */
function wrapped(json: string, { answer, repair }: Task, { model }: Mind, seed: string): string {
  if (model !== "simulated-flint" || repair) return json;
  const draw = unit(seed, "wrapped", answer);
  if (draw < 0.06) return `\`\`\`json\n${json}\n\`\`\``;
  return draw < 0.1 ? `Here is my evaluation.\n\n${json}` : json;
}

/** The reply as a fault on demand leaves it. */
export function spoiled(text: string, fault: FaultKind | null, { kind }: Task): string {
  if (fault === "empty") return "";
  if (fault === "refusal") return "I'm sorry, but I can't help with that. (Simulated refusal.)";
  if (fault === "bad_json") {
    const at = kind === "evaluation" ? 0 : text.lastIndexOf(NOTES_MARK);
    return at < 0 ? text : text.slice(0, at) + text.slice(at).replace(/:/g, " =").slice(0, -1);
  }
  if (fault !== "wrong_schema") return text;
  if (kind === "evaluation") return JSON.stringify({ score: "8/10", verdict: "good", criticisms: "none" });
  const at = text.lastIndexOf(NOTES_MARK);
  return at < 0 ? text : `${text.slice(0, at)}${NOTES_MARK}\n{"confidence":"high","accepted":"all"}`;
}
