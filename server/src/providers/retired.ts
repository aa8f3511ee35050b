/** Models that their vendors shut down, or will, on a day that is known, and what they name as the replacement. */

type Retirement = {
  vendor: string;
  ids: readonly string[];
  /** UTC day from which requests fail. */
  on: string;
  /** The vendor's own recommendation. It may be retired itself by now. */
  substitute: string;
};

const of = (vendor: string, rows: readonly (readonly [on: string, substitute: string, ...ids: string[]])[]) =>
  rows.map(([on, substitute, ...ids]): Retirement => ({ vendor, ids, on, substitute }));

export const retirements: readonly Retirement[] = [
  // developers.openai.com/api/docs/deprecations, as quoted on 2026-10-07 and 2026-10-28; the first four rows: the same page in 2024,
  // which said "at earliest 2024-06-13" for gpt-4-0314.
  ...of("openai", [
    ["2024-06-13", "gpt-4o", "gpt-4-0314"],
    ["2024-09-13", "gpt-3.5-turbo", "gpt-3.5-turbo-0301", "gpt-3.5-turbo-0613", "gpt-3.5-turbo-16k-0613"],
    ["2024-12-06", "gpt-4o", "gpt-4-vision-preview", "gpt-4-1106-vision-preview"],
    ["2025-06-06", "gpt-4o", "gpt-4-32k", "gpt-4-32k-0314", "gpt-4-32k-0613"],
    ["2026-10-23", "gpt-5.6-terra", "gpt-3.5-turbo", "gpt-3.5-turbo-0125", "o4-mini", "o4-mini-2025-04-16"],
    ["2026-10-23", "gpt-5.6-sol", "gpt-4", "gpt-4-0613", "gpt-4-1106-preview", "gpt-4-turbo", "gpt-4-turbo-2024-04-09"],
    ["2026-10-23", "gpt-5.6-sol", "gpt-4o-2024-05-13", "o1", "o1-2024-12-17", "o3-mini", "o3-mini-2025-01-31"],
    ["2026-10-23", "gpt-5.6-luna", "gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"],
    ["2026-12-11", "gpt-5.6-sol", "gpt-5", "gpt-5-2025-08-07", "o3", "o3-2025-04-16"],
    ["2026-12-11", "gpt-5.6-terra", "gpt-5-mini", "gpt-5-mini-2025-08-07"],
    ["2026-12-11", "gpt-5.6-luna", "gpt-5-nano", "gpt-5-nano-2025-08-07"],
    ["2027-01-14", "gpt-6-luna", "gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20"],
    ["2027-01-14", "gpt-6-luna", "gpt-4o-mini", "gpt-4o-mini-2024-07-18"],
    ["2027-01-14", "gpt-6-luna", "gpt-4.1", "gpt-4.1-2025-04-14", "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"],
  ]),
  // platform.claude.com/docs/en/about-claude/model-deprecations, as quoted in 2026-08; Sonnet 4.5: in 2026-10.
  ...of("anthropic", [
    ["2025-07-21", "claude-opus-4-8", "claude-2", "claude-2.0", "claude-2.1"],
    ["2025-07-21", "claude-sonnet-4-6", "claude-3-sonnet-20240229"],
    ["2025-10-28", "claude-sonnet-4-6", "claude-3-5-sonnet-20240620", "claude-3-5-sonnet-20241022"],
    ["2025-10-28", "claude-sonnet-4-6", "claude-3-5-sonnet-latest"],
    ["2026-01-05", "claude-opus-4-8", "claude-3-opus-20240229", "claude-3-opus-latest"],
    ["2026-02-19", "claude-sonnet-4-6", "claude-3-7-sonnet-20250219", "claude-3-7-sonnet-latest"],
    ["2026-02-19", "claude-haiku-4-5-20251001", "claude-3-5-haiku-20241022", "claude-3-5-haiku-latest"],
    ["2026-04-20", "claude-haiku-4-5-20251001", "claude-3-haiku-20240307"],
    ["2026-06-15", "claude-sonnet-4-6", "claude-sonnet-4-20250514", "claude-sonnet-4-0"],
    ["2026-06-15", "claude-opus-4-8", "claude-opus-4-20250514", "claude-opus-4-0"],
    ["2026-08-05", "claude-opus-4-8", "claude-opus-4-1-20250805", "claude-opus-4-1"],
    ["2026-11-30", "claude-sonnet-5-5", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5"],
  ]),
  // ai.google.dev/gemini-api/docs/deprecations, as copied in 2026-09; 2.5: as read on 2026-11-10.
  ...of("google", [
    ["2025-12-02", "gemini-3.1-pro-preview", "gemini-2.5-pro-preview-05-06", "gemini-2.5-pro-preview-06-05"],
    ["2026-03-09", "gemini-3.1-pro-preview", "gemini-3-pro-preview"],
    ["2026-05-25", "gemini-3.1-flash-lite", "gemini-3.1-flash-lite-preview"],
    ["2026-06-01", "gemini-3.6-flash", "gemini-2.0-flash", "gemini-2.0-flash-001"],
    ["2026-06-01", "gemini-3.1-flash-lite", "gemini-2.0-flash-lite", "gemini-2.0-flash-lite-001"],
    ["2026-12-01", "gemini-3.8-flash", "gemini-2.5-pro"],
    ["2026-12-01", "gemini-3.5-flash-lite", "gemini-2.5-flash"],
    ["2027-05-07", "gemini-3.5-flash-lite", "gemini-3.1-flash-lite"],
  ]),
  // docs.x.ai/developers/migration/may-15-retirement: requests are answered by grok-4.3 and billed as such. Grok 2: as users report
  // (github.com/theopenco/llmgateway/pull/593), the next of its line.
  ...of("xai", [
    ["2025-09-15", "grok-3", "grok-2", "grok-2-1212", "grok-2-latest"],
    ["2026-05-15", "grok-4.3", "grok-3", "grok-4-0709", "grok-code-fast-1"],
    ["2026-05-15", "grok-4.3", "grok-4-fast-reasoning", "grok-4-fast-non-reasoning"],
    ["2026-05-15", "grok-4.3", "grok-4-1-fast-reasoning", "grok-4-1-fast-non-reasoning"],
  ]),
  // docs.mistral.ai/models: "Retirement date" and "Replacement" of each; Mistral Large 2.1 as users report it.
  ...of("mistral", [
    ["2025-03-30", "mistral-small-2506", "open-mixtral-8x7b"],
    ["2025-06-16", "mistral-medium-3-5", "mistral-medium-2312"],
    ["2025-11-30", "codestral-2508", "codestral-2501"],
    ["2025-12-31", "ministral-14b-2512", "pixtral-12b-2409"],
    ["2026-05-31", "mistral-large-2512", "mistral-large-2411"],
  ]),
  // console.groq.com/docs/deprecations, as quoted from 2026-06 to 2026-08; for customers without a contract.
  ...of("groq", [
    ["2026-08-16", "openai/gpt-oss-120b", "llama-3.3-70b-versatile"],
    ["2026-08-16", "openai/gpt-oss-20b", "llama-3.1-8b-instant"],
  ]),
];

export const retirementOf = (vendorId: string, modelId: string): Retirement | undefined =>
  retirements.find(({ vendor, ids }) => vendor === vendorId && ids.includes(modelId));

/** What answers on a day in a model's place; null: the model itself, as far as is known. */
export function substituteFor(vendorId: string, modelId: string, at: Date): string | null {
  const retirement = retirementOf(vendorId, modelId);
  if (!retirement || at.toISOString().slice(0, 10) < retirement.on) return null;
  return substituteFor(vendorId, retirement.substitute, at) ?? retirement.substitute;
}
