/** One model asked directly, by its name. */
import type { ChatCompletionRequest, Profile } from "@orchestratex/sdk/contract";
import type { DirectCall, DirectEvent } from "../../engine/direct.ts";
import { AppError } from "../../errors.ts";
import type { Audience } from "./answer.ts";
import type { Ended } from "./completions.ts";
import { conversationOf, modelMessages, toolChoiceOf, toolsOf } from "./messages.ts";

export function directCall(profile: Profile, body: ChatCompletionRequest): DirectCall {
  const { response_format: format } = body;
  const tools = toolsOf(body);
  const tool_choice = toolChoiceOf(body);
  const sampling = samplingOf(body);
  return {
    profile,
    messages: modelMessages(body.messages),
    max_output_tokens: body.max_completion_tokens ?? body.max_tokens ?? null,
    temperature: body.temperature ?? null,
    stream: body.stream === true,
    session_id: body.metadata?.session_id?.toLowerCase() ?? null,
    ...conversationOf(body.messages),
    ...(format?.type === "json_schema" && { response_schema: format.json_schema.schema }),
    ...(format?.type === "json_object" && { json: true }),
    ...(tools.length > 0 && { tools, ...(tool_choice && { tool_choice }) }),
    ...(Object.keys(sampling).length > 0 && { sampling }),
  };
}

const samplingOf = ({ top_p, stop, seed, presence_penalty, frequency_penalty }: ChatCompletionRequest) => ({
  ...(typeof top_p === "number" && { top_p }),
  ...(stop && { stop: [stop].flat() }),
  ...(typeof seed === "number" && { seed }),
  ...(typeof presence_penalty === "number" && { presence_penalty }),
  ...(typeof frequency_penalty === "number" && { frequency_penalty }),
});

/** `oneCall`: the client takes no second call of a tool beside the first. */
export async function speakDirectly(
  events: AsyncIterable<DirectEvent>,
  { oneCall }: { oneCall: boolean },
  to: Audience,
): Promise<Ended> {
  let calls = 0;
  for await (const event of events) {
    if (event.type === "end") return event;
    if (event.type === "text-delta") await to.text(event.text);
    else if (calls++ === 0 || !oneCall) await to.call({ id: event.id, name: event.name, arguments: event.arguments });
  }
  throw new AppError("provider.unreadable", "The model's answer has no end");
}
