/** A file's way to the server: announced, then chunk by chunk with checksums, each tried again when it does not arrive. */
import { type InitiateUpload, UploadState } from "./contract/files.ts";
import { ApiError, UnreachableError } from "./failures.ts";
import { type Line, requestJson } from "./line.ts";
import { type Pace, waitBefore } from "./pace.ts";

/** Tries of one chunk. */
const TRIES = 6;

type UploadOptions = Omit<InitiateUpload, "name" | "size"> & {
  name: string;
  /** Go on with this one, which was announced before. */
  fileId?: string;
  signal?: AbortSignal;
  /** Bytes that have arrived, of all; also at the beginning and at the end. */
  onProgress?(received: number, size: number): void;
};

export type Upload = (bytes: Blob, options: UploadOptions) => Promise<UploadState>;

export const uploadOver =
  (line: Line, pace: Pace): Upload =>
  async (bytes, { name, fileId, mime, sha256, signal, onProgress = () => {} }) => {
    const cancel = signal ? { signal } : {};
    const body: InitiateUpload = { name, size: bytes.size, mime: mime ?? null, sha256: sha256 ?? null };
    const begun = fileId
      ? requestJson(line, `/api/files/${encodeURIComponent(fileId)}/upload`, UploadState, cancel)
      : requestJson(line, "/api/files/upload/initiate", UploadState, { method: "POST", body, ...cancel });
    let state = await begun;
    onProgress(state.received_bytes, bytes.size);
    const id = state.file_id;
    // Of very many missing chunks only the first are named.
    while (!state.complete) {
      for (const index of state.missing) {
        const piece = bytes.slice(index * state.chunk_size, (index + 1) * state.chunk_size);
        state = await patiently(() => sendChunk(line, id, index, piece, signal), pace, signal);
        onProgress(state.received_bytes, bytes.size);
      }
    }
    return state;
  };

async function sendChunk(
  line: Line,
  id: string,
  index: number,
  piece: Blob,
  signal: AbortSignal | undefined,
): Promise<UploadState> {
  const bytes = new Uint8Array(await piece.arrayBuffer());
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const path = `/api/files/${encodeURIComponent(id)}/upload?index=${index}&sha256=${sha256}`;
  return requestJson(line, path, UploadState, { method: "POST", bytes, ...(signal && { signal }) });
}

/** Again after a pause while the line or the server may come back. */
async function patiently<T>(work: () => Promise<T>, pace: Pace, signal: AbortSignal | undefined): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const mayPass = error instanceof UnreachableError || (error instanceof ApiError && error.problem?.retry === true);
      if (!mayPass || tries === TRIES) throw error;
      await pace.wait(waitBefore(tries, pace.random()), signal);
    }
  }
}
