/** Gemini's `generateContent` and `streamGenerateContent`. */
import { piecesOf } from "../../src/providers/simulated/tokens.ts";
import {
  type Asked,
  type Count,
  type Failure,
  type Finish,
  type Format,
  type Frame,
  listOf,
  numberOf,
  objectOf,
  type Refusal,
  Refused,
  type Reply,
  sse,
  stringOf,
  textOf,
} from "./wire.ts";

export const google: Format = {
  contentType: "text/event-stream",
  read(body, path) {
    const [, model = "", method = ""] = /\/models\/([^:]+):(\w+)$/.exec(path) ?? [];
    if (listOf(body["contents"]).length === 0)
      throw new Refused(
        error(400, "INVALID_ARGUMENT", "* GenerateContentRequest.contents: contents is not specified\n"),
      );
    const { maxOutputTokens, responseMimeType, responseJsonSchema, responseSchema } = objectOf(
      body["generationConfig"],
    );
    const schema = responseJsonSchema ?? responseSchema;
    const system = textOf(objectOf(body["systemInstruction"])["parts"]);
    const calling = objectOf(objectOf(body["toolConfig"])["functionCallingConfig"]);
    return {
      model: decodeURIComponent(model),
      streamed: method === "streamGenerateContent",
      messages: [
        ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
        ...listOf(body["contents"]).map(messageOf),
      ],
      cap: numberOf(maxOutputTokens),
      tools: listOf(body["tools"])
        .flatMap((tool) => listOf(objectOf(tool)["functionDeclarations"]))
        .map((declared) => {
          const { name, parameters, parametersJsonSchema } = objectOf(declared);
          return { name: stringOf(name), parameters: parametersJsonSchema ?? parameters };
        }),
      forcedTool: calling["mode"] === "ANY" ? stringOf(listOf(calling["allowedFunctionNames"])[0]) : null,
      json: schema !== undefined ? { schema } : responseMimeType === "application/json" ? true : null,
      usageIn: "last",
    };
  },
  whole: (reply) => chunk(reply, { parts: partsOf(reply, reply.text), finish: true, share: 1 }),
  frames(reply): Frame[] {
    const pieces = piecesOf(reply.text);
    const shareOf = (index: number) => (index + 1) / pieces.length;
    return [
      ...pieces.map((text, index) => ({
        bytes: sse(chunk(reply, { parts: [{ text }], finish: false, share: shareOf(index) })),
        share: shareOf(index),
      })),
      { bytes: sse(chunk(reply, { parts: partsOf(reply, ""), finish: true, share: 1 })), share: 1 },
    ];
  },
  brokenOff: sse({
    error: { code: 503, message: "The model is overloaded. Please try again later.", status: "UNAVAILABLE" },
  }),
  garbled: 'data: {"candidates": [{"cont\n\n',
  headers: () => ({ server: "scaffolding on HTTPServer2" }),
  refusal,
  listed: (models) => ({
    models: models.map((id) => ({
      name: `models/${id}`,
      baseModelId: id,
      version: "001",
      displayName: id,
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: ["generateContent", "countTokens"],
    })),
  }),
};

function messageOf(value: unknown): Asked["messages"][number] {
  const { role, parts } = objectOf(value);
  const others = listOf(parts).filter((part) => objectOf(part)["text"] === undefined);
  return {
    role: role === "model" ? "assistant" : "user",
    content: textOf(parts) + (others.length === 0 ? "" : JSON.stringify(others)),
  };
}

const finishes: Readonly<Record<Finish, string>> = {
  stop: "STOP",
  length: "MAX_TOKENS",
  tool: "STOP",
  refusal: "SAFETY",
};

const partsOf = ({ tool }: Reply, text: string): unknown[] => [
  ...(text === "" ? [] : [{ text }]),
  ...(tool ? [{ functionCall: { name: tool.name, args: JSON.parse(tool.arguments) } }] : []),
];

type Part = { parts: unknown[]; finish: boolean; share: number };

const chunk = ({ asked, number, finish: why, usage }: Reply, { parts, finish, share }: Part) => ({
  candidates: [
    {
      ...((parts.length > 0 || why !== "refusal") && { content: { parts, role: "model" } }),
      ...(finish && { finishReason: finishes[why] }),
      index: 0,
      ...(finish && why === "refusal" && { safetyRatings: [blocked] }),
    },
  ],
  ...(usage && { usageMetadata: usageOf(usage, share) }),
  modelVersion: asked.model,
  responseId: `upstream${number.toString(36).padStart(14, "0")}`,
});

const blocked = { category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH", blocked: true };

/** Each event of a stream has the usage so far; what was thought is not part of `candidatesTokenCount`. */
const usageOf = ({ input, cached, output, reasoning }: Count, share: number) => {
  const written = Math.ceil((output - reasoning) * share);
  return {
    promptTokenCount: input,
    candidatesTokenCount: written,
    totalTokenCount: input + written + reasoning,
    ...(cached > 0 && { cachedContentTokenCount: cached }),
    promptTokensDetails: [{ modality: "TEXT", tokenCount: input }],
    ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
  };
};

const error = (code: number, status: string, message: string, details?: readonly unknown[]): Refusal => ({
  status: code,
  body: { error: { code, message, status, ...(details && { details }) } },
});

const typed = (name: string, rest: object) => ({ "@type": `type.googleapis.com/google.rpc.${name}`, ...rest });

const quota =
  "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.";

/** Status and words: ai.google.dev/gemini-api/docs/troubleshooting, and its replies as people quote them. */
function refusal({ fault, model, retryAfterMs }: Failure): Refusal {
  switch (fault) {
    case "rate_limited":
      return error(429, "RESOURCE_EXHAUSTED", `${quota} Please retry in ${retryAfterMs / 1_000}s.`, [
        typed("RetryInfo", { retryDelay: `${retryAfterMs / 1_000}s` }),
      ]);
    case "rate_limited_silent":
      return error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).");
    case "overloaded":
      return error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
    case "model_unknown": {
      const message = `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`;
      return error(404, "NOT_FOUND", message);
    }
    case "key_expired":
      return error(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", [
        typed("ErrorInfo", {
          reason: "API_KEY_INVALID",
          domain: "googleapis.com",
          metadata: { service: "generativelanguage.googleapis.com" },
        }),
      ]);
    case "no_credit":
      return error(429, "RESOURCE_EXHAUSTED", quota, [
        typed("QuotaFailure", {
          violations: [
            {
              quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
              quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
              quotaDimensions: { model, location: "global" },
            },
          ],
        }),
      ]);
    case "too_long": {
      const message = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).";
      return error(400, "INVALID_ARGUMENT", message);
    }
    case "schema_refused":
    case "json_refused":
      return error(400, "INVALID_ARGUMENT", "JSON mode is not enabled for this model");
    default: {
      const message =
        "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting";
      return error(500, "INTERNAL", message);
    }
  }
}
