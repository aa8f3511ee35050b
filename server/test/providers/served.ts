/** A vendor asked at a server that answers whatever a test wants. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { type HttpSettings, openHttp } from "../../src/providers/http.ts";
import { providers } from "../../src/providers/index.ts";
import type { ModelRequest } from "../../src/providers/provider.ts";
import type { Connection, Vendor } from "../../src/providers/vendors.ts";
import { listen, nothing, requestOf, silentKeyring } from "./conformance.ts";

/** Answers its address. Closed when the test ends. */
export async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type ServedOptions = { http?: Partial<HttpSettings>; connection?: Partial<Connection> };

export async function openServed(
  t: TestContext,
  answer: RequestListener,
  { http: settings, connection }: ServedOptions = {},
) {
  const baseUrl = await serve(t, answer);
  const http = openHttp(settings);
  t.after(() => http.close());
  const speakers = providers({
    simulated: { seed: "1", speed: 0, faults: "" },
    connections: () => ({ baseUrl, key: null, headers: {}, ...connection }),
    keyring: silentKeyring("key-of-all"),
    http,
  });
  return {
    baseUrl,
    ask: (vendor: Vendor, more: Partial<ModelRequest> = {}, heard = nothing()) => {
      const speaker = speakers.get(vendor.id);
      if (!speaker) throw new Error(`Nobody speaks for ${vendor.id}.`);
      return listen(speaker.call(requestOf(vendor, more), new AbortController().signal), heard);
    },
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
