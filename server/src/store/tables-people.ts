/** Who asks, and what is set up. A test holds these equal to the columns of the database. */
import type { Domain } from "@orchestratex/sdk/contract";
import type { Defaulted, DefaultedJson, NullableJson } from "./column-types.ts";

export type UsersTable = {
  id: string;
  email: string | null;
  name: Defaulted<string>;
  password_hash: string | null;
  role: Defaulted<"admin" | "user">;
  status: Defaulted<"active" | "unclaimed" | "disabled">;
  preferences: DefaultedJson<Record<string, unknown>>;
  last_sign_in_at: string | null;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
};

export type ApiKeysTable = {
  id: Defaulted<string>;
  user_id: string;
  name: string;
  prefix: string;
  key_hash: string;
  scopes: Defaulted<string[]>;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
  created_at: Defaulted<string>;
};

export type RefreshTokensTable = {
  id: Defaulted<string>;
  user_id: string;
  family_id: string;
  token_hash: string;
  user_agent: string | null;
  expires_at: string;
  used_at: string | null;
  revoked_at: string | null;
  created_at: Defaulted<string>;
};

export type PersonasTable = {
  id: Defaulted<string>;
  owner_id: string | null;
  name: string;
  description: Defaulted<string>;
  system_prompt: string;
  traits: Defaulted<string[]>;
  domain_leanings: DefaultedJson<Partial<Record<Domain, number>>>;
  preferred_models: Defaulted<string[]>;
  search_preferences: DefaultedJson<Record<string, unknown>>;
  temperature: number | null;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
};

export type ExternalIntegrationsTable = {
  id: Defaulted<string>;
  name: string;
  settings: DefaultedJson<Record<string, unknown>>;
  secret: Uint8Array | null;
  is_active: Defaulted<boolean>;
  last_contact_at: string | null;
  last_error: string | null;
  calls: Defaulted<number>;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
  revision: Defaulted<number>;
  last_error_at: string | null;
};

export type IdempotencyKeysTable = {
  user_id: string;
  route: string;
  key: string;
  body_hash: string;
  thread_id: string | null;
  session_id: string | null;
  status_code: number | null;
  response: NullableJson<unknown>;
  created_at: Defaulted<string>;
  expires_at: Defaulted<string>;
};

export type SchemaMigrationsTable = {
  number: number;
  name: string;
  sha256: string;
  applied_at: Defaulted<string>;
};
