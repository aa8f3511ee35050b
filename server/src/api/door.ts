/** What the door may do behind itself: handed in by the app. */
import type {
  AskPrompt,
  ChangeAlgorithmSettings,
  CreateModel,
  CreateSession,
  CreateThread,
  FileProcessing,
  Integration,
  IntegrationTest,
  ModelTest,
  Place,
  Preview,
  Profile,
  PutIntegration,
  RecognizedKey,
  SelfTest,
  Session,
  VersionedSettings,
} from "@orchestratex/sdk/contract";
import type { Logger } from "pino";
import type { CallDirectly, Tool, ToolChoice } from "../engine/direct.ts";
import type { AppError } from "../errors.ts";
import type { BlockWindow } from "../ingest/kept-text.ts";
import type { Embedding } from "../providers/embedding.ts";
import type { Blobs } from "../store/blobs/blobs.ts";
import type { Database } from "../store/database.ts";
import type { FileJobs } from "../store/file-jobs.ts";
import type { Books } from "../store/journal.ts";
import type { Live } from "../store/live.ts";
import type { Uploads } from "../store/uploads.ts";
import type { Web } from "./site.ts";

export type KnownModel = {
  /** The provider has no address of its own. */
  needsEndpoint: boolean;
  /** It is shut down: what its vendor names instead. */
  substitute: string | null;
  /** Null: the price list does not have it. `max_context_length` is left out where the list has none. */
  facts: Pick<CreateModel, "cost_per_input_token" | "cost_per_output_token" | "prices" | "max_context_length"> | null;
};

/** Tools that the author of the first answer may call; a reply that does ends the thread. */
export type Offer = { tools?: readonly Tool[]; tool_choice?: ToolChoice };

/** Files whose bytes are there. */
type FileDoor = {
  jobs: Pick<FileJobs, "retry" | "cancel">;
  blobs: Pick<Blobs, "read" | "size" | "free">;
  /** Blocks from a byte of what was read on. */
  blocks(fileId: string, offset: number, limit: number): Promise<BlockWindow>;
  /** From which byte on blocks have this passage among them. */
  offsetNear(fileId: string, passage: { text: string; place: Place }): Promise<number>;
  /** All of it, wherever it is; also while it is worked on. */
  remove(file: { id: string; owner_id: string; blob_key: string | null }): Promise<void>;
  embedding(): FileProcessing["embedding"];
  /** Null: every type; no quota. */
  settings: {
    allowedTypes: readonly string[] | null;
    maxBytes: number;
    quotaBytes: number | null;
    chunking: { size: number; overlap: number };
  };
};

export type Door = {
  /** Throws `store.failed` at every statement until it is open. */
  database: Database;
  /** Undefined once the store is open; else resolves when it opens, or rejects with what a client is told. */
  storeOpens(): Promise<void> | undefined;
  /** Bytes of files on their way in. */
  uploads: Uploads;
  /** What is missing when the store does not answer, else null; within two seconds. */
  storeFault(): Promise<AppError | null>;
  books: Books;
  live: Live;
  files: FileDoor;
  /** Accept a prompt (or a draft) and have it run; answers the thread's id. Throws AppError for what cannot be asked. */
  ask(userId: string, body: AskPrompt, idempotencyKey: string | null, offer?: Offer): Promise<string>;
  /** One model asked directly. */
  direct: CallDirectly;
  /** The one in use now. */
  embedding(): Embedding;
  /** Keep a prompt without running it; answers the thread's id. */
  draft(userId: string, body: CreateThread, idempotencyKey: string | null): Promise<string>;
  /** What would be chosen and what it might cost; spends nothing. */
  preview(userId: string, body: AskPrompt): Promise<Preview>;
  createSession(userId: string, body: CreateSession, idempotencyKey: string | null): Promise<Session>;
  /** The id of the session of someone who names none, one a UTC day. `forget`: it has ended or is gone, another takes its place. */
  implicitSession: { of(userId: string): Promise<string>; forget(userId: string, sessionId: string): Promise<void> };
  /** Answers what holds from now on. `expected`: the version that must hold until then. */
  changeSettings(userId: string, body: ChangeAlgorithmSettings, expected: string | null): Promise<VersionedSettings>;
  /** Why a model cannot be asked, before anyone has tried; null: it can. */
  standing(profile: Profile): { word: "no_provider" | "no_key"; detail: string } | null;
  /** Whether a model is left alone for a while because it failed so often; absent: none is. */
  isPaused?(modelName: string): boolean;
  /** Services outside: names, addresses, keys, which come in and never go out. Throws `integration.*`. */
  integrations: {
    list(): Promise<Integration[]>;
    get(name: string): Promise<Integration>;
    put(name: string, body: PutIntegration): Promise<Integration>;
    remove(name: string): Promise<void>;
    /** `key`: try this one, and keep nothing; null: those in use. */
    test(name: string, key: string | null): Promise<IntegrationTest>;
    recognize(key: string): RecognizedKey;
    /** After a change of a provider's models: they become available, or not, by what is set, and are looked at. */
    refresh(provider: string): Promise<void>;
  };
  /** Ask a model a short question; what fails is in the answer. */
  testModel(profile: Profile): Promise<ModelTest>;
  /** Send a fixed prompt through the whole loop on simulated models; what fails is in the answer. */
  selfTest(): Promise<SelfTest>;
  /** What is known of a vendor's model before anyone says anything of it. */
  known(provider: string, modelVersion: string): Promise<KnownModel>;
  /** The models that come with the server, by name: they cannot be removed. */
  builtIn: ReadonlySet<string>;
  /** Threads waiting and being worked on. */
  load(): { queued: number; running: number };
  /** WebSockets that may be open at once, when other than usual. */
  mostSockets?: number;
  /** Whether simulated models answer: `auto`, while no real one can. */
  simulatedPolicy: "auto" | "on" | "off";
  /** Fires when the server is about to stop: end what follows and waits. */
  stopping: AbortSignal;
  log: Logger;
  version: string;
  /** The folder `web`: its `live` has what the pages under `/docs` are made of. */
  webDir: string;
  /** The web app; absent: the API alone. */
  web?: Web;
};
