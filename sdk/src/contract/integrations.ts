/** Services outside that the server speaks with: providers of models, their keys and how they are. A key is never shown. */
import { z } from "zod";
import { Milliseconds, ModelName, Timestamp, userText } from "./common.ts";
import { integration, integrationTest } from "./integrations-examples.ts";

/** What a key may be known by: it cannot be made from this. */
export const KeyHint = z.object({
  last4: z.string().nullable().describe("its last four characters; null for a short one"),
  fingerprint: z.string().describe("the start of its SHA-256, in hex"),
});
export type KeyHint = z.infer<typeof KeyHint>;

export const KeySource = z.enum(["environment", "stored", "none"]);
export type KeySource = z.infer<typeof KeySource>;

export const IntegrationStatus = z.enum([
  "ready",
  "unchecked",
  "no_key",
  "no_address",
  "key_rejected",
  "no_credit",
  "unreachable",
  "failing",
  "unreadable",
  "not_spoken",
  "off",
]);
export type IntegrationStatus = z.infer<typeof IntegrationStatus>;

const IntegrationCheck = z.object({
  checked_at: Timestamp,
  ok: z.boolean(),
  response_time: Milliseconds.nullable(),
  models: z.int().nullable().describe("how many models its list has; null: it gives no list"),
  code: z.string().nullable().describe("the fault code, when it failed"),
  detail: z.string().nullable().describe("what happened, in the provider's words where it had any"),
});

export const Integration = z
  .object({
    name: z.string(),
    title: z.string().describe("for people"),
    status: IntegrationStatus.describe(
      "`unreadable`: its stored keys were encrypted with another ENCRYPTION_KEY or key file, set them again; `not_spoken`: this version does not speak its protocol; `failing`: it answered the last check with a fault",
    ),
    is_active: z.boolean().describe("false: nothing is sent to it, whatever keys there are"),
    needs_key: z.boolean(),
    source: KeySource.describe("where the keys in use come from; the environment wins over stored ones"),
    keys: z.array(KeyHint).describe("the keys in use, which take turns"),
    stored_keys: z.array(KeyHint).describe("the keys that are stored, in use or not"),
    key_variable: z.string().nullable().describe("the environment variable that holds its keys"),
    base_url: z.string().nullable().describe("the address in use"),
    base_url_source: z.enum(["environment", "stored", "default", "none"]),
    headers: z
      .array(z.string())
      .describe("names of the headers that are sent with every request; values are not shown"),
    models: z.array(ModelName).describe("the profiles that are asked through it"),
    available_models: z.int().describe("how many of them can be asked now"),
    last_check: IntegrationCheck.nullable(),
    last_contact_at: Timestamp.nullable().describe("when it last answered a call"),
    last_error: z.string().nullable().describe("of a call that failed"),
    last_error_at: Timestamp.nullable(),
    calls: z.int().describe("calls of models since the integration was set up or its first call"),
  })
  .meta({ id: "Integration", example: integration });
export type Integration = z.infer<typeof Integration>;

const Key = z
  .string()
  .trim()
  .min(8, "must have at least 8 characters")
  .max(1_000, "must have at most 1000 characters")
  .regex(/^[\x21-\x7e]*$/, "must be printable ASCII without spaces");

const isPlainUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return (
    url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === ""
  );
};

/** Whose meaning is the connection's own. */
const reserved =
  /^(?:host|content-length|content-type|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/i;

const Headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "must be the name of a header")
      .refine((name) => !reserved.test(name), "must not be a header of the connection itself"),
    z
      .string()
      .max(4_000, "must have at most 4000 characters")
      .regex(/^[\x20-\x7e]*$/, "must be printable ASCII"),
  )
  .refine((headers) => Object.keys(headers).length <= 20, "must be at most 20");

/** What is not named stays. */
export const PutIntegration = z
  .object({
    key: Key.nullable().optional().describe("one key in the place of those before; null takes all away"),
    keys: z.array(Key).max(20).optional().describe("several, which take turns; none takes all away"),
    base_url: userText(2_000)
      .refine(isPlainUrl, "must be an http(s) URL without user, password, query or fragment")
      .transform((url) => url.replace(/\/+$/, ""))
      .nullable()
      .optional()
      .describe("an address of one's own; null: the provider's"),
    headers: Headers.nullable().optional().describe("sent with every request, kept encrypted; null: none"),
    is_active: z.boolean().optional(),
  })
  .refine((body) => body.key === undefined || body.keys === undefined, {
    path: ["keys"],
    message: "must not stand beside key",
  })
  .meta({ id: "PutIntegration", example: { key: "sk-proj-0123456789abcdefghij" } });
export type PutIntegration = z.infer<typeof PutIntegration>;

export const TestIntegration = z
  .object({ key: Key.optional().describe("try this key, and keep nothing; without it those in use are tried") })
  .meta({ id: "TestIntegration", example: { key: "sk-proj-0123456789abcdefghij" } });
export type TestIntegration = z.infer<typeof TestIntegration>;

const fault = {
  code: z.string().nullable().describe("the fault code, when it failed"),
  detail: z.string().nullable().describe("in the provider's words where it had any"),
};

export const IntegrationTest = z
  .object({
    name: z.string(),
    ok: z.boolean(),
    response_time: Milliseconds,
    models_found: z.int().nullable().describe("null: it gives no list"),
    models: z.array(z.string()).describe("the first 500 of them, as the provider calls them"),
    ...fault,
    keys: z.array(KeyHint.extend({ ok: z.boolean(), ...fault })).describe("each key that was tried"),
    tested_at: Timestamp,
  })
  .meta({ id: "IntegrationTest", example: integrationTest });
export type IntegrationTest = z.infer<typeof IntegrationTest>;

export const RecognizeKey = z
  .object({ key: Key })
  .meta({ id: "RecognizeKey", example: { key: "sk-ant-api03-0123456789abcdefghij" } });
export type RecognizeKey = z.infer<typeof RecognizeKey>;

export const RecognizedKey = z
  .object({
    name: z.string().nullable().describe("the integration whose keys look so; null: it may be any of `candidates`"),
    title: z.string().nullable(),
    candidates: z.array(z.string()).describe("integrations it may belong to"),
  })
  .meta({ id: "RecognizedKey", example: { name: "anthropic", title: "Anthropic", candidates: ["anthropic"] } });
export type RecognizedKey = z.infer<typeof RecognizedKey>;
