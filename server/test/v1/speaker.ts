/** A model at the other end of a wire that does as it is asked: tools, JSON, and a word about everything else. */
import type { ModelRequest, Provider, ToolCall } from "../../src/providers/provider.ts";
import { openTestApp } from "../app.ts";

const PROVIDER = "spoken";
/** Its name under `/v1`; people also know it as Parrot 1. */
export const MODEL = "parrot";

type Test = Parameters<typeof openTestApp>[0];

/** A server with this model; `requests` are what it was asked, the newest last. */
export async function openWithSpeaker(t: Test) {
  const requests: ModelRequest[] = [];
  const speaker: Provider = {
    id: PROVIDER,
    async *call(request) {
      requests.push(request);
      const calls = callsFor(request);
      for (const call of calls) yield { type: "tool-call", ...call };
      if (calls.length === 0) for (const text of textFor(request)) yield { type: "text-delta", text };
      const finish_reason = calls.length > 0 ? "tool_calls" : request.max_output_tokens < 5 ? "length" : "stop";
      yield { type: "end", finish_reason, usage: { input: 12, output: 7, cached_input: 3, reasoning: 2 } };
    },
  };
  const app = await openTestApp(t, { ORCHESTRATEX_SIMULATED: "off" }, undefined, {
    providers: new Map([[PROVIDER, speaker]]),
  });
  await app.send("POST", "/api/models/", {
    ...{ model_name: MODEL, provider: PROVIDER, model_version: "parrot-1.2", aliases: ["Parrot 1"] },
    ...{ max_context_length: 100_000, cost_per_input_token: 0.000001, cost_per_output_token: 0.000002 },
  });
  await app.send("PUT", `/api/models/${MODEL}/status`, { is_available: true });
  return { app, requests, address: await app.listen() };
}

/** Every tool that may be called is, once, unless one has answered already. */
function callsFor({ tools = [], tool_choice, messages }: ModelRequest): ToolCall[] {
  if (tool_choice === "none" || messages.at(-1)?.role === "tool") return [];
  const named = typeof tool_choice === "object" ? tool_choice.name : null;
  return tools
    .filter(({ name }) => named === null || name === named)
    .map(({ name }) => ({ id: `call_${name}`, name, arguments: '{"city":"Ghent"}' }));
}

/** In pieces. Asked for JSON in words only, it puts a fence around it. */
function textFor({ response_schema, json, messages }: ModelRequest): string[] {
  if (messages.at(-1)?.content.includes("one JSON object"))
    return ["Here it is:\n```json\n", '{"city": "Ghent",', ' "degrees": 21}\n```'];
  if (response_schema || json) return ['{"city":', '"Ghent","degrees":21}'];
  return ["You said: ", messages.at(-1)?.content ?? ""];
}
