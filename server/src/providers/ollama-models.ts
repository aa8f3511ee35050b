/** What Ollama has installed, one model of it at a time. Source: github.com/ollama/ollama, docs/api.md, `/api/show`. */
import { z } from "zod";
import type { Connection } from "./vendors.ts";

export type Installed = {
  /** Whose family it is of, such as `meta`. */
  maker: string;
  /** Tokens; null: it does not say. */
  contextLength: number | null;
  /** False: it only embeds. */
  answers: boolean;
};

const Shown = z.object({
  capabilities: z.array(z.string()).optional(),
  details: z.object({ family: z.string().default(""), families: z.array(z.string()).nullish() }).optional(),
  model_info: z.record(z.string(), z.unknown()).optional(),
});

const WITHIN_MS = 5_000;

/** Null: it could not be learned now. */
export async function showInstalled(
  { baseUrl, key, headers }: Connection,
  model: string,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Installed | null> {
  const bearer: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  try {
    const answer = await fetch(`${baseUrl}/api/show`, {
      method: "POST",
      headers: { "content-type": "application/json", ...bearer, ...headers },
      body: JSON.stringify({ model }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
    });
    const text = await answer.text();
    return answer.status === 200 ? installedAs(Shown.parse(JSON.parse(text)), model) : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

function installedAs({ capabilities, details, model_info = {} }: z.infer<typeof Shown>, model: string): Installed {
  const family = details?.family ?? "";
  const [, length] = Object.entries(model_info).find(([name]) => name.endsWith(".context_length")) ?? [];
  return {
    maker: makerOf(family, model),
    contextLength: typeof length === "number" && Number.isInteger(length) && length > 0 ? length : null,
    // Before 0.6.4 it did not tell what a model can do.
    answers: capabilities ? capabilities.includes("completion") : !/bert|embed/i.test(`${family} ${model}`),
  };
}

/** Models of one maker share habits, and do not judge each other. */
const makers: readonly [pattern: RegExp, maker: string][] = [
  [/deepseek/, "deepseek"],
  [/llama/, "meta"],
  [/gemma/, "google"],
  [/qwen|qwq/, "alibaba"],
  [/mi(?:s|x)tral|codestral|devstral|magistral|ministral/, "mistral"],
  [/phi/, "microsoft"],
  [/granite/, "ibm"],
  [/command|cohere|aya/, "cohere"],
  [/gpt-?oss/, "openai"],
  [/grok/, "xai"],
];

/** A distilled model runs on another's architecture (`deepseek-r1:8b` is of the family llama): its name says more. */
function makerOf(family: string, model: string): string {
  const found = (text: string) => makers.find(([pattern]) => pattern.test(text.toLowerCase()))?.[1];
  const plain = family.toLowerCase().replace(/[^a-z0-9._-]+/g, "-");
  return found(model) ?? found(family) ?? (plain || "ollama");
}
