/** The whole server with the page as it is served to people, on a port of its own. It is built if its sources are newer. */
import type { TestContext } from "node:test";
import type { AppOptions } from "../../../server/src/app.ts";
import { openTestApp, type TestApp } from "../../../server/test/app.ts";
import { openOutsideApp } from "../../../server/test/outside.ts";
import type { TestStore } from "../../../server/test/store.ts";
import type { Upstream } from "../../../server/test/upstream/upstream.ts";
import { whenLeaving } from "./browser.ts";

export type Site = TestApp & { url: string };

export type SiteOptions = {
  variables?: Readonly<Record<string, string>>;
  /** A store to go on with. */
  database?: TestStore;
  options?: Omit<AppOptions, "open">;
};

export async function openSite(
  t: TestContext,
  { variables = {}, database, options = {} }: SiteOptions = {},
): Promise<Site> {
  whenLeaving(t);
  const app = await openTestApp(t, { ORCHESTRATEX_WEB: "on", ...variables }, database, options);
  return { ...app, url: await app.listen() };
}

/** The same with vendors of our own in place of all others. */
export async function openOutsideSite(
  t: TestContext,
  upstream: Upstream,
  variables: Readonly<Record<string, string>> = {},
) {
  whenLeaving(t);
  const options = { testing: { realSpeed: 0 } };
  const app = await openOutsideApp(t, { variables: { ORCHESTRATEX_WEB: "on", ...variables }, options }, upstream);
  return { ...app, url: await app.listen() };
}
