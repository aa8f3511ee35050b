import type { Report } from "./report.ts";
import type { ChaosOptions } from "./run.ts";
export async function chaos(_options: ChaosOptions): Promise<Report> {
  throw new Error("to come");
}
