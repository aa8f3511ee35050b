/** What a user asks of a simulated model's answer is seen in its revision, and by its critics. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Evaluated, Role } from "@orchestratex/sdk/contract";
import { analyze } from "../../src/engine/analyze.ts";
import { readEvaluation, refinerNotes, splitNotes } from "../../src/engine/output.ts";
import { answerMessages, evaluationMessages, revisionMessages } from "../../src/engine/prompts.ts";
import type { Message } from "../../src/providers/provider.ts";
import { simulated, simulatedProfiles } from "../../src/providers/simulated.ts";

const prompt = "Explain how vaccines train the immune system.";
const task = { prompt, context: null, analysis: analyze(prompt, null) };
const provider = simulated({ speed: 0 });

async function say(role: Role, messages: readonly Message[], place = 0): Promise<string> {
  const profile = simulatedProfiles[place] ?? assert.fail();
  const request = { id: "1", profile, role, messages, max_output_tokens: 4_096, temperature: 0, stream: true };
  let text = "";
  for await (const event of provider.call(request, new AbortController().signal))
    if (event.type === "text-delta") text += event.text;
  return text;
}

const asking = (...texts: (string | null)[]) => texts.map((text, i) => ({ request_no: i + 1, text, iteration: null }));

async function revised(answer: string, fresh: ReturnType<typeof asking>, earlier: ReturnType<typeof asking> = []) {
  const messages = revisionMessages(task, { answer, criticisms: [], wishes: { fresh, earlier } });
  const texts = await Promise.all(simulatedProfiles.map((_, place) => say("refiner", messages, place)));
  return texts.map((text) => {
    const { answer: written, notes } = splitNotes(text);
    return { written, notes: refinerNotes(notes) ?? assert.fail("no notes") };
  });
}

const first = splitNotes(await say("primary", answerMessages(task))).answer;

const wishes: [wish: string, isMet: (text: string) => boolean][] = [
  ["Make it shorter, please.", (text) => text.length < first.length * 0.8],
  ["Please add an example.", (text) => /for example|for instance|suppose/i.test(text)],
  ['Mention "herd immunity" and “measles”.', (text) => text.includes("herd immunity") && text.includes("measles")],
  ["Bitte auf Deutsch.", (text) => text.startsWith("(Simulierte Antwort")],
  ["Answer in French!", (text) => text.startsWith("(Réponse simulée")],
  ["Make it sound friendlier.", (text) => text.includes("Make it sound friendlier.")],
];
for (const [wish, isMet] of wishes)
  test(`asked for, and done by every model: ${wish}`, async () => {
    for (const { written, notes } of await revised(first, asking(wish))) {
      assert.ok(isMet(written), written);
      assert.deepEqual(notes.accepted, ["f1"]);
      assert.equal(notes.specific_improvements?.[0]?.criticism_point, "f1");
    }
  });

test("what was asked earlier stays met, and is not done again", async () => {
  const [before] = await revised(first, asking('Shorter, and mention "zebra fish".'));
  assert.ok(before);
  const [wanted, now] = asking('Shorter, and mention "zebra fish".', 'Mention "llamas".');
  assert.ok(wanted && now);
  for (const { written, notes } of await revised(before.written.replace(/zebra fish/g, "it"), [now], [wanted])) {
    assert.ok(written.includes("zebra fish") && written.includes("llamas"));
    assert.deepEqual(notes.accepted, ["f2"]);
  }
});

test("without a word and without criticism, it mends what it finds by itself", async () => {
  const flawed = `${first}\n\nTo cross-check: 2 + 2 = 5.`;
  const written = await revised(flawed, asking(null));
  assert.ok(written.some((one) => !one.written.includes("2 + 2 = 5")));
});

test("critics see a wish that is not met, and give more to an answer that meets it", async () => {
  const judged = async (answer: string, place: number): Promise<Evaluated & { overall: number }> => {
    const wanted = { fresh: asking('Mention "herd immunity".'), earlier: [] };
    const messages = evaluationMessages(task, { answer, previous: { answer: first, open: [] }, wishes: wanted });
    const read = readEvaluation(await say("evaluator", messages, place), answer);
    assert.ok("evaluated" in read, JSON.stringify(read));
    return { ...read.evaluated, overall: read.evaluated.evaluation_criteria.relevance };
  };
  for (const place of simulatedProfiles.keys()) {
    const [without, met] = [await judged(first, place), await judged(`${first}\n\nThis is herd immunity.`, place)];
    assert.match(without.criticisms[0]?.point ?? "", /wish is not met: Mention "herd immunity"/);
    assert.ok(met.criticisms.every(({ point }) => !point.includes("wish")));
    assert.ok(met.overall > without.overall);
  }
});
