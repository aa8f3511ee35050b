/** The models under test: the eight simulated minds, each behind another wire, with the prices of their simulated profiles. */
import type { Profile } from "@orchestratex/sdk/contract";
import { simulatedProfiles } from "../server/src/providers/simulated.ts";

/** A vendor's name, and where below the harness's address its wire is. */
const wires: readonly (readonly [provider: string, path: string])[] = [
  ["openai", "/v1"],
  ["anthropic", "/v1"],
  ["google", "/v1beta"],
  ["mistral", "/mistral/v1"],
  ["xai", "/xai/v1"],
  ["openrouter", "/openrouter/v1"],
  ["ollama", ""],
  ["openai-compatible", "/v1"],
];

export const modelNames: readonly string[] = simulatedProfiles.map(({ family }) => `chaos-${family}`);

/** As their vendors call them. */
export const vendorModels: readonly string[] = simulatedProfiles.map(({ model_name }) => model_name);

export const modelsAt = (url: string): Profile[] =>
  simulatedProfiles.map((profile, index) => {
    const [provider = "", path = ""] = wires[index % wires.length] ?? [];
    return {
      ...profile,
      ...{ model_name: `chaos-${profile.family}`, provider, model_version: profile.model_name },
      ...{ api_endpoint: `${url}${path}`, simulated: false },
      // Without a key a model takes part once it has been found to be there.
      last_health_check: new Date().toISOString(),
    };
  });

const prices = new Map(
  simulatedProfiles.map(({ model_name, cost_per_input_token, cost_per_output_token }) => [
    model_name,
    { input: cost_per_input_token ?? 0, output: cost_per_output_token ?? 0 },
  ]),
);

/** Dollars per token of a model as its vendor calls it. */
export const priceOf = (model: string): { input: number; output: number } =>
  prices.get(model) ?? { input: 0, output: 0 };
