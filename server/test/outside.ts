/** A server whose providers are an upstream on this machine; nothing else is reached. */
import type { TestContext } from "node:test";
import { Integration, IntegrationTest, ModelsHealth, Profile } from "@orchestratex/sdk/contract";
import { shippedProfiles } from "../src/app/shipped.ts";
import type { AppOptions } from "../src/app.ts";
import { openTestApp } from "./app.ts";
import { type TestStore, temporaryFolder } from "./store.ts";
import { testServer } from "./store-server.ts";
import { openUpstream, type Upstream } from "./upstream/upstream.ts";

/** Where a key file is made, unless a test has a folder of its own. */
const keyFolder = temporaryFolder();

/** Over a database server a file would not do. */
const sharedKey: Record<string, string> = testServer ? { ENCRYPTION_KEY: "a passphrase of the tests" } : {};

/** What the first profiles ask for. */
const listed = shippedProfiles("off", new Date()).map(({ model_version }) => model_version);

export type Outside = {
  variables?: Readonly<Record<string, string>>;
  database?: TestStore;
  options?: Omit<AppOptions, "open">;
};

export async function openOutsideApp(
  t: TestContext,
  { variables = {}, database, options = {} }: Outside = {},
  upstream?: Upstream,
) {
  const served = upstream ?? (await openUpstream());
  if (!upstream) t.after(() => served.close());
  served.models = [...listed];
  const app = await openTestApp(
    t,
    { ...addressesOf(served), ORCHESTRATEX_DATA: keyFolder, ...sharedKey, ...variables },
    database,
    options,
  );
  return {
    ...app,
    upstream: served,
    async integration(name: string): Promise<Integration> {
      return Integration.parse((await app.send("GET", `/api/integrations/${name}`)).body);
    },
    async put(name: string, body: object): Promise<Integration> {
      const { status, body: answer } = await app.send("PUT", `/api/integrations/${name}`, body);
      if (status !== 200) throw new Error(JSON.stringify(answer));
      return Integration.parse(answer);
    },
    async test(name: string, body?: object): Promise<IntegrationTest> {
      const { status, body: answer } = await app.send("POST", `/api/integrations/${name}/test`, body);
      if (status !== 200) throw new Error(JSON.stringify({ answer, faults: app.faults }));
      return IntegrationTest.parse(answer);
    },
    async model(name: string): Promise<Profile> {
      return Profile.parse((await app.send("GET", `/api/models/${name}`)).body);
    },
    async health(name: string) {
      const { items } = ModelsHealth.parse((await app.send("GET", "/api/orchestrate/models/health")).body);
      const found = items.find(({ model_name }) => model_name === name);
      if (!found) throw new Error(`no health of ${name}`);
      return found;
    },
  };
}

const addressesOf = (upstream: Upstream): Record<string, string> => ({
  OPENAI_BASE_URL: upstream.baseUrl("openai"),
  ANTHROPIC_BASE_URL: upstream.baseUrl("anthropic"),
  GOOGLE_BASE_URL: upstream.baseUrl("google"),
  MISTRAL_BASE_URL: upstream.baseUrl("openai", "mistral"),
  XAI_BASE_URL: upstream.baseUrl("openai", "xai"),
});
