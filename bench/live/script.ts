/** A model of the bench: it writes at the pace of one that is slow, with the time in its words, and is judged a little better each time. */
import { setTimeout as pause } from "node:timers/promises";
import { NOTES_MARK } from "@orchestratex/sdk/contract";
import type { ModelRequest, Provider } from "../../server/src/providers/provider.ts";

/** Four pieces of text a second. */
const PIECE_MS = 250;
const PIECES = 13;
const FILLER = "The quick brown fox jumps over the lazy dog, and every piece of this answer says when it was written. ";

const criteria = [
  "accuracy",
  "relevance",
  "clarity",
  "completeness",
  "creativity",
  "efficiency",
  "safety",
  "domain_expertise",
];

export const scripted: Provider = {
  id: "simulated",
  async *call(request: ModelRequest, signal: AbortSignal) {
    const version = versionIn(request);
    if (request.role === "evaluator") {
      // Evaluators of one answer are not done at the same moment.
      await pause(100 + (Number.parseInt(request.id.slice(-4), 16) % 600), undefined, { signal });
      yield { type: "text-delta", text: JSON.stringify(judgement(version)) };
    } else {
      for (let piece = 0; piece < PIECES; piece++) {
        await pause(PIECE_MS, undefined, { signal });
        yield { type: "text-delta", text: `${piece === 0 ? `[v${version + 1}] ` : ""}t=${Date.now()}; ${FILLER}` };
      }
      const notes = version === 0 ? { confidence: 7 } : { accepted: ["c1"], confidence_in_revision: 7 };
      yield { type: "text-delta", text: `\n\n${NOTES_MARK}\n${JSON.stringify(notes)}` };
    }
    yield { type: "end", finish_reason: "stop", usage: { input: 900, output: 900, cached_input: 0, reasoning: 0 } };
  },
};

const versionIn = ({ messages }: ModelRequest): number =>
  Math.max(
    0,
    ...messages.flatMap(({ content }) => [...content.matchAll(/\[v(\d+)\]/g)].map(([, number]) => Number(number))),
  );

const judgement = (version: number) => ({
  evaluation_criteria: Object.fromEntries(criteria.map((name) => [name, Math.min(9.5, 2 + 0.7 * version)])),
  criticisms: [
    {
      point: `Version ${version} could say more.`,
      criterion: "completeness",
      severity: "minor",
      quote: "",
      suggestion: "Say more.",
    },
  ],
  positive_aspects: "It says when it was written.",
  alternative_approaches: "",
  evaluator_confidence: 8,
});
