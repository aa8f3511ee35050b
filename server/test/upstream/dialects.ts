/** How those who followed OpenAI's wire differ from it: the first word of the path says who (`/mistral/v1/...`). */
import { objectOf, type Refusal, stringOf } from "./wire.ts";

/** `/v1/...` is OpenAI itself. */
export const vendorIn = (path: string): string => {
  const first = path.split("/")[1] ?? "";
  return first === "v1" ? "openai" : first;
};

/** The same refusal in another vendor's form; docs.mistral.ai, docs.x.ai and openrouter.ai/docs have them. */
export function inDialect(vendor: string, refusal: Refusal): Refusal {
  const { message, type, param, code } = objectOf(objectOf(refusal.body)["error"]);
  const isBroke = code === "insufficient_quota";
  const status = isBroke && (vendor === "openrouter" || vendor === "mistral") ? 402 : refusal.status;
  switch (vendor) {
    case "mistral":
      return { ...refusal, status, body: { object: "error", message, type, param, code } };
    case "xai":
      return { ...refusal, status, body: { code: stringOf(code ?? type), error: message } };
    case "openrouter":
      return { ...refusal, status, body: { error: { message, code: status } } };
    default:
      return refusal;
  }
}
