/**
 * The model vendors, outside the processes under test: the fault server of the tests, over the vendors' own wires, with a bill of
 * its own. A call is known by the id of its attempt, which comes in a header.
 */
import { writeFileSync } from "node:fs";
import { type Call, type FaultKind, openUpstream } from "../server/test/upstream/upstream.ts";
import type { Chance } from "./chance.ts";
import { priceOf, vendorModels } from "./models.ts";

export type Vendor = {
  url: string;
  /** Every call that came, in order; the same id may be there more than once. */
  calls: readonly Call[];
  /** Pico-dollars, without what no reservation covers. `session`: its tag, as prompts carry it: `[S12.T3]`. */
  billOf(session: string): bigint;
  /** Writes the calls down. */
  keep(file: string): void;
  close(): Promise<void>;
};

export type VendorOptions = {
  chance: Chance;
  /** How often each fault strikes, from 0 to 1. */
  faults?: Partial<Record<FaultKind, number>>;
  callMs?: readonly [least: number, most: number];
};

/** Then the vendor drops the line. */
const HANG_MS = 20_000;

export async function openVendor({ chance, faults = {}, callMs = [10, 60] }: VendorOptions): Promise<Vendor> {
  const upstream = await openUpstream({
    ...{ seed: "chaos", tag: /\[(S\d+)\.T\d+\]/, prices: priceOf, hangMs: HANG_MS },
    takesMs: () => chance.between(...callMs),
  });
  for (const [fault, probability] of Object.entries(faults))
    upstream.add({ fault: fault as FaultKind, probability, retryAfterMs: 100 });
  upstream.models = [...vendorModels];
  const { url, calls, close } = upstream;
  return {
    ...{ url, calls, close },
    billOf: (session) => upstream.billOf(session) - upstream.excessOf(session),
    keep(file) {
      const plain = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
      writeFileSync(file, calls.map((call) => `${JSON.stringify(call, plain)}\n`).join(""));
    },
  };
}
