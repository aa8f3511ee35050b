/** Which models stand together, in which order, and which are looked for. Pure. */

import type { ModelsHealth, ShownProfile } from "@orchestratex/sdk/contract";
import { domains } from "@orchestratex/sdk/lists";
import type { Tone } from "../ui/tones.ts";

export type ModelHealth = ModelsHealth["items"][number];
export type HealthWord = ModelHealth["status"];
export type Row = { profile: ShownProfile; status: HealthWord; detail: string | null };

export const rowsOf = (profiles: readonly ShownProfile[], health: readonly ModelHealth[]): Row[] => {
  const known = new Map(health.map((item) => [item.model_name, item]));
  return profiles.map((profile) => {
    const { status, detail = null } = known.get(profile.model_name) ?? {};
    return { profile, status: status ?? guessed(profile), detail };
  });
};

/** Until its health is known, or where the model is newer than that. */
const guessed = ({ is_active, is_available, retired }: ShownProfile): HealthWord =>
  !is_active ? "inactive" : retired ? "retired" : is_available ? "ok" : "unavailable";

/** Where a model stands in the page. */
export const placeOf = (name: string | undefined): string => `model-${name}`;

const tones: Record<HealthWord, Tone> = {
  ...{ ok: "good", untested: "good", degraded: "fair", paused: "fair", unavailable: "bad", key_rejected: "bad" },
  ...{ retired: "bad", inactive: "none", no_key: "none", no_provider: "none" },
};

export const toneOfStatus = (status: HealthWord): Tone => tones[status];

const groupNames = ["ready", "own", "trouble", "simulated", "key"] as const;
export type GroupName = (typeof groupNames)[number];

/** `own`: what did not come with the server, such as models on one's own machine. */
export function groupOf({ profile, status }: Row): GroupName {
  if (profile.simulated) return "simulated";
  if (!profile.built_in) return "own";
  if (status === "no_key") return "key";
  return status === "ok" || status === "untested" || status === "degraded" ? "ready" : "trouble";
}

export type Group = {
  name: GroupName;
  /** Whose key they need; null: told only of those that need one. */
  provider: string | null;
  rows: readonly Row[];
};

/** Those that need a key stand together by whose it is. */
export function groupsOf(rows: readonly Row[], sort: Sort): Group[] {
  const sorted = rows.toSorted(orderBy(sort));
  return groupNames.flatMap((name): Group[] => {
    const own = sorted.filter((row) => groupOf(row) === name);
    if (own.length === 0) return [];
    if (name !== "key") return [{ name, provider: null, rows: own }];
    const byProvider = Map.groupBy(own, ({ profile }) => profile.provider);
    return [...byProvider].map(([provider, some]) => ({ name, provider, rows: some }));
  });
}

export const columns = ["name", "status", "success", "time", "uptime", "input", "output", "context"] as const;
export type Column = (typeof columns)[number];
export type Sort = { by: Column; down: boolean };

export function readSort(text: string | null): Sort {
  const by = columns.find((column) => column === text?.replace("-", ""));
  return { by: by ?? "name", down: by !== undefined && text?.startsWith("-") === true };
}

export const writeSort = ({ by, down }: Sort): string => (down ? `-${by}` : by);

const measureOf = ({ profile, status }: Row, by: Column): number | string | null => {
  const { performance_metrics: measured } = profile;
  switch (by) {
    case "name":
      return profile.model_name;
    case "status":
      return status;
    case "success":
      return measured.success_rate;
    case "time":
      return measured.average_response_time;
    case "uptime":
      return measured.uptime_percentage;
    case "input":
      return profile.cost_per_input_token;
    case "output":
      return profile.cost_per_output_token;
    case "context":
      return profile.max_context_length;
  }
};

/** What is not known comes last, either way. */
const orderBy =
  ({ by, down }: Sort) =>
  (a: Row, b: Row): number => {
    const [one, other] = [measureOf(a, by), measureOf(b, by)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    const order =
      typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other));
    return (down ? -order : order) || a.profile.model_name.localeCompare(b.profile.model_name);
  };

/** All its words are in what people know a model by. */
export function fits({ profile }: Row, query: string): boolean {
  const known = [
    ...[profile.model_name, profile.provider, profile.family, profile.model_version],
    ...[...profile.aliases, ...profile.specialties],
  ]
    .join("\n")
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((piece) => known.includes(piece));
}

const domainNames: readonly string[] = domains;

/** A specialty is a domain, a need, or a word of somebody's own: where its phrase stands. */
export const areaOf = (specialty: string): string => (domainNames.includes(specialty) ? "domain" : "models.need");
