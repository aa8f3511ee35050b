/** The least a gateway can be: Fastify before undici, nothing kept, nothing counted. Its argument is the vendor's address. */
import fastify from "fastify";
import { Pool } from "undici";

const vendor = new URL(process.argv[2] ?? "");
const pool = new Pool(vendor.origin, { connections: 128 });
const app = fastify();
app.post("/v1/chat/completions", async (request, reply) => {
  const { statusCode, headers, body } = await pool.request({
    method: "POST",
    path: `${vendor.pathname}/chat/completions`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request.body),
  });
  reply.status(statusCode).header("content-type", headers["content-type"]);
  return reply.send(body);
});
const url = await app.listen({ host: "127.0.0.1", port: 0 });
process.send?.({ url: `${url}/v1` });
process.on("disconnect", () => process.exit(0));
