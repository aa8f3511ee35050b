/** Connections to a PostgreSQL server: how one is made, and what it means when it breaks. */
import { readFileSync } from "node:fs";
import { Client, type ClientConfig, DatabaseError } from "pg";
import { AppError } from "../errors.ts";
import { placeOf, type ServerAddress } from "./database-url.ts";

/**
 * Both are kept per client by PgBouncer, which refuses most other parameters: what times look like, and where a day begins,
 * must not depend on how the server is set up.
 */
const SESSION = { DateStyle: "ISO, YMD", TimeZone: "UTC" };

/** Connections to this server, for a pool to make. `encrypted`: by TLS. */
export const clientClass = (server: ServerAddress, encrypted: boolean) => {
  const config = configOf(server, encrypted);
  const startup = {
    ...{ user: server.user, database: server.database, application_name: server.applicationName },
    ...(server.options && { options: server.options }),
    ...SESSION,
  };
  return class extends Client {
    constructor() {
      super(config);
      // Between a pool and us there are moments when nobody listens: a connection that breaks then would end the process.
      this.on("error", () => {});
    }

    /** pg asks for the parameters of the first message here; its own would be mixed with PG* of the environment. */
    getStartupConf() {
      return startup;
    }
  };
};

export type Connected = { client: Client; encrypted: boolean };

/** One connection, to be ended by the caller. `prefer` and `allow` take TLS where the server has it. Throws `store.failed`. */
export async function connect(server: ServerAddress): Promise<Connected> {
  const encrypted = server.sslMode !== "disable";
  try {
    return { client: await opened(server, encrypted), encrypted };
  } catch (error) {
    const mayBePlain = server.sslMode === "prefer" || server.sslMode === "allow";
    if (!mayBePlain || !(error instanceof Error) || !/does not support SSL/.test(error.message))
      throw lost(server, error);
  }
  try {
    return { client: await opened(server, false), encrypted: false };
  } catch (error) {
    throw lost(server, error);
  }
}

/** Whether this error says that the connection is gone, not that a statement was refused. */
export const isLost = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || /^(08|28|3D000|57P0|53300)/.test(error.code ?? "08");

/** `store.failed`: which server, what happened, what to do. pg's messages hold no password. */
export const lost = (server: ServerAddress, error: unknown): AppError => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const said = error instanceof AggregateError ? String(error.errors[0]) : String(error);
  const told = said.replace(/^(\w*Error|error): /, "");
  const meaning = meanings.find(([pattern]) => pattern.test(`${code} ${told}`))?.[1] ?? "the connection failed";
  return new AppError("store.failed", `The PostgreSQL server ${placeOf(server)}: ${meaning} (${told})`, {
    cause: error,
  });
};

/** By PostgreSQL's code, Node's code or the message. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED/, "nothing listens there. Is it running, and is DATABASE_URL right?"],
  [/^(ENOTFOUND|EAI_AGAIN)/, "the name of the host is not known. Is DATABASE_URL right?"],
  [/^ENOENT/, "it has no socket in that folder. Is it running, and is DATABASE_URL right?"],
  [/^(EHOSTUNREACH|ENETUNREACH)/, "there is no way to the host"],
  [/^ETIMEDOUT|timeout expired/, "it did not answer in time"],
  [/timeout exceeded/, "all connections of the pool stayed busy. Raise DATABASE_POOL_MAX, or look for slow statements"],
  [/^28|password must be|no such user|auth.* failed/i, "it refuses the user or the password in DATABASE_URL"],
  [/^3D000|no such database/, "it has no such database. Create it, or correct DATABASE_URL"],
  [
    /^53300|too many|no more conn/,
    "it takes no more connections. Lower DATABASE_POOL_MAX, or raise its max_connections",
  ],
  [/^57P03/, "it is starting up or shutting down"],
  [/^57P/, "it ended the connection"],
  [/startup parameter/, "the pooler before it refuses a parameter: see docs/postgresql.md"],
  [/does not support SSL/, "it has no TLS, and sslmode in DATABASE_URL asks for it"],
  [/CERT|certificate|ALTNAME/, "its certificate is not trusted. Name the CA by sslrootcert, or choose another sslmode"],
];

const opened = async (server: ServerAddress, encrypted: boolean): Promise<Client> => {
  const client = new (clientClass(server, encrypted))();
  await client.connect();
  return client;
};

const configOf = (server: ServerAddress, encrypted: boolean): ClientConfig => ({
  ...{ host: server.host, port: server.port, database: server.database, user: server.user },
  ...(server.password !== undefined && { password: server.password }),
  ssl: encrypted && tlsOf(server),
  connectionTimeoutMillis: server.connectTimeoutMs,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  enableChannelBinding: server.channelBinding,
});

/** As libpq: `require` and below encrypt and trust anyone, unless a CA is named; only `verify-full` looks at the name. */
const tlsOf = ({ sslMode, ssl }: ServerAddress): Exclude<ClientConfig["ssl"], boolean> => {
  const verified = sslMode.startsWith("verify") || (sslMode === "require" && ssl.rootCert !== undefined);
  return {
    rejectUnauthorized: verified,
    ...(verified && sslMode !== "verify-full" && { checkServerIdentity: () => undefined }),
    ...(ssl.rootCert && { ca: pem(ssl.rootCert) }),
    ...(ssl.cert && { cert: pem(ssl.cert) }),
    ...(ssl.key && { key: pem(ssl.key) }),
  };
};

const pem = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new AppError("config.invalid", `DATABASE_URL names a file that cannot be read: ${String(error)}`);
  }
};
