/** The server as a process of its own. */
import type { TestContext } from "node:test";
import { createClient } from "@orchestratex/sdk";
import { start } from "./cli/child.ts";

/** `npm start`'s program on a free port. `store`: settings that name its store. */
export async function serve(t: TestContext, store: Record<string, string>, env: Record<string, string> = {}) {
  const variables = {
    ...store,
    PORT: "0",
    ORCHESTRATEX_SIMULATED_SPEED: "0",
    LOG_LEVEL: "silent",
    ORCHESTRATEX_DRAIN_SECONDS: "0",
    ...env,
  };
  const server = start(["serve"], { env: variables });
  t.after(() => server.child.kill("SIGKILL"));
  let url = "";
  server.child.stderr.on("data", (text: string) => {
    url = /ready: +(http:\S+)/.exec(text)?.[1] ?? url;
  });
  await server.says(/ready: +http:\S+\n/);
  return { ...server, url, client: createClient({ baseUrl: url }) };
}
