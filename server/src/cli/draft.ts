/** Text that is still being written, set behind a gutter: a draft must not be taken for the answer. Pure. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { Look } from "./look.ts";
import { emptyFlow, type Flow, flow, flowEnd } from "./measure.ts";
import { safe } from "./safe-text.ts";

export type Draft = {
  response_id: string;
  /** UTF-16 units of the whole text that have been shown, or held back by `flow`. */
  received: number;
  flow: Flow;
};

/** What a delta, a snapshot or the whole text adds to what is there; empty when it is known, or when a part before it is missing. */
export function newText(draft: Draft, event: ThreadEvent): string {
  switch (event.event_type) {
    case "response_delta":
      return event.details.offset > draft.received
        ? ""
        : event.details.text.slice(draft.received - event.details.offset);
    case "response_snapshot":
      return event.details.text.slice(draft.received);
    case "response_generated":
      return event.details.response_text.slice(draft.received);
    default:
      return "";
  }
}

export const openDraft = (response_id: string): Draft => ({ response_id, received: 0, flow: emptyFlow });

export function writeDraft(draft: Draft, text: string, look: Look): { draft: Draft; out: string } {
  const { width, gutter, dim } = setting(look);
  const written = flow(draft.flow, safe(text), width, gutter);
  return { draft: { ...draft, received: draft.received + text.length, flow: written.flow }, out: dim(written.out) };
}

/** Down to the start of a new line, so that something else can be said; the text may go on behind it. */
export function restDraft(draft: Draft, look: Look): { draft: Draft; out: string } {
  const { width, gutter, dim } = setting(look);
  const out = flowEnd(draft.flow, width, gutter);
  const open = draft.flow.column > 0 || out !== "";
  return { draft: { ...draft, flow: emptyFlow }, out: dim(out) + (open ? "\n" : "") };
}

const setting = (look: Look) => ({
  width: look.width - 4,
  gutter: `  ${look.symbols.gutter} `,
  /** Line by line: a colour that runs over a line's end would colour what comes next where output is cut. */
  dim: (text: string) => text.replace(/[^\n]+/g, (line) => look.paint("dim", line)),
});
