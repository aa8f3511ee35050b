/** Which two versions are compared. Pure. */

type Numbered = { number: number; best: boolean };

/**
 * `asked`: the one to look at; without it the best, if anything came before it, else the last. It is compared with `base`,
 * else with the one it was made from; the first one, with what came next.
 */
export function pairOf<One extends Numbered>(
  written: readonly One[],
  { asked, base, bases }: { asked: number | null; base: number | null; bases: ReadonlyMap<number, number> },
): { from: One | null; to: One } {
  const at = (number: number | null | undefined) => written.find((one) => one.number === number);
  const best = written.find((one) => one.best && one !== written[0]);
  const to = at(asked) ?? best ?? written.at(-1);
  if (!to) throw new RangeError("there is no version");
  const given = base === to.number ? undefined : at(base);
  if (given) return { from: given, to };
  const before = at(bases.get(to.number)) ?? written.findLast(({ number }) => number < to.number);
  if (before) return { from: before, to };
  const next = written[written.indexOf(to) + 1];
  return next ? { from: to, to: next } : { from: null, to };
}
