/** Who sells models, and which wire each of them speaks. An OpenAI-compatible vendor more is one row here. */
import type { Terms } from "./terms.ts";

export type ProtocolName =
  | "openai"
  | "openai-compatible"
  | "anthropic"
  | "google"
  | "mistral"
  | "xai"
  | "openrouter"
  | "ollama";

export type Vendor = {
  /** As in a profile's `provider`. */
  id: string;
  /** For people. */
  title: string;
  protocol: ProtocolName;
  /** Without a last slash; a profile's `api_endpoint` wins over it. Null: the profile must have one. */
  baseUrl: string | null;
  /** The variable that holds its keys, several divided by commas; null: it needs none. */
  keyVariable: string | null;
  /** How its keys look, so that one pasted is recognised; null: not to be told from others. */
  keyPattern: RegExp | null;
  /** Below the base URL: lists its models, free of charge; null: there is no such path. */
  modelsPath: string | null;
  /** Below the base URL, where `modelsPath` answers without a key: tells whether a key is one. */
  keyPath?: string;
  /** Error answers that are not billed. */
  freeStatuses: readonly number[];
  /** The header that has its key, where it is not the protocol's own. */
  keyHeader?: string;
  /** Where it is known to take less than all of a request. */
  takes?: Partial<Terms>;
  /** Its id in `@pydantic/genai-prices`; null: prices depend on the model's own vendor. */
  pricesId: string | null;
};

/** Refused before a model was asked. */
const refused = [400, 401, 402, 403, 404, 405, 409, 413, 415, 422, 429] as const;

export const vendors: readonly Vendor[] = [
  {
    id: "openai",
    title: "OpenAI",
    protocol: "openai",
    baseUrl: "https://api.openai.com/v1",
    keyVariable: "OPENAI_API_KEY",
    keyPattern: /^sk-(proj-|svcacct-)?[A-Za-z0-9_-]{20,}$/,
    modelsPath: "/models",
    freeStatuses: refused,
    pricesId: "openai",
  },
  {
    id: "anthropic",
    title: "Anthropic",
    protocol: "anthropic",
    baseUrl: "https://api.anthropic.com/v1",
    keyVariable: "ANTHROPIC_API_KEY",
    keyPattern: /^sk-ant-[A-Za-z0-9_-]{20,}$/,
    modelsPath: "/models",
    freeStatuses: [...refused, 529],
    pricesId: "anthropic",
  },
  {
    id: "google",
    title: "Google",
    protocol: "google",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    keyVariable: "GOOGLE_API_KEY",
    keyPattern: /^AIza[A-Za-z0-9_-]{30,}$/,
    modelsPath: "/models",
    freeStatuses: refused,
    pricesId: "google",
  },
  {
    id: "mistral",
    title: "Mistral",
    protocol: "mistral",
    baseUrl: "https://api.mistral.ai/v1",
    keyVariable: "MISTRAL_API_KEY",
    keyPattern: null,
    modelsPath: "/models",
    freeStatuses: refused,
    pricesId: "mistral",
  },
  {
    id: "xai",
    title: "xAI",
    protocol: "xai",
    baseUrl: "https://api.x.ai/v1",
    keyVariable: "XAI_API_KEY",
    keyPattern: /^xai-[A-Za-z0-9]{20,}$/,
    modelsPath: "/models",
    freeStatuses: refused,
    pricesId: "x-ai",
  },
  {
    id: "alibaba",
    title: "Alibaba",
    protocol: "openai-compatible",
    baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    keyVariable: "DASHSCOPE_API_KEY",
    keyPattern: null,
    modelsPath: "/models",
    freeStatuses: refused,
    // "max_tokens will remain compatible for a short transition period and will be deprecated before May 30, 2026."
    takes: { newCap: true },
    pricesId: null,
  },
  {
    id: "groq",
    title: "Groq",
    protocol: "openai-compatible",
    baseUrl: "https://api.groq.com/openai/v1",
    keyVariable: "GROQ_API_KEY",
    keyPattern: /^gsk_[A-Za-z0-9]{20,}$/,
    modelsPath: "/models",
    freeStatuses: refused,
    pricesId: "groq",
  },
  {
    id: "together",
    title: "Together",
    protocol: "openai-compatible",
    baseUrl: "https://api.together.xyz/v1",
    keyVariable: "TOGETHER_API_KEY",
    keyPattern: null,
    modelsPath: "/models",
    freeStatuses: refused,
    pricesId: "together",
  },
  {
    id: "openrouter",
    title: "OpenRouter",
    protocol: "openrouter",
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariable: "OPENROUTER_API_KEY",
    keyPattern: /^sk-or-[A-Za-z0-9-]{20,}$/,
    modelsPath: "/models",
    keyPath: "/key",
    freeStatuses: refused,
    pricesId: "openrouter",
  },
  {
    id: "portkey",
    title: "Portkey",
    protocol: "openai-compatible",
    baseUrl: "https://api.portkey.ai/v1",
    keyVariable: "PORTKEY_API_KEY",
    keyPattern: null,
    modelsPath: "/models",
    freeStatuses: refused,
    keyHeader: "x-portkey-api-key",
    pricesId: null,
  },
  {
    id: "ollama",
    title: "Ollama",
    protocol: "ollama",
    baseUrl: "http://127.0.0.1:11434",
    keyVariable: null,
    keyPattern: null,
    modelsPath: "/api/tags",
    freeStatuses: refused,
    pricesId: null,
  },
  {
    id: "openai-compatible",
    title: "OpenAI-compatible",
    protocol: "openai-compatible",
    baseUrl: null,
    keyVariable: null,
    keyPattern: null,
    modelsPath: "/models",
    freeStatuses: refused,
    pricesId: null,
  },
];

export const vendorOf = (id: string): Vendor | undefined => vendors.find((vendor) => vendor.id === id);

/** `OPENAI_API_KEY` -> `OPENAI_BASE_URL`: the variable that sets another address. */
export const addressVariableOf = ({ id, keyVariable }: Vendor): string =>
  `${keyVariable?.replace(/_API_KEY$/, "") ?? id.toUpperCase()}_BASE_URL`;

/** Whose keys look so: the one whose pattern begins with most letters of its own (`sk-ant-` says more than `sk-`). */
export function vendorOfKey(key: string): Vendor | undefined {
  const own = ({ keyPattern }: Vendor) => /^\^([A-Za-z0-9_-]*)/.exec(keyPattern?.source ?? "")?.[1]?.length ?? 0;
  return vendors.filter(({ keyPattern }) => keyPattern?.test(key)).toSorted((a, b) => own(b) - own(a))[0];
}

/** Whose address an operator has set under a name of their own. */
export const vendorNamed = (id: string): Vendor => {
  const compatible = vendors.find((vendor) => vendor.id === "openai-compatible");
  const known = vendorOf(id) ?? (compatible && { ...compatible, id, title: id });
  if (!known) throw new Error("the list of vendors lacks openai-compatible");
  return known;
};

/** What a wire needs beside the request: where to, and with which key. */
export type Connection = {
  baseUrl: string;
  /** Null: the endpoint needs none. */
  key: string | null;
  /** Sent with every request. */
  headers: Readonly<Record<string, string>>;
};

/**
 * The keys of the vendors, as they are now: from the environment (which wins) and from the store.
 * `next` answers another key each time there are several, passing over those that rest; null: there is none that may be used.
 */
export type Keyring = {
  next(vendorId: string): string | null;
  has(vendorId: string): boolean;
  /** The vendor refused the key (it is expired, out of credit), or asked for a pause: it rests so long. */
  rest(vendorId: string, key: string, forMs: number): void;
};
