/** What the door is handed: questions to ask, tests to run, and what holds as long as the server runs. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Door } from "../api/door.ts";
import type { Config } from "../config.ts";
import type { Provider } from "../providers/provider.ts";
import { type Asking, ask, draft, newSession } from "./asking.ts";
import type { Integrations } from "./integrations.ts";
import { openModelTests } from "./model-test.ts";
import { preview } from "./preview.ts";
import { openSelfTest } from "./self-test.ts";
import { changeSettings } from "./settings.ts";
import { builtIn, known } from "./shipped.ts";
import type { Speakers } from "./speakers.ts";

/** How long the tests of a model and of the server itself may take, who speaks in the latter; `realSpeed`: see SpeakersOptions. */
export type Testing = { modelMs?: number; selfMs?: number; speaker?: Provider; realSpeed?: number };

type Constant = "builtIn" | "known" | "simulatedPolicy" | "version" | "webDir";

export const doorFor = (
  asking: Asking,
  rest: Omit<Door, "database" | "books" | "ask" | "draft" | "preview" | "createSession" | "changeSettings" | Constant>,
): Door => ({
  ...rest,
  database: asking.database,
  books: asking.books,
  ask: (userId, body, key, offer) => ask(asking, userId, body, key, offer),
  draft: (userId, body, key) => draft(asking, userId, body, key),
  preview: (userId, body) => preview(asking, userId, body),
  createSession: (userId, body, key) => newSession(asking, userId, body, key),
  changeSettings: (userId, body, expected) => changeSettings(asking.database, userId, body, expected),
  builtIn,
  known,
  simulatedPolicy: asking.simulatedPolicy,
  version: packageVersion(),
  webDir: fileURLToPath(new URL("../../../web/", import.meta.url)),
});

/** What the door tests, of the models and of the server. */
export function openTests({
  asking,
  live,
  load,
  stopping,
  log,
  outside,
  speakers,
  config,
  modelMs = 30_000,
  selfMs = 10_000,
}: Tests) {
  return {
    standing: outside.standing,
    isPaused: (name: string) => speakers.breakers().get(name)?.state === "open",
    testModel: openModelTests({
      ...{ database: asking.database, stopping, withinMs: modelMs },
      speakerOf: speakers.wireOf,
      standing: outside.standing,
      onFault: (error) => log.error({ err: error }, "the test of a model failed on our side"),
    }),
    selfTest: openSelfTest({
      ...{ asking, live, load, stopping, threadsAtOnce: config.threadsAtOnce, withinMs: selfMs },
      onFault: (error) => log.warn({ err: error }, "something of a self-test was left behind: the next one removes it"),
    }),
  };
}

type Tests = Pick<Door, "live" | "load" | "stopping" | "log"> & {
  asking: Asking;
  outside: Integrations;
  speakers: Speakers;
  config: Config;
} & Testing;

function packageVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return typeof file === "object" && file !== null && "version" in file ? String(file.version) : "unknown";
}
