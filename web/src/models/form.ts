/** A model as a person types it, and the request that says so. Pure. */
import type { CreateModel, Profile, UpdateModel } from "@orchestratex/sdk/contract";
import { isWithin, numberOf, textOf } from "../ui/numbers.ts";

export type ModelForm = {
  name: string;
  provider: string;
  version: string;
  family: string;
  endpoint: string;
  keyRequired: boolean;
  context: string;
  maxOutput: string;
  /** US dollars for a million tokens. */
  input: string;
  output: string;
  /** Parts divided by commas. */
  specialties: string;
  languages: string;
  aliases: string;
  strengths: string;
  weaknesses: string;
  /** One on each line. */
  useCases: string;
  perMinute: string;
  tokensPerMinute: string;
};

export type TextName = Exclude<keyof ModelForm, "keyRequired">;

export const emptyForm: ModelForm = {
  ...{ name: "", provider: "", version: "", family: "", endpoint: "", keyRequired: true, context: "", maxOutput: "" },
  ...{ input: "", output: "", specialties: "", languages: "", aliases: "", strengths: "", weaknesses: "" },
  ...{ useCases: "", perMinute: "", tokensPerMinute: "" },
};

const MILLION = 1e6;

export function formOf(model: Profile, locale: string): ModelForm {
  const text = (number: number | null) => textOf(number, locale);
  const perMillion = (price: number | null) => text(price === null ? null : price * MILLION);
  return {
    ...{ name: model.model_name, provider: model.provider, version: model.model_version, family: model.family },
    ...{ endpoint: model.api_endpoint ?? "", keyRequired: model.api_key_required },
    ...{ context: text(model.max_context_length), maxOutput: text(model.max_output_tokens) },
    ...{ input: perMillion(model.cost_per_input_token), output: perMillion(model.cost_per_output_token) },
    ...{ specialties: model.specialties.join(", "), languages: model.supported_languages.join(", ") },
    ...{ aliases: model.aliases.join(", "), strengths: model.strengths, weaknesses: model.weaknesses },
    useCases: model.best_use_cases.join("\n"),
    perMinute: text(model.rate_limits.requests_per_minute),
    tokensPerMinute: text(model.rate_limits.tokens_per_minute),
  };
}

/** Numbers and where they lie; all may be left empty. */
export const bounds = {
  context: { low: 1, high: 1e9, whole: true },
  maxOutput: { low: 1, high: 1e9, whole: true },
  input: { low: 0, high: 10_000, whole: false },
  output: { low: 0, high: 10_000, whole: false },
  perMinute: { low: 1, high: 2e9, whole: true },
  tokensPerMinute: { low: 1, high: 2e9, whole: true },
} as const;

type NumberName = keyof typeof bounds;

export const wrongIn = (form: ModelForm): NumberName[] =>
  (Object.keys(bounds) as NumberName[]).filter((name) => {
    const { low, high, whole } = bounds[name];
    return form[name].trim() !== "" && !isWithin(form[name], low, high, whole);
  });

const parts = (text: string, divider: string | RegExp): string[] =>
  text
    .split(divider)
    .map((part) => part.trim())
    .filter(Boolean);

const price = (text: string): number | null => {
  const dollars = numberOf(text);
  return dollars === null ? null : Number((dollars / MILLION).toPrecision(12));
};

const orNull = (text: string): string | null => text.trim() || null;

/** What of a form is said in which field of the request. */
const writers: { [Name in keyof ModelForm]: (form: ModelForm) => UpdateModel } = {
  name: () => ({}),
  provider: ({ provider }) => ({ provider: provider.trim() }),
  version: ({ version }) => ({ model_version: version.trim() }),
  family: ({ family }) => ({ family: family.trim() }),
  endpoint: ({ endpoint }) => ({ api_endpoint: orNull(endpoint) }),
  keyRequired: ({ keyRequired }) => ({ api_key_required: keyRequired }),
  context: ({ context }) => ({ max_context_length: numberOf(context) ?? 0 }),
  maxOutput: ({ maxOutput }) => ({ max_output_tokens: numberOf(maxOutput) }),
  input: ({ input }) => ({ cost_per_input_token: price(input) }),
  output: ({ output }) => ({ cost_per_output_token: price(output) }),
  specialties: ({ specialties }) => ({ specialties: parts(specialties, ",") }),
  languages: ({ languages }) => ({ supported_languages: parts(languages, ",") }),
  aliases: ({ aliases }) => ({ aliases: parts(aliases, ",") }),
  strengths: ({ strengths }) => ({ strengths: strengths.trim() }),
  weaknesses: ({ weaknesses }) => ({ weaknesses: weaknesses.trim() }),
  useCases: ({ useCases }) => ({ best_use_cases: parts(useCases, "\n") }),
  perMinute: (form) => ({ rate_limits: limits(form) }),
  tokensPerMinute: (form) => ({ rate_limits: limits(form) }),
};

const limits = ({ perMinute, tokensPerMinute }: ModelForm) => ({
  ...{ requests_per_minute: numberOf(perMinute), tokens_per_minute: numberOf(tokensPerMinute) },
});

/** Only what differs; of both prices, where one does: a price is told whole. */
export function changesOf(form: ModelForm, before: ModelForm): UpdateModel {
  const names = (Object.keys(writers) as (keyof ModelForm)[]).filter((name) => form[name] !== before[name]);
  return Object.assign({}, ...names.map((name) => writers[name](form)));
}

/** What was left empty is left to the server. */
export const creationOf = (form: ModelForm): CreateModel => ({
  ...(changesOf(form, emptyForm) as Partial<CreateModel>),
  ...{ model_name: form.name.trim(), provider: form.provider.trim(), model_version: form.version.trim() },
});

const fields: Record<string, TextName> = {
  ...{ model_name: "name", provider: "provider", model_version: "version", family: "family" },
  ...{ api_endpoint: "endpoint", max_context_length: "context", max_output_tokens: "maxOutput" },
  ...{ cost_per_input_token: "input", cost_per_output_token: "output", specialties: "specialties" },
  ...{ supported_languages: "languages", aliases: "aliases", strengths: "strengths", weaknesses: "weaknesses" },
  ...{ best_use_cases: "useCases", "rate_limits.requests_per_minute": "perMinute" },
  "rate_limits.tokens_per_minute": "tokensPerMinute",
};

/** The server's complaints by the field they are about. */
export function complaintsOf(problems: ReadonlyMap<string, string>): Map<TextName, string> {
  const found = new Map<TextName, string>();
  for (const [path, problem] of problems) {
    const name = fields[path] ?? fields[path.split(".")[0] ?? ""];
    if (name !== undefined) found.set(name, problem);
  }
  return found;
}
