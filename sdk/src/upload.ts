/** A file's way to the server: announced, then chunk by chunk with checksums, each tried again when it does not arrive. */
import { type InitiateUpload, UploadState } from "./contract/files.ts";
import { ApiError, UnreachableError } from "./failures.ts";
import { type Line, request, requestJson } from "./line.ts";
import { type Connection, type Pace, waitBefore } from "./pace.ts";

/** In a row: with the pauses between them more than half a minute, so that a server may be started anew meanwhile. */
const ATTEMPTS = 12;

type UploadOptions = Omit<InitiateUpload, "name" | "size"> & {
  name: string;
  /** Go on with this one, which was announced before. With `sha256` the server finds it by itself. */
  fileId?: string;
  signal?: AbortSignal;
  /** Attempts in a row that bring nothing new before it gives up. */
  maxAttempts?: number;
  /** A chunk did not arrive and will be sent again, or has arrived after all. */
  onConnection?: (connection: Connection) => void;
  /** Bytes that have arrived, of all; also at the beginning and at the end. */
  onProgress?(received: number, size: number): void;
};

export type Upload = (bytes: Blob, options: UploadOptions) => Promise<UploadState>;

type Means = {
  line: Line;
  pace: Pace;
  signal: AbortSignal | undefined;
  maxAttempts: number;
  onConnection(connection: Connection): void;
};

export const uploadOver =
  (line: Line, pace: Pace): Upload =>
  async (bytes, { name, fileId, mime, sha256, signal, onProgress = () => {}, ...given }) => {
    const means: Means = { line, pace, signal, maxAttempts: ATTEMPTS, onConnection() {}, ...given };
    const body: InitiateUpload = { name, size: bytes.size, mime: mime ?? null, sha256: sha256 ?? null };
    let state = await patiently(means, () =>
      fileId === undefined ? ask(means, "/api/files/upload/initiate", body) : ask(means, pathOf(fileId)),
    );
    if (state.size !== bytes.size)
      throw new RangeError(
        `The upload ${state.file_id} is of a file of ${state.size} bytes; this one has ${bytes.size}`,
      );
    onProgress(state.received_bytes, bytes.size);
    const id = state.file_id;
    // Of very many missing chunks only the first are named.
    while (!state.complete) {
      for (const index of state.missing) {
        const piece = bytes.slice(index * state.chunk_size, (index + 1) * state.chunk_size);
        state = await sendChunk(means, state, { id, index, piece, promised: body.sha256 ?? null });
        onProgress(state.received_bytes, bytes.size);
        if (state.complete) break;
      }
    }
    return state;
  };

const pathOf = (id: string, rest = "") => `/api/files/${encodeURIComponent(id)}/upload${rest}`;

const ask = ({ line, signal }: Means, path: string, body?: InitiateUpload): Promise<UploadState> =>
  requestJson(line, path, UploadState, { ...(body && { method: "POST", body }), signal });

type Piece = { id: string; index: number; piece: Blob; promised: string | null };

async function sendChunk(
  means: Means,
  before: UploadState,
  { id, index, piece, promised }: Piece,
): Promise<UploadState> {
  const { line, signal } = means;
  const bytes = new Uint8Array(await piece.arrayBuffer().catch((error) => droppedAfter(means, id, error)));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const path = pathOf(id, `?index=${index}&sha256=${sha256}`);
  return patiently(
    means,
    () => requestJson(line, path, UploadState, { method: "POST", bytes, signal }),
    // Not this chunk but the whole file is another than promised: the same bytes would end the same way, for ever.
    async (error) => {
      if (error.code !== "upload.checksum" || before.missing.length > 1) return;
      const isWhole =
        before.received_bytes === 0
          ? promised !== null && promised.toLowerCase() !== sha256
          : (await ask(means, pathOf(id))).received_bytes < before.received_bytes;
      if (isWhole) await droppedAfter(means, id, error);
    },
  );
}

/** What has come is of no use: it is not left lying there. */
async function droppedAfter({ line, signal }: Means, id: string, error: unknown): Promise<never> {
  await request(line, pathOf(id), { method: "DELETE", signal }).catch(() => undefined);
  throw error;
}

/** Again after a pause while the line or the server may come back. */
async function patiently<T>(
  { pace, signal, maxAttempts, onConnection }: Means,
  work: () => Promise<T>,
  /** Throws what no other attempt would change. */
  lookAt: (refusal: ApiError) => Promise<void> = async () => {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const done = await work();
      if (attempt > 1) onConnection({ type: "restored" });
      return done;
    } catch (error) {
      const refused = error instanceof ApiError;
      const mayPass = error instanceof UnreachableError || (refused && error.problem?.retry === true);
      if (!mayPass || attempt >= maxAttempts) throw error;
      if (refused) await lookAt(error);
      const waitMs = waitBefore(attempt, pace.random());
      onConnection({ type: "lost", attempt, maxAttempts, waitMs, error });
      await pace.wait(waitMs, signal);
    }
  }
}
