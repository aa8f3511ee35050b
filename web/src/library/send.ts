/** One file to the server by the tus protocol. Apart, because it is fetched when the first file is sent. */
import { DetailedError, Upload } from "tus-js-client";
import { codeOfText, detailOfText, isCut } from "./problem-text.ts";

export type Sending = {
  /** Stops; `drop`: what had arrived is thrown away too. */
  stop(drop: boolean): Promise<void>;
};

export type SendHooks = {
  onKnown(fileId: string): void;
  onProgress(sent: number): void;
  onEnd(fileId: string): void;
  /** Nobody answers: it can go on when the line is back. */
  onCut(): void;
  /** `detail`: in the server's words. */
  onFail(detail: string | null): void;
};

const RETRY_MS = [0, 1_000, 3_000, 5_000];
const AT_ONCE_BYTES = 1024 ** 2;
/** A hash is made of the whole in memory. */
const HASHED_BYTES = 32 * 1024 ** 2;

/** Goes on where an earlier attempt of the same file ended, also one of before the page was loaded. */
export async function send(file: File, chunkBytes: number, hooks: SendHooks): Promise<Sending> {
  const metadata: Record<string, string> = { filename: file.name, ...(file.type && { filetype: file.type }) };
  const sha256 = await hashOf(file);
  if (sha256 !== null) metadata["sha256"] = sha256;
  const idOf = () => decodeURIComponent(upload.url?.split("/").at(-1) ?? "");
  const upload = new Upload(file, {
    endpoint: `${location.origin}/api/files/tus`,
    metadata,
    chunkSize: chunkBytes,
    retryDelays: RETRY_MS,
    removeFingerprintOnSuccess: true,
    // One request less; a larger file is announced first, so that what has arrived of it can be gone on with.
    uploadDataDuringCreation: file.size <= AT_ONCE_BYTES,
    onUploadUrlAvailable: () => hooks.onKnown(idOf()),
    onProgress: (sent) => hooks.onProgress(sent),
    onSuccess: () => hooks.onEnd(idOf()),
    onShouldRetry: ({ originalResponse }) => navigator.onLine && isWorthAnother(originalResponse),
    onError: (error) => {
      // What is no answer: the file itself could not be read.
      if (!(error instanceof DetailedError)) return hooks.onFail(error.message);
      const { originalResponse: response } = error;
      if (isCut(response?.getStatus() ?? 0, response?.getBody() ?? "")) return hooks.onCut();
      hooks.onFail(detailOfText(response?.getBody() ?? "") ?? error.message);
    },
  });
  const [before] = await upload.findPreviousUploads();
  if (before) upload.resumeFromPreviousUpload(before);
  upload.start();
  return { stop: (drop) => upload.abort(drop) };
}

/** A full disk and a wrong checksum are no better a second later. */
function isWorthAnother(response: DetailedError["originalResponse"]): boolean {
  const [status, body] = [response?.getStatus() ?? 0, response?.getBody() ?? ""];
  // 409: what the server has is not what we thought; 423: our own last attempt has not let go yet.
  return isCut(status, body) || status === 423 || status === 500 || (status === 409 && codeOfText(body) === null);
}

/** Hexadecimal; null: it is large, or the page came over a line that browsers do not trust with hashes. */
async function hashOf(file: File): Promise<string | null> {
  if (file.size > HASHED_BYTES || !globalThis.crypto?.subtle) return null;
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
