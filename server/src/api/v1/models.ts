/** Which models there are under `/v1`: profiles that can be asked now, and the whole loop under four names. */
import type { AskedMode, OpenAiModel, Profile } from "@orchestratex/sdk/contract";
import { poolOf } from "../../engine/pool.ts";
import { AppError } from "../../errors.ts";
import { listProfiles, profilesSince, recentProfile } from "../../store/profiles.ts";
import type { Door } from "../door.ts";

const LOOP = "orchestratex/";
const modes: readonly AskedMode[] = ["auto", "quick", "checked", "thorough"];

/** 2026-11-21, the day of this door. */
const LOOP_CREATED = 1_795_219_200;

export type LoopModel = { type: "loop"; id: string; mode: AskedMode };
type Model = LoopModel | { type: "profile"; id: string; profile: Profile };

/** By its id, or by a name that people know it by. Throws `model.not_found` for what cannot be asked now, saying why. */
export async function modelNamed({ database, simulatedPolicy, standing }: Door, name: string): Promise<Model> {
  if (name.startsWith(LOOP)) {
    const mode = modes.find((one) => name === `${LOOP}${one}`);
    if (!mode) throw missing(name, `there are ${modes.map((one) => `${LOOP}${one}`).join(", ")}`);
    return { type: "loop", id: name, mode };
  }
  const profile = await recentProfile(database, name);
  if (!profile) throw missing(name, "GET /v1/models lists them");
  if (profile.simulated && simulatedPolicy === "off") throw missing(name, "simulated models are switched off here");
  if (!profile.is_active) throw missing(name, "it is switched off: see PUT /api/models/{model_name}/status");
  if (!profile.is_available)
    throw missing(name, standing(profile)?.detail ?? "it is not available now: see GET /api/orchestrate/models/health");
  return { type: "profile", id: profile.model_name, profile };
}

const missing = (name: string, why: string): AppError =>
  new AppError("model.not_found", `The model ${name.slice(0, 200)} cannot be asked: ${why}`);

export async function usableModels({ database, simulatedPolicy }: Door): Promise<OpenAiModel[]> {
  const [profiles, since] = await Promise.all([listProfiles(database), profilesSince(database)]);
  const usable = poolOf(profiles, simulatedPolicy, null).filter(
    ({ is_active, is_available }) => is_active && is_available,
  );
  return [...modes.map((mode) => loopModel(LOOP + mode)), ...usable.map((profile) => profileModel(profile, since))];
}

export async function openAiModel(door: Door, name: string): Promise<OpenAiModel> {
  const model = await modelNamed(door, name);
  if (model.type === "loop") return loopModel(model.id);
  return profileModel(model.profile, await profilesSince(door.database));
}

const loopModel = (id: string): OpenAiModel => ({
  ...{ id, object: "model", created: LOOP_CREATED, owned_by: "orchestratex" },
});

const profileModel = ({ model_name, provider }: Profile, since: ReadonlyMap<string, Date>): OpenAiModel => ({
  ...{ id: model_name, object: "model", owned_by: provider },
  created: secondsOf(since.get(model_name) ?? new Date(0)),
});

export const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);
