/** A value in memory, told as if it were read as a stream. */
import { AppError } from "../../errors.ts";
import type { Findings } from "./extractor.ts";
import type { JsonHandlers } from "./json-stream.ts";

/** What a value may grow to by naming a part of it many times. */
const VALUES = 2_000_000;

/** Throws `file.beyond_limits` where it is deeper than is read. */
export async function tellValue(value: unknown, handlers: JsonHandlers, findings: Findings): Promise<void> {
  let told = 0;
  async function tell(one: unknown, depth: number): Promise<void> {
    if (depth > findings.limits.depth || ++told > VALUES)
      throw new AppError("file.beyond_limits", "It nests deeper, or holds more values, than are read");
    if ((told & 255) === 0) await findings.pause();
    if (Array.isArray(one)) {
      handlers.open("array");
      for (const item of one) await tell(item, depth + 1);
      handlers.close();
    } else if (typeof one === "object" && one !== null && !(one instanceof Date)) {
      handlers.open("object");
      for (const [key, item] of Object.entries(one)) {
        handlers.key(key);
        await tell(item, depth + 1);
      }
      handlers.close();
    } else handlers.value(scalarOf(one));
  }
  await tell(value, 0);
}

function scalarOf(value: unknown): string | number | boolean | null {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value === null || value === undefined) return null;
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : String(value);
}
