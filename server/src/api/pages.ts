/** Pages for people: the shell at `/` with its files, and the list of errors. */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { FastifyInstance } from "fastify";
import { errorsHtml } from "./faults.ts";

const kinds: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Only files that were in the folder when the server started are served: no path of a request reaches the disk. */
export function webPages(app: FastifyInstance, webDir: string): void {
  const serve = (url: string, file: string, kind: string) =>
    app.get(url, { schema: { hide: true } }, async (_request, reply) => {
      const content = await readFile(path.join(webDir, file));
      return reply.type(kind).send(content);
    });
  serve("/", "index.html", "text/html; charset=utf-8");
  for (const file of readdirSync(webDir)) {
    const kind = kinds[path.extname(file)];
    if (kind) serve(`/assets/${file}`, file, kind);
  }
}

export function errorPage(app: FastifyInstance): void {
  const page = errorsHtml();
  app.get("/docs/errors", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(page),
  );
}
