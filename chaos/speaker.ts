/** The provider of the process under test: one HTTP request to the harness's vendor, read as lines of JSON. */
import { AppError } from "../server/src/errors.ts";
import { type ModelEvent, type ModelRequest, type Provider, ProviderError } from "../server/src/providers/provider.ts";
import type { Passing } from "./points.ts";

export const speaker = (url: string, pass: Passing): Provider => ({
  id: "simulated",
  async *call(request: ModelRequest, signal: AbortSignal) {
    try {
      const reply = await fetch(url, { method: "POST", body: JSON.stringify(request), signal });
      pass("after_send");
      if (reply.status === 429)
        throw new ProviderError("provider.rate_limited", "the vendor asks us to slow down", { free: true });
      let texts = 0;
      for await (const line of linesOf(reply)) {
        const event = JSON.parse(line) as ModelEvent;
        if (event.type === "text-delta" && ++texts === 2) pass("mid_answer");
        if (event.type === "end") pass("after_answer");
        yield event;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AppError) throw error;
      throw new AppError("provider.unreachable", `the vendor's line broke: ${error}`, { cause: error });
    }
  },
});

async function* linesOf(reply: Response): AsyncGenerator<string> {
  if (!reply.body) return;
  let rest = "";
  for await (const chunk of reply.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
