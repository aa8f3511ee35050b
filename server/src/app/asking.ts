/** From what a client asks to a thread that can run: session, settings, wishes. */
import type {
  AlgorithmSettings,
  AskPrompt,
  CreateSession,
  CreateThread,
  Profile,
  SessionSettings,
} from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { repeatOf } from "../api/repeats.ts";
import { poolOf } from "../engine/pool.ts";
import { AppError } from "../errors.ts";
import { newestVersion } from "../store/algorithm.ts";
import type { Database } from "../store/database.ts";
import type { Books } from "../store/journal.ts";
import { byModelName, listProfiles } from "../store/profiles.ts";
import { createSession, getSession, type StoredSession } from "../store/sessions.ts";
import { getThreadRow } from "../store/threads.ts";
import type { ThreadSettings } from "../store/work.ts";

export type Asking = {
  database: Database;
  books: Books;
  defaultCostLimitUsd: number | null;
  simulatedPolicy: "auto" | "on" | "off";
  /** Why a model cannot be asked, before anyone has tried; null: it can. */
  standing(profile: Profile): { detail: string } | null;
};

export type Wishes = Omit<AskPrompt, "thread_id" | "prompt">;

/** With `key` (the client's Idempotency-Key), the session which the same request has brought already. */
export async function newSession(
  asking: Asking,
  userId: string,
  body: CreateSession,
  key: string | null,
): Promise<StoredSession> {
  const { database, defaultCostLimitUsd } = asking;
  const { settings: algorithm } = await newestVersion(database);
  const given = await byModelName(database, body.settings ?? {}, "settings.");
  const session = {
    id: uuidv7(),
    userId,
    maxIterations: body.max_iterations ?? algorithm.max_iterations,
    settings: sessionSettings(given, algorithm, defaultCostLimitUsd),
  };
  return createSession(database, session, repeatOf(userId, "session", key, body));
}

/** Keep a prompt; nothing runs. Answers the thread's id; with `key`, that of the draft which the same request has brought already. */
export async function draft(asking: Asking, userId: string, body: CreateThread, key: string | null): Promise<string> {
  const repeat = repeatOf(userId, "draft", key, body);
  const earlier = repeat && (await asking.books.repeated(repeat));
  if (earlier) return earlier;
  const { prompt, ...wishes } = await byModelName(asking.database, body);
  const row = await threadRow(asking, userId, uuidv7(), prompt, wishes);
  return asking.books.accept(row, { draft: true, repeat });
}

/**
 * Accept a prompt, or a draft, to be run. Answers the thread's id; with `key` (the client's Idempotency-Key), that of the thread
 * which the same request has brought already.
 */
export async function ask(
  asking: Asking,
  userId: string,
  body: AskPrompt,
  key: string | null,
  offer: Offer = {},
): Promise<string> {
  const repeat = repeatOf(userId, "ask", key, { ...body, ...offer });
  const earlier = repeat && (await asking.books.repeated(repeat));
  if (earlier) return earlier;
  const { id, prompt, wishes } = await askedFor(asking, userId, body);
  const row = await threadRow(asking, userId, id, prompt, wishes);
  return asking.books.accept({ ...row, settings: { ...row.settings, ...offer } }, { repeat });
}

/** Tools that the author may call; a reply that does ends the thread. */
export type Offer = Pick<ThreadSettings, "tools" | "tool_choice">;

/** The thread's row; a session is made when none is named. */
async function threadRow(asking: Asking, userId: string, id: string, prompt: string, wishes: Wishes) {
  refuseLater(wishes);
  if (wishes.model_name) await modelsFor(asking, wishes.model_name);
  const parent = wishes.parent_thread_id ? await threadOf(asking, userId, wishes.parent_thread_id) : null;
  const sessionId = wishes.session_id ?? parent?.session_id;
  const session = sessionId ? await sessionOf(asking, userId, sessionId) : await newSession(asking, userId, {}, null);
  if (parent && parent.session_id !== session.id)
    throw invalid("parent_thread_id", "belongs to another session: leave session_id out, or name that one");
  return {
    id,
    session_id: session.id,
    original_prompt: prompt,
    context: wishes.context || null,
    mode: wishes.mode ?? session.settings.mode,
    max_iterations: wishes.max_iterations ?? session.max_iterations,
    quality_threshold: wishes.quality_threshold ?? session.settings.quality_threshold,
    cost_limit: wishes.cost_limit ?? null,
    parent_thread_id: wishes.parent_thread_id ?? null,
    settings: threadSettings({ ...wishes, session_id: session.id }, session.settings, session.given_max_iterations),
  };
}

export const threadSettings = (
  wishes: Wishes,
  settings: SessionSettings,
  givenMaxIterations: number | null,
): ThreadSettings => ({
  asked: wishes,
  max_iterations: wishes.max_iterations ?? givenMaxIterations,
  evaluators: wishes.evaluators ?? null,
  strategy: wishes.strategy ?? settings.selection_strategy,
  preferred_models: wishes.preferred_models ?? settings.preferred_models,
  excluded_models: [...new Set([...settings.excluded_models, ...(wishes.excluded_models ?? [])])],
  model_name: wishes.model_name ?? null,
  context_mode: wishes.context_mode ?? "session",
  deadline_ms: wishes.deadline_ms ?? settings.deadline_ms,
});

/** What is not given is the algorithm's, or the server's. */
export const sessionSettings = (
  given: NonNullable<CreateSession["settings"]>,
  algorithm: AlgorithmSettings,
  defaultCostLimitUsd: number | null,
): SessionSettings => ({
  preferred_models: given.preferred_models ?? [],
  excluded_models: given.excluded_models ?? [],
  cost_limit: given.cost_limit === undefined ? defaultCostLimitUsd : given.cost_limit,
  quality_threshold: given.quality_threshold ?? algorithm.quality_threshold,
  mode: given.mode ?? "auto",
  selection_strategy: given.selection_strategy ?? "hybrid",
  deadline_ms: given.deadline_ms ?? 300_000,
});

/** A draft's own wishes hold unless the body says otherwise. */
export async function askedFor(asking: Asking, userId: string, body: AskPrompt) {
  const { prompt, thread_id, ...wishes } = await byModelName(asking.database, body);
  if (thread_id === undefined) return { id: uuidv7(), prompt: prompt ?? "", wishes };
  const row = await threadOf(asking, userId, thread_id);
  const said = Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined && value !== null));
  const { asked } = row.settings as ThreadSettings;
  return { id: row.id, prompt: row.original_prompt, wishes: { ...asked, ...said, session_id: row.session_id } };
}

export async function sessionOf({ database }: Asking, userId: string, id: string): Promise<StoredSession> {
  const session = await getSession(database, id);
  if (!session || session.user_id !== userId) throw new AppError("session.not_found", `There is no session ${id}`);
  if (session.status !== "active") throw new AppError("session.ended", `Session ${id} has ended: start another`);
  return session;
}

export async function threadOf({ database }: Asking, userId: string, id: string) {
  const row = await getThreadRow(database, id);
  if (!row || row.user_id !== userId) throw new AppError("thread.not_found", `There is no thread ${id}`);
  return row;
}

/** The models a thread may use; a named one must be among them and at work. */
export async function modelsFor({ database, simulatedPolicy, standing }: Asking, named: string | null) {
  const profiles = await listProfiles(database);
  const pool = poolOf(profiles, simulatedPolicy, named);
  if (named === null) return pool;
  if (!profiles.some(({ model_name }) => model_name === named))
    throw invalid("model_name", `there is no model ${named}: see GET /api/models/`);
  const profile = pool.find(({ model_name }) => model_name === named);
  if (!profile) throw invalid("model_name", `${named} is simulated, and simulated models are switched off here`);
  if (!profile.is_active) throw invalid("model_name", `${named} is switched off`);
  if (!profile.is_available) throw invalid("model_name", `${named} is not available${whyNot(profile, standing)}`);
  return pool;
}

function whyNot(profile: Profile, standing: Asking["standing"]): string {
  const { retired, model_version, provider } = profile;
  const { detail } = standing(profile) ?? {};
  if (detail !== undefined) return `: ${detail}`;
  if (!retired) return " now";
  return `: ${provider} no longer lists ${model_version}${retired.substitute ? `; ${retired.substitute} took its place` : ""}`;
}

/** Files, personas and search come with their own versions of this server; asking for them must not be passed over in silence. */
export function refuseLater(wishes: Wishes): void {
  const asked = {
    persona_id: wishes.persona_id,
    file_ids: wishes.file_ids?.length ? wishes.file_ids : null,
    collections: wishes.collections?.length ? wishes.collections : null,
    search_mode: wishes.search_mode,
  };
  const errors = Object.entries(asked).flatMap(([path, value]) =>
    value ? [{ path, problem: "is not supported yet: leave it out" }] : [],
  );
  if (errors.length > 0)
    throw new AppError("feature.not_available", errors.map(({ path, problem }) => `${path} ${problem}`).join("; "), {
      errors,
    });
}

const invalid = (path: string, problem: string): AppError =>
  new AppError("request.invalid", `${path} ${problem}`, { errors: [{ path, problem }] });
