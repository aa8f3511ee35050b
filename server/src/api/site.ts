/** The web app's files as they are served: from memory, by exact names, in the encoding that the browser takes. */
import type { FastifyReply, FastifyRequest } from "fastify";

export type WebFile = {
  type: string;
  /** Its name changes with its content. */
  hashed: boolean;
  /** In quotes; of the content. */
  etag: string;
  body: Buffer;
  br?: Buffer;
  gzip?: Buffer;
};

/** By path without its first slash, such as `index.html`. */
export type Site = ReadonlyMap<string, WebFile>;

export type Web = {
  /** Files that are served at the root, beside the page. */
  rootFiles: readonly string[];
  /** As it is now; throws NoSite. `fresh`: in development its sources are looked at first, and what has changed is built. */
  site(options?: { fresh?: boolean }): Promise<Site>;
};

/** There is no page: why, the builder's own words, and what to do. */
export class NoSite extends Error {
  override readonly name = "NoSite";
  readonly output: string;
  readonly remedy: string;

  constructor(message: string, { output, remedy, cause }: { output: string; remedy: string; cause?: unknown }) {
    super(message, { cause });
    this.output = output;
    this.remedy = remedy;
  }
}

export function sendFile(request: FastifyRequest, reply: FastifyReply, file: WebFile): FastifyReply {
  const encoding = (["br", "gzip"] as const).find((one) => file[one] && takes(request.headers["accept-encoding"], one));
  const etag = encoding ? file.etag.replace(/"$/, `-${encoding}"`) : file.etag;
  reply.headers({
    ETag: etag,
    "Cache-Control": file.hashed ? "public, max-age=31536000, immutable" : "no-cache",
    ...((file.br ?? file.gzip) && { Vary: "Accept-Encoding" }),
  });
  if (isKnown(request.headers["if-none-match"], etag)) return reply.code(304).send();
  if (encoding) reply.header("Content-Encoding", encoding);
  return reply.type(file.type).send((encoding && file[encoding]) ?? file.body);
}

/** Whether `Accept-Encoding` has it, and not with `q=0`. */
const takes = (accepted: string | string[] | undefined, encoding: string): boolean =>
  String(accepted ?? "")
    .toLowerCase()
    .split(",")
    .map((one) => one.split(";").map((part) => part.trim()))
    .some(([name, ...parameters]) => name === encoding && !parameters.some((one) => /^q=0(?:\.0*)?$/.test(one)));

const isKnown = (known: string | undefined, etag: string): boolean =>
  (known ?? "").split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag);
