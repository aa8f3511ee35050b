/** The proposed protocol and its neighbours that lose: what the Python model counted, and how short its shortest traces are. */

import { firstWorld, type Policy, proposed, unfinished } from "./first.ts";
import { explore } from "./search.ts";

/** `finals`: states that are done. `lost`: dead ends whose worker lives and is not done. */
type Counts = { states: number; moves: number; finals: number; lost: number };

/** `broken`: how many moves the shortest way to each broken promise takes. `large`: too slow for the suite. */
type Case = { name: string; policy: Policy; counts: Counts; broken: Record<string, number>; large?: boolean };

const counted = (states: number, moves: number, finals: number, lost = 0): Counts => ({ states, moves, finals, lost });

const billed = "I2 provider bill <= spent+held+overrun";
const billedAtMost = "I2b provider bill <= limit";
const sentOnce = "I4 no send for a step already completed";
const sumOfRows = "I6 spent = sum of rows";
const small = { crashes: 1, takes: 2 };

export const firstCases: readonly Case[] = [
  { name: "A proposed protocol", policy: proposed, counts: counted(52581, 104450, 17558), broken: { [sentOnce]: 7 } },
  {
    name: "B proposed, and looked again before sending",
    ...{ policy: { ...proposed, lookAgain: true }, counts: counted(56429, 105052, 19214), broken: {} },
  },
  {
    name: "C take-over releases the hold of pending rows",
    policy: { ...proposed, takeover: "release" },
    ...{ counts: counted(475399, 1345734, 87066), large: true },
    broken: { [billed]: 4, [billedAtMost]: 11, [sentOnce]: 7 },
  },
  {
    name: "C with one crash",
    policy: { ...proposed, takeover: "release", ...small },
    counts: counted(46379, 132516, 5584),
    broken: { [billed]: 4, [billedAtMost]: 11, [sentOnce]: 7 },
  },
  {
    name: "D a resumed worker sends the pending row again",
    policy: { ...proposed, takeover: "resend" },
    ...{ counts: counted(317945, 1299818, 73990), large: true },
    broken: { [billed]: 5, [billedAtMost]: 10, [sumOfRows]: 14 },
  },
  {
    name: "D with one crash",
    policy: { ...proposed, takeover: "resend", ...small },
    counts: counted(24931, 80160, 5388),
    broken: { [billed]: 5, [billedAtMost]: 10, [sumOfRows]: 14 },
  },
  {
    name: "E blind settle",
    policy: { ...proposed, settle: "blind" },
    counts: counted(53933, 110634, 16466),
    broken: {
      "I1b held>=0": 5,
      "I3 one completed row per step": 8,
      [sentOnce]: 7,
      ...{ "I5 nothing held at rest": 9, [sumOfRows]: 9 },
    },
  },
  {
    name: "F no epoch check on reserve",
    policy: { ...proposed, fence: false },
    ...{ counts: counted(87721, 214370, 25134, 1776), broken: { [sentOnce]: 7 } },
  },
  {
    name: "G a provider may bill 3 on a reservation of 2",
    policy: { ...proposed, bills: [1, 3] },
    ...{ counts: counted(40842, 80538, 13605), broken: { [billed]: 3, [sentOnce]: 7 } },
  },
  {
    name: "H one process, crashes only",
    policy: { ...proposed, zombies: false },
    ...{ counts: counted(4479, 6462, 1214), broken: {} },
  },
];

export function count(policy: Policy): { counts: Counts; broken: Record<string, number> } {
  const { states, moves, finals, deadEnds, broken } = explore(firstWorld(policy));
  return {
    counts: { states, moves, finals, lost: unfinished(deadEnds).length },
    broken: Object.fromEntries([...broken].map(([promise, trace]) => [promise, trace.length])),
  };
}
