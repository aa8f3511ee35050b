/** English: the catalogue that all others are held to. One file for each part of the page. */
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

export const english = {
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

export type EnglishKey = keyof typeof english;
