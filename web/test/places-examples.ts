/** Examples of the contract, with what a test wants otherwise. */
import {
  type AlgorithmSettings,
  Integration,
  type Session,
  Session as SessionSchema,
  type ShownProfile,
  ShownProfile as ShownProfileSchema,
} from "@orchestratex/sdk/contract";
import { shipped } from "../../server/src/engine/settings.ts";

type Described<Value> = { _output: Value; meta(): Record<string, unknown> | undefined };

const exampleOf = <Value>(schema: Described<Value>): Value => structuredClone(schema.meta()?.["example"]) as Value;

export const profileOf = (change: Partial<ShownProfile> = {}): ShownProfile => ({
  ...exampleOf(ShownProfileSchema),
  ...change,
});
export const sessionOf = (): Session => exampleOf(SessionSchema);

export const integrationOf = (change: Partial<Integration> = {}): Integration => ({
  ...exampleOf(Integration),
  ...{ source: "none", stored_keys: [], base_url_source: "default", is_active: true, headers: [] },
  ...change,
});

/** What comes with the server, with a number of iterations for every session. */
export const settingsOf = (): AlgorithmSettings => ({ ...structuredClone(shipped), max_iterations: 3 });
