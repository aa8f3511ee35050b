/** The fetch of ours: what it refuses, and that it lets go of what it holds. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { ConnectionError, openHttp } from "../../src/providers/http.ts";
import { serve } from "./served.ts";

const failing = (reason: string, sent: boolean) => (error: unknown) =>
  error instanceof ConnectionError && error.reason === reason && error.sent === sent;

test("a reply is read as it comes, and connections are used again", async (t) => {
  const ports = new Set<number | undefined>();
  const url = await serve(t, async (request, response) => {
    ports.add(request.socket.remotePort);
    const body = (await request.toArray()).join("");
    response.end(
      `${request.method} ${request.url} ${body} ${request.headers["x-a"]} ${request.headers["accept-encoding"]}`,
    );
  });
  const http = openHttp();
  t.after(() => http.close());
  for (let turn = 0; turn < 9; turn++) {
    const init = { method: "POST", headers: { "X-A": "1" }, body: "é" };
    const reply = await http.fetch(`${url}/a?b=c`, init);
    assert.equal(await reply.text(), "POST /a?b=c é 1 identity");
    assert.deepEqual([reply.status, reply.ok], [200, true]);
  }
  assert.ok(ports.size < 3, `${ports.size} connections`);
});

test("a redirect is not followed: a key would go where it leads", async (t) => {
  let followed = false;
  const url = await serve(t, (request, response) => {
    followed ||= request.url === "/there";
    response.writeHead(307, { location: "/there" }).end();
  });
  const http = openHttp();
  t.after(() => http.close());
  await assert.rejects(http.fetch(url), failing("REDIRECTED", true));
  assert.equal(followed, false);
});

test("a reply beyond the bound, or one that is packed unasked, is refused, and the socket freed", async (t) => {
  const closed: Promise<unknown>[] = [];
  const url = await serve(t, (request, response) => {
    closed.push(once(response, "close"));
    if (request.url === "/packed") return void response.writeHead(200, { "content-encoding": "gzip" }).write("x");
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  const http = openHttp({ maxReplyBytes: 1_000_000 });
  t.after(() => http.close());
  await assert.rejects((await http.fetch(url)).text(), failing("TOO_LARGE", true));
  await assert.rejects(http.fetch(`${url}/packed`), failing("ENCODED", true));
  await Promise.all(closed);
});

test("whoever reads slowly slows the sender down", async (t) => {
  let written = 0;
  const url = await serve(t, (_, response) => {
    const piece = "x".repeat(65_536);
    const more = () => {
      while (!response.destroyed && written < 500_000_000) {
        written += piece.length;
        if (!response.write(piece)) return;
      }
    };
    response.on("drain", more);
    more();
  });
  const http = openHttp();
  t.after(() => http.close());
  const reader = (await http.fetch(url)).body?.getReader() ?? assert.fail();
  await reader.read();
  let before = -1;
  const stands = () => {
    const same = before === written;
    before = written;
    assert.ok(same);
  };
  await t.waitFor(stands, { interval: 50, timeout: 10_000 });
  assert.ok(written < 30_000_000, `${written} bytes were taken that nobody has read`);
  await reader.cancel();
});

test("a call that waits for a connection and is aborted is never sent", async (t) => {
  const seen: (string | undefined)[] = [];
  const held: ServerResponse[] = [];
  const url = await serve(t, (request, response) => {
    seen.push(request.url);
    held.push(response);
  });
  const http = openHttp({ connections: 1 });
  t.after(() => http.close());
  const first = http.fetch(`${url}/first`);
  await t.waitFor(() => assert.equal(held.length, 1), { interval: 5, timeout: 10_000 });
  const leaving = new AbortController();
  const second = http.fetch(`${url}/second`, { signal: leaving.signal });
  const third = http.fetch(`${url}/third`);
  const reason = new Error("The user left.");
  leaving.abort(reason);
  await assert.rejects(second, (error) => error === reason);
  held[0]?.end("1");
  assert.equal(await (await first).text(), "1");
  await t.waitFor(() => assert.equal(held.length, 2), { interval: 5, timeout: 10_000 });
  held[1]?.end("3");
  assert.equal(await (await third).text(), "3");
  assert.deepEqual(seen, ["/first", "/third"]);
});

test("a proxy is gone through, save for this machine's own addresses and those it is told to leave out", async (t) => {
  const url = await serve(t, (request, response) => void response.end(`reached by ${request.headers.host}`));
  const through: (string | undefined)[] = [];
  const proxy = createServer((request, response) => {
    through.push(request.url);
    response.end(`by proxy for ${request.headers.host}`);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const http = openHttp({ proxy: { http: address, https: null, except: "127.0.0.2" } });
  t.after(async () => {
    await http.close();
    proxy.close();
  });
  assert.equal(await (await http.fetch("http://models.invalid/v1")).text(), "by proxy for models.invalid");
  assert.match(await (await http.fetch(url)).text(), /reached by 127/);
  // Nobody listens there.
  await assert.rejects(http.fetch("http://127.0.0.2:1/v1"), (error) => error instanceof ConnectionError && !error.sent);
  assert.deepEqual(through, ["http://models.invalid/v1"]);
});
