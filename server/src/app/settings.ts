/** Changing the settings of the algorithm: each change is a version, and of two at once none is lost. */
import { isDeepStrictEqual } from "node:util";
import { AlgorithmSettings, type ChangeAlgorithmSettings, type VersionedSettings } from "@orchestratex/sdk/contract";
import { changed, RULES } from "../engine/settings.ts";
import { AppError } from "../errors.ts";
import { addVersion, newestVersion, versionedSettings, versionNamed } from "../store/algorithm.ts";
import type { Database } from "../store/database.ts";

/**
 * Answers what holds from now on: what held before, where nothing changes. `expected`: the version that must hold until then.
 * Throws `settings.changed` when it does not, `request.invalid` when there is no version to restore.
 */
export async function changeSettings(
  database: Database,
  userId: string,
  change: ChangeAlgorithmSettings,
  expected: string | null,
): Promise<VersionedSettings> {
  const restored = change.restore === undefined ? null : await toRestore(database, change.restore);
  for (;;) {
    const newest = await newestVersion(database);
    if (expected !== null && newest.version !== expected)
      throw new AppError(
        "settings.changed",
        `Version ${newest.version} holds, not ${expected}: read the settings, then change them`,
      );
    const settings = changed(restored ?? newest.settings, change);
    if (isDeepStrictEqual(settings, newest.settings)) return versionedSettings(newest);
    const made = await addVersion(database, {
      ...{ number: newest.number + 1, rules: RULES, settings, changed_by: userId },
      ...{ comment: change.comment ?? null, restored_from: change.restore ?? null },
    });
    if (made) return versionedSettings(made);
  }
}

async function toRestore(database: Database, version: string): Promise<AlgorithmSettings> {
  const row = await versionNamed(database, version);
  const settings = AlgorithmSettings.safeParse(row?.settings);
  if (settings.success) return settings.data;
  const problem = row ? `${version} is of rules that this server does not know` : `there is no version ${version}`;
  throw new AppError("request.invalid", `restore: ${problem}`, { errors: [{ path: "restore", problem }] });
}
