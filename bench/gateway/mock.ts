/** A vendor that answers at once, as a process of its own: `node bench/gateway/mock.ts` tells its address to its parent. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { USAGE } from "./words.ts";

const text =
  "Air scatters blue light more than red, so at noon blue comes from everywhere. In the evening it is red. ".repeat(3);
const pieces = text.match(/\S+ /g) ?? [];
const heading = { id: "chatcmpl-mock", created: 1_700_000_000, model: "mock" };

const whole = Buffer.from(
  JSON.stringify({
    ...heading,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
    usage: USAGE,
  }),
);

const chunk = (choices: object[], more: object = {}) =>
  `data: ${JSON.stringify({ ...heading, object: "chat.completion.chunk", choices, ...more })}\n\n`;
const delta = (content: string) => chunk([{ index: 0, delta: { role: "assistant", content }, finish_reason: null }]);
const first = Buffer.from(delta(pieces[0] ?? ""));
const rest = Buffer.from(
  [
    ...pieces.slice(1).map(delta),
    chunk([{ index: 0, delta: {}, finish_reason: "stop" }]),
    chunk([], { usage: USAGE }),
    "data: [DONE]\n\n",
  ].join(""),
);

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ object: "list", data: [{ id: "mock", object: "model" }] }));
      return;
    }
    if (!Buffer.concat(parts).includes('"stream":true')) {
      response.writeHead(200, { "content-type": "application/json", "content-length": whole.byteLength });
      response.end(whole);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(first);
    response.end(rest);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}/v1` });
});
process.on("disconnect", () => process.exit(0));
