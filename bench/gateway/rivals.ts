/** The processes that are measured. Others' gateways are installed into a temporary folder; one that cannot be is left out, with its reason. */
import { type ChildProcess, execFile, fork, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { bodyFor, type Place } from "./words.ts";

export type Gateway = { name: string; place: Place; child: ChildProcess };

const run = promisify(execFile);
const INSTALL_MS = 300_000;
const START_MS = 60_000;

/** One of ours: it tells its address when it listens. */
export async function startOwn(file: string, args: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(path.join(import.meta.dirname, file), args);
  const { url } = await heard<{ url: string }>(child);
  return { child, url };
}

/** The next message. */
export const heard = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const left = (code: number | null) => reject(new Error(`a process of the bench ended with ${code}`));
    child.once("exit", left);
    child.once("message", (message) => {
      child.off("exit", left);
      resolve(message as Message);
    });
  });

/** https://github.com/Portkey-AI/gateway: it streams only with @hono/node-server 1.14.1, and its range lets newer ones in. */
export async function startPortkey(folder: string, vendor: string): Promise<Gateway> {
  const pinned = { private: true, overrides: { "@hono/node-server": "1.14.1" } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(pinned));
  await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "@portkey-ai/gateway"], {
    cwd: folder,
    timeout: INSTALL_MS,
  });
  const port = await freePort();
  const start = path.join(folder, "node_modules/@portkey-ai/gateway/build/start-server.js");
  const child = spawn(process.execPath, [start, `--port=${port}`, "--headless"], { stdio: "ignore" });
  const headers = { authorization: "Bearer sk-mock", "x-portkey-provider": "openai", "x-portkey-custom-host": vendor };
  return begun({ name: "portkey", child, place: { url: `http://127.0.0.1:${port}/v1`, model: "mock", headers } });
}

/** https://github.com/BerriAI/litellm: its proxy, one worker a core. */
export async function startLitellm(folder: string, vendor: string): Promise<Gateway> {
  await run("python3", ["-m", "venv", folder], { timeout: START_MS });
  const bin = path.join(folder, "bin");
  await run(path.join(bin, "pip"), ["install", "--quiet", "litellm[proxy]"], { timeout: INSTALL_MS });
  const config = path.join(folder, "config.json");
  const model = { model: "openai/mock", api_base: vendor, api_key: "sk-mock" };
  const general_settings = { dangerously_permit_weak_or_unset_master_key: true };
  writeFileSync(
    config,
    JSON.stringify({ general_settings, model_list: [{ model_name: "mock", litellm_params: model }] }),
  );
  const port = await freePort();
  const args = ["--config", config, "--host", "127.0.0.1", "--port", String(port), "--num_workers", "2"];
  const child = spawn(path.join(bin, "litellm"), args, { stdio: "ignore", detached: true });
  return begun({ name: "litellm", child, place: { url: `http://127.0.0.1:${port}/v1`, model: "mock", headers: {} } });
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

/** Once it answers. */
async function begun(gateway: Gateway): Promise<Gateway> {
  const { url, headers, model } = gateway.place;
  const until = performance.now() + START_MS;
  for (;;) {
    const reply = await fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: bodyFor(model, false),
    }).catch(() => null);
    if (reply?.ok) return gateway;
    if (performance.now() > until || gateway.child.exitCode !== null) {
      await end(gateway.child);
      throw new Error(
        `${gateway.name} does not answer: ${reply ? `${reply.status} ${await reply.text()}` : "nothing"}`,
      );
    }
    await pause(500);
  }
}

/** Resolves once it has gone; with the processes it has started, where it leads a group of its own. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  if (child.connected) child.disconnect();
  else if (child.pid !== undefined && child.spawnfile.endsWith("litellm")) process.kill(-child.pid, "SIGTERM");
  else child.kill();
  await Promise.race([gone, pause(10_000, undefined, { ref: false })]);
}
