/** What is answered: a fixed text, or what one of the simulated minds writes; spoiled where a fault says so. */
import { hash } from "node:crypto";
import { inputTokens, outputTokens, shortened } from "../../src/providers/simulated/tokens.ts";
import { simulated, simulatedProfiles } from "../../src/providers/simulated.ts";
import { sampleOf } from "./sample.ts";
import type { Asked, Count, FaultKind, Finish, Reply } from "./wire.ts";

export type ReplyOptions = {
  /** Instead of what the simulated minds answer. */
  text?: string | undefined;
  seed: string;
  /** Tokens of each request that are told (and charged) as read from a cache, written to one, and thought. */
  details: { cached?: number; cacheWrite?: number; reasoning?: number };
};

/** `counted` is the truth, `reply.usage` what is told; `excess`: tokens that are charged and told, and were never written. */
export type Replied = { reply: Reply; counted: Count; excess: number };

let number = 0;

export async function replyTo(asked: Asked, fault: FaultKind | null, options: ReplyOptions): Promise<Replied> {
  const tool = fault === "refusal" || fault === "empty" ? null : toolOf(asked, fault);
  const isForm = tool?.name === FORM;
  const whole = tool && !isForm ? "" : await written(asked, fault, options, isForm);
  const called = !tool || !isForm ? tool : fault === "bad_json" ? null : { name: FORM, arguments: whole };
  const limit = fault === "length" ? Math.ceil(outputTokens(whole) * 0.6) : Number.POSITIVE_INFINITY;
  const room = asked.cap === null ? limit : asked.cap - (options.details.reasoning ?? 0);
  const said = shortened(whole, Math.min(limit, room));
  const isShort = said !== whole;
  const text = called && !isShort ? "" : said;
  const counted = counting(asked, called && !isShort ? called.arguments : said, options);
  const excess = fault === "overbilled" ? 3 * (asked.cap ?? 0) + 10_000 : 0;
  const finish: Finish = fault === "refusal" ? "refusal" : isShort ? "length" : called ? "tool" : "stop";
  const reply = {
    asked,
    number: ++number,
    text,
    tool: isShort ? null : called,
    finish,
    usage: told(counted, fault, excess),
  };
  return { reply, counted, excess };
}

/** The tool by which Anthropic's package asks for JSON of a schema where the model has no other way. */
const FORM = "json";

/** The tool that is called, with arguments that fit its form. */
function toolOf({ tools, forcedTool }: Asked, fault: FaultKind | null): { name: string; arguments: string } | null {
  if (forcedTool === null && fault !== "tool_call") return null;
  const tool = tools.find(({ name }) => name === forcedTool) ?? tools[0] ?? { name: "lookup", parameters: {} };
  return { name: tool.name, arguments: JSON.stringify(sampleOf(tool.parameters)) };
}

async function written(
  asked: Asked,
  fault: FaultKind | null,
  { text, seed }: ReplyOptions,
  isForm: boolean,
): Promise<string> {
  if (fault === "empty") return "";
  if (fault === "refusal") return "I'm sorry, but I can't help with that.";
  const said = text ?? (await thought(asked, fault, seed));
  const wanted = isForm ? { schema: asked.tools.find(({ name }) => name === FORM)?.parameters } : asked.json;
  if (wanted === null) return said;
  if (fault === "wrong_schema") return JSON.stringify({ score: "8/10", verdict: "good", criticisms: "none" });
  const json = jsonIn(said) ?? JSON.stringify(wanted === true ? { answer: said } : sampleOf(wanted.schema));
  return fault === "bad_json" ? json.replace(/:/g, " =").slice(0, -1) : json;
}

/** A model to whom a form is enforced writes nothing around it. */
function jsonIn(text: string): string | null {
  const from = text.indexOf("{");
  const json = text.slice(from, text.lastIndexOf("}") + 1);
  try {
    return from < 0 || text.slice(0, from).length > 80 ? null : JSON.stringify(JSON.parse(json));
  } catch {
    return null;
  }
}

const spoiling = new Set<FaultKind | null>(["bad_json", "wrong_schema"]);

/** What a simulated mind writes; which of them, the model's id decides, so that different models differ. */
async function thought({ model, messages }: Asked, fault: FaultKind | null, seed: string): Promise<string> {
  const at = Number.parseInt(hash("sha256", model, "hex").slice(0, 8), 16) % simulatedProfiles.length;
  const profile = simulatedProfiles.find(({ model_name }) => model_name === model) ?? simulatedProfiles[at];
  if (!profile) throw new Error("There are no simulated models.");
  const mind = simulated({ speed: 0, seed, ...(spoiling.has(fault) && { faults: `*:${fault}` }) });
  const request = {
    ...{ id: "upstream", profile, role: "primary" as const, messages, temperature: null, stream: false },
    max_output_tokens: 1_000_000,
  };
  let text = "";
  for await (const event of mind.call(request, new AbortController().signal))
    if (event.type === "text-delta") text += event.text;
  return text;
}

/** Four bytes are a token, as in the simulated models; the forms of tools and replies count as input. */
function counting({ messages, tools, json }: Asked, text: string, { details }: ReplyOptions): Count {
  const forms = tools.length === 0 && json === null ? 0 : outputTokens(JSON.stringify([tools, json]));
  const input = inputTokens(messages) + forms;
  const cached = Math.min(details.cached ?? 0, input);
  const reasoning = details.reasoning ?? 0;
  return {
    ...{ input, cached, cacheWrite: Math.min(details.cacheWrite ?? 0, input - cached) },
    ...{ output: outputTokens(text) + reasoning, reasoning },
  };
}

function told(counted: Count, fault: FaultKind | null, excess: number): Count | null {
  if (fault === "no_usage") return null;
  if (fault === "overbilled") return { ...counted, output: counted.output + excess };
  if (fault === "absurd_usage")
    return { ...counted, input: counted.input * 1_000, output: counted.output * 1_000 + 1_000_000 };
  return fault === "negative_usage" ? { ...counted, input: -1 - counted.input, output: -1 - counted.output } : counted;
}
