/** Pages for people: the shell at `/` with its files, the list of errors, and what happens live. */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { FastifyInstance } from "fastify";
import { errorsHtml } from "./faults.ts";
import { livePage } from "./live-page.ts";

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

/** Made when somebody first looks at it. */
export function liveConsole(app: FastifyInstance, webDir: string): void {
  let page: string | undefined;
  app.get("/docs/live", { schema: { hide: true } }, async (_request, reply) => {
    page ??= livePage(webDir);
    return reply.type("text/html; charset=utf-8").send(page);
  });
}

export function errorPage(app: FastifyInstance): void {
  const page = errorsHtml();
  app.get("/docs/errors", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(page),
  );
}
