/** German. */
import type { EnglishKey } from "../en/index.ts";
import type { Phrase } from "../phrases.ts";
import { ask } from "./ask.ts";
import { common } from "./common.ts";
import { critique } from "./critique.ts";
import { facts } from "./facts.ts";
import { history } from "./history.ts";
import { library } from "./library.ts";
import { models } from "./models.ts";
import { settings } from "./settings.ts";
import { setup } from "./setup.ts";
import { shell } from "./shell.ts";
import { thread } from "./thread.ts";
import { versions } from "./versions.ts";

export const german: Record<EnglishKey, Phrase> = {
  ...common,
  ...shell,
  ...ask,
  ...setup,
  ...thread,
  ...critique,
  ...versions,
  ...history,
  ...library,
  ...facts,
  ...models,
  ...settings,
};
