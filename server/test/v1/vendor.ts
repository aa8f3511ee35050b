/** A vendor's model at the other end of a real wire: an upstream on this machine that speaks as OpenAI does. */
import type { TestContext } from "node:test";
import { openOutsideApp } from "../outside.ts";
import { openUpstream } from "../upstream/upstream.ts";

/** Its name under `/v1`; people also know it as GPT-4. */
export const MODEL = "gpt4";

/** What it says, and the JSON in it: where a form is enforced, that alone. */
export const SAID = 'Here it is:\n```json\n{"city":"Ghent","degrees":21}\n```';
export const PLACE = { city: "Ghent", degrees: 21 };

/** A server with this model. `bodies` are what the vendor was sent, the newest last. */
export async function openWithModel(t: TestContext) {
  const upstream = await openUpstream({ text: SAID, details: { cached: 3, reasoning: 2 } });
  t.after(() => upstream.close());
  const variables = { OPENAI_API_KEY: "sk-proj-good0123456789abcdefWXYZ" };
  const app = await openOutsideApp(t, { variables }, upstream);
  const bodies = () => upstream.calls.map(({ body }) => body as Record<string, unknown>);
  return { app, upstream, bodies, address: await app.listen() };
}
