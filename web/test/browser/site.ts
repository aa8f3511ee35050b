/** The whole server with the page as it is served to people, on a port of its own. It is built if its sources are newer. */
import type { TestContext } from "node:test";
import { UploadState } from "@orchestratex/sdk/contract";
import type { AppOptions } from "../../../server/src/app.ts";
import { openTestApp, type TestApp } from "../../../server/test/app.ts";
import { openOutsideApp } from "../../../server/test/outside.ts";
import { type TestStore, temporaryFolder } from "../../../server/test/store.ts";
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
  const own = { ORCHESTRATEX_WEB: "on", UPLOAD_DIR: temporaryFolder() };
  const app = await openTestApp(t, { ...own, ...variables }, database, options);
  return { ...app, url: await app.listen() };
}

/** A file that is there and read. Answers its id. */
export async function putFile({ url }: Site, name: string, text: string): Promise<string> {
  const form = new FormData();
  form.set("file", new File([text], name));
  const reply = await fetch(`${url}/api/files/upload`, { method: "POST", body: form });
  const { file_id: id } = UploadState.parse(await reply.json());
  // This stream ends when nothing more is done with the file.
  await (await fetch(`${url}/api/files/${id}/events`, { headers: { accept: "text/event-stream" } })).text();
  return id;
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
