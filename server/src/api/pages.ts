/** Pages for people: the web app, the list of errors, and what happens live. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import { errorsHtml } from "./faults.ts";
import { pagePolicy } from "./guard.ts";
import { escaped } from "./html.ts";
import { livePage } from "./live-page.ts";
import { NO_SUCH_PATH, sendProblem, wantsPage } from "./problems.ts";
import { NoSite, sendFile, type Web } from "./site.ts";

const HTML = "text/html; charset=utf-8";
const hide = { schema: { hide: true } };

/** Each shows the one page there is, which reads from its address what to show. */
const pagePaths = [
  ...[
    "/",
    "/setup",
    "/history",
    "/library",
    "/library/:file",
    "/models",
    "/models/:name",
    "/settings",
    "/settings/:section",
  ],
  ...["/t/:id", "/s/:id", "/r/:id"],
];

/** Nothing of a request's path reaches the disk: what is not in the list of files is not there. */
export function webPages(app: FastifyInstance, web: Web): void {
  for (const url of pagePaths) app.get(url, hide, (request, reply) => sendPage(request, reply, web));
  // Asked for by name where no page says which icon it has, as beside a file that is opened by itself.
  app.get("/favicon.ico", hide, (request, reply) => send(request, reply, web, "favicon.svg"));
  for (const name of web.rootFiles) app.get(`/${name}`, hide, (request, reply) => send(request, reply, web, name));
  app.get<{ Params: { file: string } }>("/assets/:file", hide, (request, reply) =>
    send(request, reply, web, `assets/${request.params.file}`),
  );
}

/** A person who has mistyped an address gets a page that says so; a program, a problem. */
export function nothingHere(app: FastifyInstance, web: Web | undefined): void {
  app.setNotFoundHandler((request, reply) => {
    if (web && wantsPage(request)) return sendPage(request, reply.code(404), web);
    return sendProblem(new AppError("route.not_found", NO_SUCH_PATH), request, reply);
  });
}

function sendPage(request: FastifyRequest, reply: FastifyReply, web: Web): Promise<FastifyReply> {
  reply.header("Content-Security-Policy", pagePolicy(request.headers.host ?? ""));
  return send(request, reply, web, "index.html");
}

async function send(request: FastifyRequest, reply: FastifyReply, web: Web, name: string): Promise<FastifyReply> {
  try {
    const file = (await web.site({ fresh: name === "index.html" })).get(name);
    if (!file) throw new AppError("route.not_found", NO_SUCH_PATH);
    return sendFile(request, reply, file);
  } catch (error) {
    if (!(error instanceof NoSite)) throw error;
    return reply.code(503).type(HTML).send(noSiteHtml(error));
  }
}

const noSiteHtml = ({ message, output, remedy }: NoSite): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No page · OrchestrateX</title>
<link rel="stylesheet" href="/assets/style.css">
<main>
<h1>The page is not there</h1>
<p>${escaped(message)}</p>
<p>${escaped(remedy)}</p>
${output === "" ? "" : `<pre><code>${escaped(output)}</code></pre>\n`}<p>The server itself works: <a href="/docs">API</a>, <code>npx orchestratex ask</code>.</p>
</main>
</html>
`;

/** Files of the pages under `/docs`, which need no building. */
const docsFiles = {
  "style.css": "text/css; charset=utf-8",
  "live.css": "text/css; charset=utf-8",
  "live.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

/** Made when somebody first looks at it. */
export function liveConsole(app: FastifyInstance, webDir: string): void {
  const folder = path.join(webDir, "live");
  let page: string | undefined;
  app.get("/docs/live", hide, async (_request, reply) => {
    page ??= livePage(folder);
    return reply.type(HTML).send(page);
  });
  for (const [name, type] of Object.entries(docsFiles))
    app.get(`/assets/${name}`, hide, async (_request, reply) =>
      reply.type(type).send(await readFile(path.join(folder, name))),
    );
}

export function errorPage(app: FastifyInstance): void {
  const page = errorsHtml();
  app.get("/docs/errors", hide, async (_request, reply) => reply.type(HTML).send(page));
}
