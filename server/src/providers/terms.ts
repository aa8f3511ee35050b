/** What an endpoint takes of a model's request. It is asked for all, and for less once it has refused something. */
import { type Told, toldBy } from "./failures.ts";
import type { Message, ModelRequest } from "./provider.ts";

/** `schema`: it enforces a JSON schema; `json`: JSON of no schema in particular; `text`: neither. */
type Form = "schema" | "json" | "text";

export type Terms = {
  form: Form;
  /** The cap goes as `max_completion_tokens`, as models that reason want it. */
  newCap: boolean;
  /** Temperature and its like. */
  sampling: boolean;
};

export type Place = { vendorId: string; baseUrl: string; model: string };

export type TermsBook = {
  of(place: Place, request: ModelRequest): Terms;
  /** Whether the answer refuses a term rather than the call; if so less is asked from now on. */
  refused(place: Place, request: ModelRequest, used: Terms, status: number, body: string): boolean;
};

/** The messages, and what the endpoint cannot enforce said in words. Vendors refuse JSON mode when no message names JSON. */
export function messagesOf({ messages, response_schema, json }: ModelRequest, { form }: Terms): readonly Message[] {
  if (response_schema && form !== "schema")
    return withInstruction(
      messages,
      `Answer with one JSON object that fits this JSON schema, and with nothing else:\n${JSON.stringify(response_schema)}`,
    );
  return json && !messages.some(({ content }) => /json/i.test(content))
    ? withInstruction(messages, "Answer with one JSON object.")
    : messages;
}

function withInstruction(messages: readonly Message[], instruction: string): Message[] {
  const [first, ...rest] = messages;
  return first?.role === "system"
    ? [{ ...first, content: `${first.content}\n\n${instruction}` }, ...rest]
    : [{ role: "system", content: instruction }, ...messages];
}

const REMEMBERED = 2_000;
const lower: Record<Form, Form> = { schema: "json", json: "text", text: "text" };
const order: readonly Form[] = ["schema", "json", "text"];

const speaksOfForm =
  /response_?format|json_schema|json_object|json[ _]mode|structured[ _]?outputs?|response_?(?:json_?)?schema|response_?mime_?type|output[_ ](?:format|config)|guided_json/i;
const speaksOfThisSchema =
  /invalid (?:json )?schema|invalid_json_schema|(?:schema|grammar)\b.{0,60}(?:not valid|invalid|too (?:complex|large|deep|many))/i;
const speaksOfCap = /max_completion_tokens/i;
const speaksOfSampling =
  /(?:temperature|top_p|presence_?penalty|frequency_?penalty|\bseed\b|\bstop\b).{0,80}(?:unsupported|not support|deprecated|only the default|cannot both|not compatible)|(?:unsupported|not support|not compatible).{0,80}(?:temperature|top_p|presence_?penalty|frequency_?penalty|\bseed\b|\bstop\b)/i;

export function openTerms(initial: Partial<Terms>): TermsBook {
  const known = new Map<string, Partial<Terms>>();
  const nameOf = ({ vendorId, baseUrl, model }: Place) => `${vendorId} ${baseUrl} ${model}`;
  const schemaName = (place: Place, { response_schema }: ModelRequest) =>
    `${nameOf(place)} ${response_schema ? JSON.stringify(response_schema) : ""}`;
  const learn = (name: string, learned: Partial<Terms>) => {
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, { ...known.get(name), ...learned });
  };
  return {
    of(place, request) {
      const wanted: Form = request.response_schema ? "schema" : request.json ? "json" : "text";
      const ofPlace = known.get(nameOf(place));
      const forms = [
        wanted,
        initial.form,
        ofPlace?.form,
        request.response_schema && known.get(schemaName(place, request))?.form,
      ];
      const form = order[Math.max(...forms.map((one) => (one ? order.indexOf(one) : 0)))] ?? "text";
      return { newCap: false, sampling: true, ...initial, ...ofPlace, form };
    },
    refused(place, request, used, status, body) {
      const told = status === 400 || status === 422 ? toldBy(body) : null;
      if (!told) return false;
      const learned = lessThan(used, told);
      if (!learned) return false;
      learn(
        learned.form && speaksOfThisSchema.test(told.message) ? schemaName(place, request) : nameOf(place),
        learned,
      );
      return true;
    },
  };
}

function lessThan(used: Terms, { message, kinds }: Told): Partial<Terms> | null {
  const words = `${kinds} ${message}`;
  if (used.form !== "text" && (speaksOfForm.test(words) || speaksOfThisSchema.test(words)))
    return { form: lower[used.form] };
  if (!used.newCap && speaksOfCap.test(words)) return { newCap: true };
  if (used.sampling && speaksOfSampling.test(words)) return { sampling: false };
  return null;
}
