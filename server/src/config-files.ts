/** The part of the environment that says how files are kept and read. */
import { resolve } from "node:path";
import { z } from "zod";

/** `2GB`, `500 MB`, `1048576`: bytes. */
const sizes: Readonly<Record<string, number>> = { "": 1, B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };
const SIZE = /^(\d+(?:\.\d+)?)\s*([KMGT]?B)?$/i;

const bytes = z
  .string()
  .trim()
  .regex(SIZE, "must be a number of bytes, such as 500MB or 2GB")
  .transform((text) => {
    const [, number = "0", unit = ""] = SIZE.exec(text) ?? [];
    return Math.floor(Number(number) * (sizes[unit.toUpperCase()] ?? 1));
  });

const whole = (low: number, high: number) =>
  z.coerce.number({ error: "must be a number" }).int("must be a whole number").min(low).max(high);

export const fileVariables = {
  UPLOAD_DIR: {
    about: "where uploads and files are kept; without it `files` in the data folder",
    schema: z.string().optional(),
  },
  MAX_FILE_SIZE: { about: "bytes of one file at most, such as 500MB", schema: bytes.default(2 * 1024 ** 3) },
  ALLOWED_FILE_TYPES: {
    about: "types that are taken, divided by commas: pdf,docx,txt; without it every type",
    schema: z.string().optional(),
  },
  ORCHESTRATEX_FILES_QUOTA: {
    about: "bytes all files of one user may take; without it as many as fit",
    schema: bytes.optional(),
  },
  ORCHESTRATEX_FILES_AT_ONCE: { about: "how many files are read side by side", schema: whole(1, 64).default(2) },
  CHUNK_SIZE: {
    about: "characters of a chunk at most; a change chunks all files anew",
    schema: whole(100, 20_000).default(1000),
  },
  CHUNK_OVERLAP: { about: "characters a chunk repeats of the one before", schema: whole(0, 10_000).default(200) },
  EMBEDDING_MODEL: {
    about:
      "all-MiniLM-L6-v2 (fetched once, in the background), the folder of such a model, openai:NAME, ollama:NAME, the name of an integration and a model (NAME:MODEL), or lexical",
    schema: z.string().default("all-MiniLM-L6-v2"),
  },
  HF_ENDPOINT: {
    about: "where all-MiniLM-L6-v2 is fetched from",
    schema: z.string().url("must be a URL").default("https://huggingface.co"),
  },
  VECTOR_STORE_TYPE: {
    about: "where vectors are kept: pgvector (in the database; faiss is taken for the same)",
    schema: z.enum(["pgvector", "faiss"], { error: "must be pgvector or faiss" }).default("pgvector"),
  },
  S3_BUCKET: {
    about: "files are kept in this bucket instead of UPLOAD_DIR, which only has what is still arriving",
    schema: z.string().optional(),
  },
  S3_ENDPOINT: {
    about: "an S3-compatible server; without it that of AWS",
    schema: z.string().url("must be a URL").optional(),
  },
  S3_REGION: { about: "its region", schema: z.string().default("us-east-1") },
  S3_ACCESS_KEY_ID: { about: "who we are there", schema: z.string().optional() },
  S3_SECRET_ACCESS_KEY: { about: "and how we prove it", schema: z.string().optional() },
} as const;

export type FileConfig = {
  /** Where bytes arrive, and stay unless there is a bucket. */
  dir: string;
  maxBytes: number;
  /** Null: every type. */
  allowedTypes: readonly string[] | null;
  /** Of one user; null: none. */
  quotaBytes: number | null;
  atOnce: number;
  chunking: { size: number; overlap: number };
  embeddingModel: string;
  /** Where it is fetched from, if it has to be. */
  modelHost: string;
  s3: {
    bucket: string;
    endpoint: string | null;
    region: string;
    credentials(): { id: string; secret: string } | null;
  } | null;
};

type Schemas = { [Name in keyof typeof fileVariables]: (typeof fileVariables)[Name]["schema"] };
type Values = z.infer<z.ZodObject<Schemas>>;

/** What is wrong, by variable; null: nothing. */
export function wrongFileSettings(values: Values): { path: string; problem: string } | null {
  if (values.CHUNK_OVERLAP * 2 > values.CHUNK_SIZE)
    return { path: "CHUNK_OVERLAP", problem: `must be half of CHUNK_SIZE (${values.CHUNK_SIZE}) at most` };
  if ((values.S3_ACCESS_KEY_ID === undefined) !== (values.S3_SECRET_ACCESS_KEY === undefined))
    return { path: "S3_SECRET_ACCESS_KEY", problem: "and S3_ACCESS_KEY_ID go together" };
  return null;
}

export function fileConfig(values: Values, cwd: string, dataDir: string): FileConfig {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = values;
  const types = (values.ALLOWED_FILE_TYPES ?? "")
    .split(",")
    .map((type) => type.trim().toLowerCase().replace(/^\./, ""));
  const allowed = types.filter((type) => type !== "");
  return Object.freeze({
    dir: values.UPLOAD_DIR === undefined ? resolve(dataDir, "files") : resolve(cwd, values.UPLOAD_DIR),
    maxBytes: values.MAX_FILE_SIZE,
    allowedTypes: allowed.length > 0 ? allowed : null,
    quotaBytes: values.ORCHESTRATEX_FILES_QUOTA ?? null,
    atOnce: values.ORCHESTRATEX_FILES_AT_ONCE,
    chunking: { size: values.CHUNK_SIZE, overlap: values.CHUNK_OVERLAP },
    embeddingModel: values.EMBEDDING_MODEL,
    modelHost: values.HF_ENDPOINT,
    s3:
      bucket === undefined
        ? null
        : Object.freeze({
            ...{ bucket, endpoint: values.S3_ENDPOINT ?? null, region: values.S3_REGION },
            credentials: () => (id === undefined || secret === undefined ? null : { id, secret }),
          }),
  });
}
