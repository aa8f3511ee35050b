/** What comes from `/v1`, held against OpenAI's published description and read as a client reads it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ChatCompletion, ChatCompletionChunk, OpenAiError } from "@orchestratex/sdk/contract";
import { Ajv2020 } from "ajv/dist/2020.js";

type Kind =
  | "CreateChatCompletionResponse"
  | "CreateChatCompletionStreamResponse"
  | "ListModelsResponse"
  | "Model"
  | "ErrorResponse";

const schema = JSON.parse(readFileSync(new URL("openai-schema.json", import.meta.url), "utf8")) as {
  $defs: Record<Kind, { properties: object }>;
};
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat("unixtime", { type: "number", validate: (seconds: number) => seconds > 1.7e9 && seconds < 4e9 });
ajv.addFormat("date", /^\d{4}-\d\d-\d\d$/);
ajv.addFormat("uri", true);
ajv.addSchema(schema);

/** The value is what OpenAI's description says, and has no field beside but the receipt. */
export function fits<Value = Record<string, unknown>>(kind: Kind, value: unknown): Value {
  const valid = ajv.getSchema(`openai#/$defs/${kind}`);
  assert.ok(valid, kind);
  assert.ok(valid(value), `${kind}: ${ajv.errorsText(valid.errors)}: ${JSON.stringify(value)}`);
  const known = [...Object.keys(schema.$defs[kind].properties), "orchestratex"];
  assert.deepEqual(
    Object.keys(value as object).filter((name) => !known.includes(name)),
    [],
    kind,
  );
  return value as Value;
}

export type Streamed = {
  chunks: ChatCompletionChunk[];
  /** Without the colon. */
  comments: string[];
  text: string;
  error: OpenAiError["error"] | null;
  done: boolean;
};

/** The events of a stream, each of which fits. */
export function readStream(body: string): Streamed {
  const streamed: Streamed = { chunks: [], comments: [], text: "", error: null, done: false };
  assert.ok(body.endsWith("\n\n"), "ends with a whole event");
  for (const event of body.slice(0, -2).split("\n\n")) {
    assert.ok(!streamed.done && !streamed.error, "nothing comes after the end");
    if (event.startsWith(":")) streamed.comments.push(event.slice(1).trim());
    else if (event === "data: [DONE]") streamed.done = true;
    else take(streamed, JSON.parse(event.slice("data: ".length)));
  }
  return streamed;
}

function take(streamed: Streamed, data: object): void {
  if ("error" in data) {
    streamed.error = fits<OpenAiError>("ErrorResponse", data).error;
    return;
  }
  const chunk = fits<ChatCompletionChunk>("CreateChatCompletionStreamResponse", data);
  streamed.chunks.push(chunk);
  streamed.text += chunk.choices[0]?.delta.content ?? "";
}

export const asked = (model: string, content: string, more: object = {}) => ({
  model,
  messages: [{ role: "user", content }],
  ...more,
});

/** Ask a server that listens. */
export function clientOf(address: string) {
  const ask = (body: object, init: RequestInit = {}) =>
    fetch(`${address}/v1/chat/completions`, {
      ...init,
      method: "POST",
      headers: { "content-type": "application/json", ...init.headers },
      body: JSON.stringify(body),
    });
  return {
    ask,
    async whole(body: object): Promise<ChatCompletion> {
      const answer = await ask(body);
      const value: unknown = await answer.json();
      assert.equal(answer.status, 200, JSON.stringify(value));
      return fits<ChatCompletion>("CreateChatCompletionResponse", value);
    },
    async stream(body: object): Promise<Streamed> {
      const answer = await ask({ ...body, stream: true });
      assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, "text/event-stream; charset=utf-8"]);
      return readStream(await answer.text());
    },
    /** A failure before the answer. */
    async refused(body: object, headers: Record<string, string> = {}) {
      const answer = await ask(body, { headers });
      const { error } = fits<OpenAiError>("ErrorResponse", await answer.json());
      return { status: answer.status, ...error, retry: answer.headers.get("x-should-retry") };
    },
  };
}
