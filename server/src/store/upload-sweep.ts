/** What nobody comes back for: expired uploads, bytes without an upload, and uploads whose last step a crash has taken. */
import type { UploadMeans } from "./upload-means.ts";

const EVERY_MS = 10 * 60_000;
/** A body of unknown size has no row until it has arrived; it is touched all the time. */
const UNTOUCHED_MS = 60 * 60_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function openSweep(means: UploadMeans, finish: (id: string) => Promise<void>) {
  let timer: NodeJS.Timeout | undefined;
  const sweep = async (now = new Date()): Promise<void> => {
    await dropExpired(means);
    for (const id of await means.rows.whole())
      await finish(id).catch((error) => means.onFault("an upload could not be completed", error));
    await removeStray(means, new Date(now.getTime() - UNTOUCHED_MS));
  };
  const run = () => sweep().catch((error) => means.onFault("old uploads could not be removed", error));
  return {
    sweep,
    start(): void {
      void run();
      timer = setInterval(run, EVERY_MS).unref();
    },
    stop: (): void => clearInterval(timer),
  };
}

async function dropExpired({ rows, staging, gone }: UploadMeans): Promise<void> {
  for (const { id, owner_id } of await rows.expired()) {
    const { code } = await rows.drop(id, null);
    if (code !== "dropped") continue;
    gone(id, owner_id);
    await staging.remove(id);
  }
}

async function removeStray({ rows, staging }: UploadMeans, before: Date): Promise<void> {
  const ids: string[] = [];
  for await (const id of staging.untouchedSince(before)) if (UUID.test(id)) ids.push(id);
  const known = await rows.among(ids);
  for (const id of ids) if (!known.has(id)) await staging.remove(id);
}
