/** The environment, read once into one frozen value. Every fault names its variable. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { type FileConfig, fileConfig, fileVariables, wrongFileSettings } from "./config-files.ts";
import { AppError } from "./errors.ts";
import { addressVariableOf, type Vendor, vendors } from "./providers/vendors.ts";
import { readDatabaseUrl } from "./store/database-url.ts";

type Variable<Schema extends z.ZodType> = { about: string; schema: Schema };

const variable = <Schema extends z.ZodType>(about: string, schema: Schema): Variable<Schema> => ({ about, schema });

const whole = (low: number, high: number) =>
  z.coerce.number({ error: "must be a number" }).int("must be a whole number").min(low).max(high);

const money = z
  .string()
  .regex(/^(none|\d+(\.\d+)?)$/, "must be an amount in dollars, or none")
  .transform((text) => (text === "none" ? null : Number(text)));

const noSlash = (url: string): string => url.replace(/\/+$/, "");
const ADDRESS = "an http(s) URL without user, password, query or fragment";
const address = z.string().refine(isPlainUrl, `must be ${ADDRESS}`).transform(noSlash);
const addressOrOff = z
  .string()
  .refine((text) => text === "off" || isPlainUrl(text), `must be off, or ${ADDRESS}`)
  .transform(noSlash);

const proxy = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), "must be an http(s) URL")
  .optional();

/** Every variable the server (the last one: its commands) reads, in the order of `.env.example`; then those of the vendors. */
const variables = {
  HOST: variable("the address to listen on", z.string().default("127.0.0.1")),
  PORT: variable("the port to listen on; 0 takes a free one", whole(0, 65_535).default(8000)),
  ORCHESTRATEX_ENV: variable(
    "development, or production: simulated models only if asked for",
    z.enum(["development", "production"]).default("development"),
  ),
  ORCHESTRATEX_DATA: variable("the data folder", z.string().default("./data")),
  DATABASE_URL: variable(
    "a PostgreSQL server instead of the database in the data folder: postgresql://user:password@host:5432/database",
    z.string().optional(),
  ),
  DATABASE_POOL_SIZE: variable(
    "connections to the server that stay open once they were needed",
    whole(1, 10_000).default(20),
  ),
  DATABASE_POOL_MAX: variable("connections to the server at most", whole(1, 10_000).default(30)),
  ORCHESTRATEX_WEB: variable("on: browsers get the web app; off: the API alone", z.enum(["on", "off"]).default("on")),
  LOG_LEVEL: variable("how much is logged", z.enum(["debug", "info", "warn", "error", "silent"]).default("info")),
  ORCHESTRATEX_DEFAULT_COST_LIMIT: variable(
    "dollars a session may spend when it does not say; none for no limit",
    money.default(1),
  ),
  ORCHESTRATEX_THREADS_AT_ONCE: variable("how many prompts are worked on side by side", whole(1, 1_000).default(32)),
  ORCHESTRATEX_DRAIN_SECONDS: variable(
    "how long model calls under way may go on once the server is asked to stop; then they are cut",
    z.coerce.number({ error: "must be a number" }).min(0).max(600).default(8),
  ),
  ORCHESTRATEX_SIMULATED: variable(
    "auto: simulated models answer while no real one can; on: only they answer; off: they never do",
    z.enum(["auto", "on", "off"]).optional(),
  ),
  ORCHESTRATEX_SIMULATED_SEED: variable(
    "another seed, other answers; the same seed, the same",
    z.string().default("1"),
  ),
  ORCHESTRATEX_SIMULATED_SPEED: variable(
    "how many times faster than life simulated models answer; 0 is at once",
    z.coerce.number({ error: "must be a number" }).min(0).max(10_000).default(1),
  ),
  ORCHESTRATEX_SIMULATED_FAULTS: variable(
    "failures on demand, such as onyx:rate_limited, *.evaluator:bad_json@0.2",
    z.string().default(""),
  ),
  ...fileVariables,
  ENCRYPTION_KEY: variable(
    "what provider keys are encrypted with in the database: at least 20 random characters, the same for every process over one " +
      "database server; without it a file secret.key is made in the data folder, which serves the embedded database alone",
    z.string().optional(),
  ),
  OLLAMA_BASE_URL: variable(
    "where Ollama is looked for, instead of http://127.0.0.1:11434; off: nowhere",
    addressOrOff.optional(),
  ),
  HTTP_PROXY: variable("a proxy to http addresses outside; those of this machine never go through one", proxy),
  HTTPS_PROXY: variable("a proxy to https addresses outside; without it HTTP_PROXY", proxy),
  NO_PROXY: variable("addresses that are reached without a proxy, divided by commas", z.string().optional()),
  ORCHESTRATEX_URL: variable(
    "where ask and the other commands find the server",
    z.string().default("http://127.0.0.1:8000"),
  ),
} as const satisfies Record<string, Variable<z.ZodType>>;

const keyed = vendors.filter((vendor): vendor is Vendor & { keyVariable: string } => vendor.keyVariable !== null);

const vendorVariables: Readonly<Record<string, Variable<z.ZodType<string | undefined>>>> = Object.fromEntries(
  keyed.flatMap((vendor) => [
    [vendor.keyVariable, variable(`a key of ${vendor.title}, or several divided by commas`, z.string().optional())],
    [addressVariableOf(vendor), variable(`another address for it than ${vendor.baseUrl}`, address.optional())],
  ]),
);

/** Variables of parts that are still to come: set, they have no effect yet, and the start says so. */
const later = (
  "ORCHESTRATEX_ROLES WEAVIATE_URL WEAVIATE_API_KEY JWT_SECRET CORS_ORIGINS ALLOW_UNCENSORED MONGODB_URL " +
  "ORCHESTRATEX_PROFILES ORCHESTRATEX_API_KEY OTEL_EXPORTER_OTLP_ENDPOINT NOTION_TOKEN"
).split(" ");

export type Config = {
  host: string;
  port: number;
  production: boolean;
  dataDir: string;
  /** Whether browsers get the web app. */
  web: boolean;
  /** A server; null for the database in the data folder. */
  database: { url: string; poolSize: number; poolMax: number } | null;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  defaultCostLimitUsd: number | null;
  threadsAtOnce: number;
  drainMs: number;
  files: FileConfig;
  simulated: { policy: "auto" | "on" | "off"; seed: string; speed: number; faults: string };
  /** Functions, so that whoever prints a configuration prints no secret. */
  secrets: Readonly<{
    /** The keys of a vendor, the first first; none is an empty list. */
    keysOf(vendorId: string): readonly string[];
    /** What stored secrets are encrypted with; null: a file in the data folder. */
    encryptionKey(): string | null;
    /** Ways out of the house; null: straight. */
    proxy(): { http: string | null; https: string | null; except: string | null } | null;
  }>;
  /** Addresses that are not the vendors' own, by vendor. */
  baseUrls: Readonly<Record<string, string>>;
  /** Whether Ollama is looked for. */
  findOllama: boolean;
  /** Names of variables that are set and have no effect in this version. */
  withoutEffect: readonly string[];
};

/** Throws `config.invalid` listing every wrong variable. Empty values count as not set. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, cwd: string): Config {
  const isSet = ([, value]: [string, string | undefined]) => value !== undefined && value !== "";
  const given = Object.fromEntries(Object.entries({ ...upperCased(env), ...env }).filter(isSet));
  const shape = z.object(
    Object.fromEntries(Object.entries(variables).map(([name, { schema }]) => [name, schema])) as {
      [Name in keyof typeof variables]: (typeof variables)[Name]["schema"];
    },
  );
  const ofVendors = z.object(
    Object.fromEntries(Object.entries(vendorVariables).map(([name, { schema }]) => [name, schema])),
  );
  const [parsed, keys] = [shape.safeParse(given), ofVendors.safeParse(given)];
  if (!parsed.success || !keys.success) throw invalid([...(parsed.error?.issues ?? []), ...(keys.error?.issues ?? [])]);
  const values = parsed.data;
  refuseWhatCannotBeDone(values);
  const wrong = wrongFileSettings(values);
  if (wrong) throw problemsOf([wrong]);
  const production = values.ORCHESTRATEX_ENV === "production";
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    production,
    dataDir: resolve(cwd, values.ORCHESTRATEX_DATA),
    web: values.ORCHESTRATEX_WEB === "on",
    database: databaseOf(values),
    logLevel: values.LOG_LEVEL,
    defaultCostLimitUsd: values.ORCHESTRATEX_DEFAULT_COST_LIMIT,
    threadsAtOnce: values.ORCHESTRATEX_THREADS_AT_ONCE,
    drainMs: values.ORCHESTRATEX_DRAIN_SECONDS * 1000,
    files: fileConfig(values, cwd, resolve(cwd, values.ORCHESTRATEX_DATA)),
    simulated: Object.freeze({
      policy: values.ORCHESTRATEX_SIMULATED ?? (production ? "off" : "auto"),
      seed: values.ORCHESTRATEX_SIMULATED_SEED,
      speed: values.ORCHESTRATEX_SIMULATED_SPEED,
      faults: values.ORCHESTRATEX_SIMULATED_FAULTS,
    }),
    secrets: secretsOf(keys.data, values.ENCRYPTION_KEY, proxyOf(values)),
    baseUrls: baseUrlsOf(keys.data, values.OLLAMA_BASE_URL),
    findOllama: values.OLLAMA_BASE_URL !== "off",
    withoutEffect: later.filter((name) => name in given),
  });
}

/** The process's environment over the working folder's `.env`. */
export function environment(cwd: string): Record<string, string | undefined> {
  const file = resolve(cwd, ".env");
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {}), ...process.env };
}

/** The text of `.env.example`. */
export function envExample(): string {
  const lines = Object.entries({ ...variables, ...vendorVariables }).map(([name, { about, schema }]) => {
    const unset: unknown = z.object({ value: schema as z.ZodType }).safeParse({}).data?.value;
    const value = unset === null || unset === undefined ? "" : String(unset);
    return `# ${about}\n#${name}=${value}\n`;
  });
  return `# Copy to .env and take away the # of what you change. Made by \`npm run env-example\`.\n\n${lines.join("\n")}`;
}

const loopback = new Set(["127.0.0.1", "localhost", "::1", "[::1]"]);

const isLoopback = (host: string): boolean => loopback.has(host);

type DatabaseSettings = { DATABASE_URL?: string | undefined; DATABASE_POOL_SIZE: number; DATABASE_POOL_MAX: number };

function databaseOf(settings: DatabaseSettings): Config["database"] {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE: poolSize, DATABASE_POOL_MAX: poolMax } = settings;
  if (poolMax < poolSize)
    throw problemsOf([
      { path: "DATABASE_POOL_MAX", problem: `must not be less than DATABASE_POOL_SIZE (${poolSize})` },
    ]);
  if (url === undefined) return null;
  readDatabaseUrl(url);
  return Object.freeze({ url, poolSize, poolMax });
}

type Proxy = ReturnType<Config["secrets"]["proxy"]>;
type Given = Readonly<Record<string, string | undefined>>;

/** Where proxies are set in small letters, as curl has them. */
const upperCased = (env: Given): Given =>
  Object.fromEntries(
    ["http_proxy", "https_proxy", "no_proxy"].flatMap((name) => (env[name] ? [[name.toUpperCase(), env[name]]] : [])),
  );

type Proxies = { [Name in "HTTP_PROXY" | "HTTPS_PROXY" | "NO_PROXY"]?: string | undefined };

function proxyOf({ HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: except }: Proxies): Proxy {
  return http === undefined && https === undefined
    ? null
    : { http: http ?? null, https: https ?? http ?? null, except: except ?? null };
}

function secretsOf(given: Given, encryptionKey: string | undefined, proxy: Proxy): Config["secrets"] {
  const lists = new Map(
    keyed.map(({ id, keyVariable }) => {
      const keys = (given[keyVariable] ?? "").split(",").map((key) => key.trim());
      return [id, [...new Set(keys)].filter((key) => key !== "")];
    }),
  );
  return Object.freeze({
    keysOf: (vendorId: string) => lists.get(vendorId) ?? [],
    encryptionKey: () => encryptionKey ?? null,
    proxy: () => proxy,
  });
}

function baseUrlsOf(given: Given, ollama: string | undefined): Config["baseUrls"] {
  const others = keyed.flatMap((vendor) => {
    const url = given[addressVariableOf(vendor)];
    return url === undefined ? [] : [[vendor.id, url]];
  });
  return Object.freeze(
    Object.fromEntries([...others, ...(ollama === undefined || ollama === "off" ? [] : [["ollama", ollama]])]),
  );
}

type Doubtful = { HOST: string; ORCHESTRATEX_ENV: string; ENCRYPTION_KEY?: string | undefined };

function refuseWhatCannotBeDone({ HOST: host, ORCHESTRATEX_ENV, ENCRYPTION_KEY }: Doubtful): void {
  const problems = [];
  if (ORCHESTRATEX_ENV === "production" && ENCRYPTION_KEY !== undefined && isWeak(ENCRYPTION_KEY))
    problems.push({
      path: "ENCRYPTION_KEY",
      problem: "is too easy to guess: take at least 20 random characters, such as `openssl rand -base64 32` writes",
    });
  if (!isLoopback(host))
    problems.push({
      path: "HOST",
      problem: `${host} would open this server to others, and it has no accounts yet: use 127.0.0.1`,
    });
  if (problems.length > 0) throw problemsOf(problems);
}

/** Random ones of 20 characters and more have at least ten different; words and repeated patterns have fewer, or are shorter. */
const isWeak = (key: string): boolean => key.length < 20 || new Set(key).size < 10;

function isPlainUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return (
    url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === ""
  );
}

const invalid = (issues: readonly z.core.$ZodIssue[]): AppError =>
  problemsOf(issues.map((issue) => ({ path: issue.path.join("."), problem: issue.message })));

const problemsOf = (errors: { path: string; problem: string }[]): AppError =>
  new AppError("config.invalid", errors.map(({ path, problem }) => `${path} ${problem}`).join("; "), { errors });
