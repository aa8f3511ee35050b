/** What an operator sees of an integration: what is set, where it comes from, how it is. No key, and no header's value. */
import { createHash } from "node:crypto";
import type { Integration, KeyHint } from "@orchestratex/sdk/contract";
import type { Database } from "../../store/database.ts";
import { listProviderChecks, type ProviderCheck, type RealModel, realModels } from "../../store/health.ts";
import { listIntegrations, type StoredIntegration } from "../../store/integrations.ts";
import type { Known, Outside } from "./outside.ts";

export type Showing = {
  database: Database;
  outside: Outside;
  /** Whether this version has the protocol of a provider. */
  speaks(provider: string): boolean;
  environment: { keysOf(vendorId: string): readonly string[] };
};

/** Four characters of a long key tell nothing that helps to guess the rest. */
export const hintOf = (key: string): KeyHint => ({
  last4: key.length >= 16 ? key.slice(-4) : null,
  fingerprint: createHash("sha256").update(key).digest("hex").slice(0, 8),
});

export async function shownOf(showing: Showing, names: readonly string[]): Promise<Integration[]> {
  const { database } = showing;
  const [rows, checks, models] = await Promise.all([
    listIntegrations(database),
    listProviderChecks(database),
    realModels(database),
  ]);
  return names.flatMap((name) => {
    const known = showing.outside.known(name);
    const check = checks.find(
      (one) => one.vendor === name && one.base_url === known?.baseUrl && one.checked_at !== null,
    );
    const row = rows.find((one) => one.name === name);
    const own = models.filter(({ provider }) => provider === name);
    return known ? [shown(showing, name, known, row, check, own)] : [];
  });
}

function shown(
  { outside, speaks, environment }: Showing,
  name: string,
  known: Known,
  row: StoredIntegration | undefined,
  check: ProviderCheck | undefined,
  models: readonly RealModel[],
): Integration {
  const source = outside.keyring.source(name);
  const given = environment.keysOf(name).length > 0 ? "environment" : known.storedKeys.length > 0 ? "stored" : "none";
  const { checked_at = null, code = null, detail = null } = check ?? {};
  const contacts = [row?.last_contact_at, code === null ? checked_at : null].filter((at) => typeof at === "string");
  return {
    ...{ name, title: known.vendor.title, is_active: known.isActive },
    status: statusOf(known, speaks(name), outside.keyring.has(name), check),
    needs_key: known.vendor.keyVariable !== null,
    source: known.isActive ? source : given,
    keys: outside.keyring.keys(name).map(hintOf),
    stored_keys: known.storedKeys.map(hintOf),
    ...{ key_variable: known.vendor.keyVariable, base_url: known.baseUrl, base_url_source: known.baseUrlSource },
    headers: Object.keys(known.headers),
    models: models.map(({ model_name }) => model_name),
    available_models: models.filter((model) => model.is_active && model.is_available).length,
    last_check:
      check && checked_at !== null
        ? {
            ...{
              checked_at,
              ok: code === null,
              response_time: check.response_time,
              models: check.models,
              code,
              detail,
            },
          }
        : null,
    last_contact_at: contacts.toSorted().at(-1) ?? null,
    ...{ last_error: row?.last_error ?? null, last_error_at: row?.last_error_at ?? null, calls: row?.calls ?? 0 },
  };
}

function statusOf(known: Known, spoken: boolean, hasKey: boolean, check: ProviderCheck | undefined) {
  if (!known.isActive) return "off";
  if (!spoken) return "not_spoken";
  if (known.vendor.keyVariable !== null && !hasKey) return known.unreadable ? "unreadable" : "no_key";
  if (known.baseUrl === null) return "no_address";
  if (!check) return "unchecked";
  return check.code === null ? "ready" : (words[check.code] ?? "failing");
}

const words: Readonly<Record<string, Integration["status"]>> = {
  "provider.key_rejected": "key_rejected",
  "provider.no_credit": "no_credit",
  "provider.unreachable": "unreachable",
};
