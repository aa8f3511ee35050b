/** tus (https://tus.io/protocols/resumable-upload) over the uploads we have: the same rows, the same bytes on the disk. */
import type { Readable } from "node:stream";
import { DataStore, ERRORS, type Lock, type Locker, Server, type Upload, Upload as UploadAnswer } from "@tus/server";
import { v7 as uuidv7 } from "uuid";
import { AppError } from "../errors.ts";
import type { Uploads } from "../store/uploads.ts";

export const TUS_PATH = "/api/files/tus";

/** The checksum that comes with the bytes of one request. */
export type Digest = NonNullable<Parameters<Uploads["append"]>[3]["digest"]>;

export const digestAlgorithms: readonly Digest["algorithm"][] = ["sha1", "sha256", "md5"];

type Asked = {
  uploads: Uploads;
  ownerId: string;
  digest: Digest | null;
  locker: Locker;
  maxBytes: number;
  /** Told of what failed, before it becomes an answer. */
  onFault(error: unknown): void;
};

/** For one request: whose it is and what its bytes have to be goes with it. */
export function tusServer({ locker, maxBytes, onFault, ...asked }: Asked): Server {
  return new Server({
    path: TUS_PATH,
    datastore: new Store(asked),
    locker,
    maxSize: maxBytes,
    // By no Host or forwarded header, which anyone may set.
    relativeLocation: true,
    // Pages of other sites are turned away before this.
    allowedOrigins: () => false,
    lockDrainTimeout: 500,
    namingFunction: () => uuidv7(),
    onUploadFinish: async (_request, { id }) => {
      const { file_id } = await asked.uploads.state(asked.ownerId, id);
      return { headers: { "X-File-Id": file_id } };
    },
    onResponseError: (_request, error) => {
      onFault(error);
      return undefined;
    },
  });
}

const EXPIRES_AFTER_MS = 24 * 60 * 60_000;

class Store extends DataStore {
  readonly #uploads: Uploads;
  readonly #ownerId: string;
  readonly #digest: Digest | null;

  constructor({ uploads, ownerId, digest }: Pick<Asked, "uploads" | "ownerId" | "digest">) {
    super();
    this.#uploads = uploads;
    this.#ownerId = ownerId;
    this.#digest = digest;
    this.extensions = ["creation", "creation-with-upload", "termination", "checksum", "expiration"];
  }

  override async create(upload: Upload): Promise<Upload> {
    const { id, size = 0, metadata = {} } = upload;
    const { filename, name, filetype, type, sha256 } = metadata;
    if (sha256 && !/^[0-9a-f]{64}$/i.test(sha256))
      throw new AppError("request.invalid", "Upload-Metadata: sha256 must be 64 hexadecimal digits");
    const begun = await this.#uploads.begin(this.#ownerId, {
      ...{ id, size, metadata, name: filename ?? name ?? "", mime: storable(filetype ?? type) },
      // The client sends its bytes in any case: that they are here already is seen at the end.
      ...{ sha256: sha256?.toLowerCase() ?? null, known: false },
    });
    upload.creation_date = creationOf(begun.expires_at);
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const upload = await this.#uploads.upload(this.#ownerId, known(id));
    return new UploadAnswer({
      ...{ id, size: upload.size, metadata: upload.metadata, creation_date: creationOf(upload.expires_at) },
      offset: upload.completed_at === null ? this.#uploads.offset(upload) : upload.size,
    });
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const arriving = { pieces: stream, digest: this.#digest };
    const now = await this.#uploads.append(this.#ownerId, known(id), offset, arriving);
    if (now === undefined) throw ERRORS.INVALID_OFFSET;
    return now;
  }

  override remove(id: string): Promise<void> {
    return this.#uploads.drop(this.#ownerId, known(id));
  }

  override getExpiration(): number {
    return EXPIRES_AFTER_MS;
  }
}

/** From which tus counts to the end; each byte that comes puts it off. */
const creationOf = (expiresAt: string | null): string =>
  new Date(
    (expiresAt === null ? Date.now() : Date.parse(expiresAt)) - (expiresAt === null ? 0 : EXPIRES_AFTER_MS),
  ).toISOString();

const storable = (text: string | null | undefined): string | null =>
  text ? text.replaceAll("\u0000", "").slice(0, 200) : null;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function known(id: string): string {
  if (!UUID.test(id)) throw ERRORS.FILE_NOT_FOUND;
  return id;
}

const WAIT_MS = 30_000;

/**
 * One request at a time for each upload. Whoever has it is asked to end when another comes: the other is the same client, whose
 * first line died without anyone noticing. (The package's own locker looks again and again without a pause while it waits.)
 */
export function openTusLocker(): Locker {
  const held = new Map<string, { giveUp: () => Promise<void> | void; freed: Promise<void> }>();
  return {
    newLock(id): Lock {
      let free = () => {};
      return {
        async lock(signal, giveUp) {
          const late = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
          for (let other = held.get(id); other; other = held.get(id)) {
            await other.giveUp();
            await Promise.race([other.freed, aborted(late)]);
            if (late.aborted) throw signal.aborted ? ERRORS.ABORTED : ERRORS.ERR_LOCK_TIMEOUT;
          }
          const { promise, resolve } = Promise.withResolvers<void>();
          held.set(id, { giveUp, freed: promise });
          free = resolve;
        },
        async unlock() {
          held.delete(id);
          free();
        },
      };
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
