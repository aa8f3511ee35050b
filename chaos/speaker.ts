/** The wires of the process under test: the product's own, passing the points, with the id of each attempt in a header. */
import { AsyncLocalStorage } from "node:async_hooks";
import { openHttp } from "../server/src/providers/http.ts";
import { providers } from "../server/src/providers/index.ts";
import type { Provider } from "../server/src/providers/provider.ts";
import type { Passing } from "./points.ts";

export function speakers(pass: Passing): ReadonlyMap<string, Provider> {
  const attempts = new AsyncLocalStorage<string>();
  const http = openHttp();
  const named: typeof http = {
    ...http,
    async fetch(input, init = {}) {
      const headers = new Headers(init.headers);
      headers.set("x-client-request-id", attempts.getStore() ?? "");
      const answering = http.fetch(input, { ...init, headers });
      const response = await answering;
      pass("after_send");
      return response;
    },
  };
  const wires = providers({
    simulated: { seed: "chaos", speed: 0, faults: "" },
    connections: ({ api_endpoint }) =>
      api_endpoint === null ? null : { baseUrl: api_endpoint, key: null, headers: {} },
    keyring: { next: () => null, has: () => false, rest: () => {} },
    http: named,
  });
  return new Map([...wires].map(([id, wire]) => [id, watchedWire(wire, attempts, pass)]));
}

const watchedWire = (wire: Provider, attempts: AsyncLocalStorage<string>, pass: Passing): Provider => ({
  id: wire.id,
  async *call(request, signal) {
    const events = wire.call(request, signal)[Symbol.asyncIterator]();
    let texts = 0;
    try {
      for (;;) {
        const next = await attempts.run(request.id, () => events.next());
        if (next.done) return;
        if (next.value.type === "text-delta" && ++texts === 2) pass("mid_answer");
        if (next.value.type === "end") pass("after_answer");
        yield next.value;
      }
    } finally {
      await events.return?.();
    }
  },
});
