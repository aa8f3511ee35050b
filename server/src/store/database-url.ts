/** `DATABASE_URL`, as libpq and SQLAlchemy write it. */
import { userInfo } from "node:os";
import { AppError } from "../errors.ts";

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;

type SslMode = (typeof sslModes)[number];

export type ServerAddress = {
  /** A name, an address, or the folder of a Unix socket. */
  host: string;
  port: number;
  database: string;
  user: string;
  password: string | undefined;
  sslMode: SslMode;
  /** Files in PEM. */
  ssl: { rootCert?: string; cert?: string; key?: string };
  channelBinding: boolean;
  connectTimeoutMs: number;
  applicationName: string;
  /** For the server's command line, such as `-c statement_timeout=1min`. */
  options: string | undefined;
};

const FORM = "postgresql://user:password@host:5432/database";

/**
 * The server a url points to.
 *
 * A driver in the scheme (`postgresql+asyncpg://`) is passed over, and so are parameters that we do not know.
 * Errors: `config.invalid` naming DATABASE_URL; never the url itself, which holds a password.
 */
export function readDatabaseUrl(text: string): ServerAddress {
  const url = parsed(text);
  const given = (...names: string[]) => names.map((name) => url.searchParams.get(name)).find(Boolean) ?? undefined;
  const user = given("user") ?? decoded(url.username) ?? userInfo().username;
  const host = given("host") ?? decoded(url.hostname.replace(/^\[(.+)\]$/, "$1")) ?? "localhost";
  const files = { rootCert: given("sslrootcert"), cert: given("sslcert"), key: given("sslkey") };
  return {
    host,
    port: whole("port", given("port") ?? (url.port || "5432")),
    database: given("dbname") ?? decoded(url.pathname.slice(1)) ?? user,
    user,
    password: given("password") ?? decoded(url.password),
    sslMode: host.startsWith("/") ? "disable" : sslModeOf(given("sslmode", "ssl") ?? "prefer"),
    ssl: Object.fromEntries(Object.entries(files).filter(([, file]) => file && file !== "system")),
    channelBinding: given("channel_binding") === "require",
    connectTimeoutMs: 1_000 * whole("connect_timeout", given("connect_timeout") ?? "5"),
    applicationName: given("application_name") ?? "orchestratex",
    options: given("options"),
  };
}

/** For messages: where it is, and nothing secret. */
export const placeOf = ({ host, port, database }: ServerAddress): string => `${host}:${port}/${database}`;

function parsed(text: string): URL {
  if (!/^postgres(ql)?(\+[a-z0-9_]+)?:/i.test(text)) throw invalid(`must be a PostgreSQL url: ${FORM}`);
  // After the scheme a driver may be named; without it the url is an ordinary one.
  const plain = text.replace(/^[^:]+/, "postgresql");
  const url = plain.startsWith("postgresql://") && URL.canParse(plain) ? new URL(plain) : null;
  // An unescaped # cuts the url short, most often in the middle of a password.
  if (!url || url.hash || url.hostname.includes(","))
    throw invalid(
      `cannot be read: it must be ${FORM}, with one host, and in names and passwords %40 for @, %2F for /, %23 for #`,
    );
  return url;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part) || undefined;
  } catch {
    throw invalid("cannot be read: write % as %25");
  }
}

/** SQLAlchemy's `ssl=true` is our `require`. */
function sslModeOf(word: string): SslMode {
  const known: Record<string, SslMode> = { true: "require", "1": "require", false: "disable", "0": "disable" };
  const mode = known[word] ?? sslModes.find((each) => each === word);
  if (!mode) throw invalid(`has an unknown sslmode: it must be one of ${sslModes.join(", ")}`);
  return mode;
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw invalid(`has a ${name} that is no number`);
  return value;
}

function invalid(problem: string): AppError {
  return new AppError("config.invalid", `DATABASE_URL ${problem}`, { errors: [{ path: "DATABASE_URL", problem }] });
}
