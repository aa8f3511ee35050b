/** Looking at the money while all goes on: the vendor's bill first, then the session's row. */
import { setTimeout as pause } from "node:timers/promises";
import type { Crowd, Seat } from "./clients.ts";
import type { Vendor } from "./vendor.ts";

export type Looks = {
  count: number;
  over_limit: string[];
  bill_uncovered: string[];
  stop(): Promise<void>;
};

/** Dollars of the wire in whole units of the database, 1e-10. */
export const units = (dollars: unknown): number => Math.round(Number(dollars ?? 0) * 1e10);

export function startLooks({ line, seats }: Crowd, vendor: Vendor, everyMs = 20): Looks {
  const control = new AbortController();
  const looks: Looks = { count: 0, over_limit: [], bill_uncovered: [], stop: async () => {} };
  const look = async (seat: Seat) => {
    const bill = vendor.billOf(seat.tag);
    const reply = await line.ask(`/api/sessions/${seat.id}`);
    if (reply?.status !== 200) return;
    looks.count++;
    const [spent, unconfirmed, held, overrun] = ["total_cost", "unconfirmed", "held", "overrun"].map((name) =>
      units(reply.body[name]),
    ) as [number, number, number, number];
    const said = `${seat.tag}: spent ${spent} unconfirmed ${unconfirmed} held ${held} overrun ${overrun}`;
    if (seat.limit !== null && spent + unconfirmed + held > units(seat.limit))
      looks.over_limit.push(`${said}, limit ${units(seat.limit)}`);
    if (bill > BigInt(spent + unconfirmed + held + overrun) * 100n)
      looks.bill_uncovered.push(`${said}, bill ${bill} pico`);
  };
  const running = (async () => {
    for (let turn = 0; !control.signal.aborted; turn++) {
      // The youngest are where money moves; the others now and then.
      const recent = seats.slice(-24);
      const seat = turn % 4 === 0 ? seats[turn % Math.max(1, seats.length)] : recent[turn % Math.max(1, recent.length)];
      if (seat) await look(seat);
      await pause(everyMs);
    }
  })();
  looks.stop = () => {
    control.abort();
    return running;
  };
  return looks;
}
