/** As much of S3's wire as keeping files takes, on loopback: signatures are looked at, not computed. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const PAGE = 2;

type Stored = { bytes: Buffer; changedAt: Date };

export type TestBucket = {
  endpoint: string;
  objects: Map<string, Stored>;
  /** Multipart uploads that have neither end. */
  open: Map<string, Map<number, Buffer>>;
  /** How many of the next requests with this method are answered 500. */
  failing: { method: string; times: number };
  requests: string[];
};

export async function openTestBucket(t: { after(fn: () => void): void }): Promise<TestBucket> {
  const bucket: TestBucket = {
    ...{ endpoint: "", objects: new Map(), open: new Map(), requests: [] },
    failing: { method: "", times: 0 },
  };
  const server = createServer((request, reply) => {
    void readAll(request).then((body) => answer(bucket, request, body, reply));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  bucket.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => server.close().closeAllConnections());
  return bucket;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

function answer(bucket: TestBucket, request: IncomingMessage, body: Buffer, reply: ServerResponse): void {
  const { method = "" } = request;
  const url = new URL(request.url ?? "/", "http://bucket");
  bucket.requests.push(`${method} ${url.pathname}`);
  const [, name, ...rest] = decodeURIComponent(url.pathname).split("/");
  const say = (status: number, xml = "", headers = {}) => reply.writeHead(status, headers).end(xml);
  const fault = (status: number, code: string) => say(status, `<Error><Code>${code}</Code></Error>`);
  const signed = /^AWS4-HMAC-SHA256 Credential=us\/\d{8}\/eu-test\/s3\/aws4_request/.test(
    request.headers.authorization ?? "",
  );
  if (name !== "files" || !signed) return void fault(403, "AccessDenied");
  if (bucket.failing.method === method && bucket.failing.times-- > 0) return void fault(500, "InternalError");
  const asked = { key: rest.join("/"), query: url.searchParams, body, range: request.headers.range };
  const did = kinds[method]?.(bucket, asked) ?? { status: 405 };
  if (did.status >= 400) return void fault(did.status, did.code ?? "MethodNotAllowed");
  reply.writeHead(did.status, { ...did.headers, "Content-Length": did.length ?? did.body?.length ?? 0 });
  reply.end(method === "HEAD" ? undefined : did.body);
}

type Asked = { key: string; query: URLSearchParams; body: Buffer; range: string | undefined };
type Did = { status: number; code?: string; headers?: Record<string, string>; body?: Buffer; length?: number };

const kinds: Record<string, (bucket: TestBucket, asked: Asked) => Did> = {
  PUT({ objects, open }, { key, query, body }) {
    const parts = open.get(query.get("uploadId") ?? "");
    if (parts) parts.set(Number(query.get("partNumber")), body);
    else objects.set(key, { bytes: body, changedAt: new Date() });
    return { status: 200, headers: { ETag: `"${body.length}"` } };
  },
  POST({ objects, open }, { key, query }) {
    const id = query.get("uploadId");
    if (id === null) {
      open.set(`${key}-1`, new Map());
      return xml(`<InitiateMultipartUploadResult><UploadId>${key}-1</UploadId></InitiateMultipartUploadResult>`);
    }
    const parts = [...(open.get(id) ?? [])].sort(([one], [other]) => one - other).map(([, part]) => part);
    open.delete(id);
    objects.set(key, { bytes: Buffer.concat(parts), changedAt: new Date() });
    return xml("<CompleteMultipartUploadResult></CompleteMultipartUploadResult>");
  },
  GET(bucket, { key, query, range }) {
    if (key === "") return listed(bucket, query);
    const stored = bucket.objects.get(key);
    if (!stored) return { status: 404, code: "NoSuchKey" };
    const [, start = "0", end = ""] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    const body = stored.bytes.subarray(Number(start), end === "" ? undefined : Number(end) + 1);
    return { status: range ? 206 : 200, body };
  },
  HEAD({ objects }, { key }) {
    const stored = objects.get(key);
    return stored ? { status: 200, length: stored.bytes.length } : { status: 404, code: "NotFound" };
  },
  DELETE({ objects, open }, { key, query }) {
    if (query.has("uploadId")) open.delete(query.get("uploadId") ?? "");
    else objects.delete(key);
    return { status: 204 };
  },
};

const xml = (text: string): Did => ({ status: 200, body: Buffer.from(text) });

function listed({ objects }: TestBucket, query: URLSearchParams): Did {
  const after = query.get("continuation-token") ?? "";
  const keys = [...objects.keys()].sort().filter((key) => key > after);
  const page = keys.slice(0, PAGE);
  const next = keys.length > PAGE ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
  const rows = page.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>${objects.get(key)?.changedAt.toISOString()}</LastModified></Contents>`,
  );
  return xml(`<ListBucketResult>${rows.join("")}${next}</ListBucketResult>`);
}
