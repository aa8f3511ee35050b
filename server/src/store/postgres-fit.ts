/** What a PostgreSQL server must be for the schema to work on it, asked once at the start. */
import { type Client, DatabaseError } from "pg";
import { AppError } from "../errors.ts";
import { placeOf, type ServerAddress } from "./database-url.ts";

/** `unique nulls not distinct`, of migration 4, came with 15. */
const OLDEST = 15;

type Facts = {
  version: string;
  number: number;
  encoding: string;
  zone: string;
  isolation: string;
  read_only: string;
  vector: string | null;
  vector_offered: string | null;
};

/** Makes the extension `vector` if it can. Throws `store.failed` with what to change, and who may. */
export async function refuseUnfit(client: Client, server: ServerAddress): Promise<void> {
  const facts = await factsOf(client);
  const refuse = (problem: string): never => {
    throw new AppError("store.failed", `The PostgreSQL server ${placeOf(server)} ${problem}`);
  };
  if (facts.number < OLDEST * 10_000) refuse(`is version ${facts.version}: ${OLDEST} or newer is needed.`);
  if (facts.encoding !== "UTF8")
    refuse(
      `keeps this database in ${facts.encoding}: make one with create database ... encoding 'UTF8' template template0.`,
    );
  if (facts.read_only === "on") refuse("is read-only (a standby?): DATABASE_URL must name the one that is written to.");
  if (facts.isolation !== "read committed")
    refuse(`has default_transaction_isolation "${facts.isolation}" for this user: it must be "read committed".`);
  if (!/^(Etc\/)?(UTC|UCT|GMT|Universal|Zulu)$/i.test(facts.zone))
    refuse(
      `answers in the time zone ${facts.zone}: the pooler before it must pass on the parameters DateStyle and TimeZone.`,
    );
  if (facts.vector !== null) return;
  if (facts.vector_offered === null)
    refuse(
      `has no extension "vector": install pgvector on it (package postgresql-${Math.floor(facts.number / 10_000)}-pgvector, or https://github.com/pgvector/pgvector).`,
    );
  await createVector(client).catch((error: unknown) =>
    refuse(
      `has pgvector, but user ${server.user} may not switch it on (${error instanceof Error ? error.message : error}): a superuser must run CREATE EXTENSION vector in this database.`,
    ),
  );
}

const factsOf = async (client: Client): Promise<Facts> => {
  const { rows } = await client.query<Facts>(`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
      current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone,
      current_setting('default_transaction_isolation') as isolation, current_setting('transaction_read_only') as read_only,
      (select extversion from pg_extension where extname = 'vector') as vector,
      (select default_version from pg_available_extensions where name = 'vector') as vector_offered`);
  const [facts] = rows;
  if (!facts) throw new Error("the server answered nothing");
  return facts;
};

/** Another process may have just done it. */
const createVector = async (client: Client) => {
  try {
    await client.query("create extension if not exists vector");
  } catch (error) {
    if (!(error instanceof DatabaseError && (error.code === "23505" || error.code === "42710"))) throw error;
  }
};
