/** What is read off a request whatever its wire. */
import type { IncomingMessage } from "node:http";
import { type Asked, type Json, objectOf, Refused, type Wire } from "./wire.ts";

export function wireOf({ method, headers }: IncomingMessage, path: string): Wire | null {
  if (/\/api\/(chat|show|tags|version)$/.test(path)) return "ollama";
  if (method === "POST")
    return path.endsWith("/chat/completions")
      ? "openai"
      : path.endsWith("/responses")
        ? "responses"
        : path.endsWith("/messages")
          ? "anthropic"
          : /\/models\/[^/]+:(generateContent|streamGenerateContent)$/.test(path)
            ? "google"
            : null;
  if (!path.endsWith("/models")) return null;
  return path.includes("/v1beta/") ? "google" : headers["anthropic-version"] === undefined ? "openai" : "anthropic";
}

export function keyOf({ headers }: IncomingMessage, url: URL): string | null {
  const own = headers["x-api-key"] ?? headers["x-goog-api-key"] ?? url.searchParams.get("key");
  return typeof own === "string" ? own : (/^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? null);
}

/** By its events: the iterator of a stream takes a tenth of a small call's time. */
export const bodyOf = (request: IncomingMessage): Promise<Json> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", reject);
    request.on("end", () => {
      try {
        resolve(objectOf(JSON.parse(Buffer.concat(chunks).toString())));
      } catch {
        const message = "We could not parse the JSON body of your request.";
        reject(new Refused({ status: 400, body: { error: { message, type: "invalid_request_error" } } }));
      }
    });
  });

/** What `pattern` finds first, in the oldest of the messages that have it. */
export function tagOf({ messages }: Asked, pattern = /\[\[([^[\]]+)\]\]/): string | null {
  for (const { content } of messages) {
    const tag = pattern.exec(content)?.[1];
    if (tag !== undefined) return tag;
  }
  return null;
}
