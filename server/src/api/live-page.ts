/** The page at `/docs/live`: every event and message, made from the contract; how to follow and resume; a console to try it in. */
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  Envelope,
  EventDetails,
  eventExamples,
  SocketReply,
  SocketRequest,
  socketCloses,
  ThreadEvent,
} from "@orchestratex/sdk/contract";
import type { z } from "zod";
import { type Field, fieldsOf } from "./fields.ts";
import { coded, escaped } from "./html.ts";

/** Without a number, not kept and not replayed. */
const liveOnly = new Set(["connection_established", "response_delta", "response_snapshot", "system_notice"]);

/** The parts that `live.html` in this folder has places for. */
export function livePage(folder: string): string {
  const parts: Record<string, () => string> = {
    events: eventSections,
    contents: contents,
    envelope: () => table(fieldsOf(Envelope)) + example(ThreadEvent.meta()?.["example"]),
    requests: () => messages(SocketRequest),
    replies: () => messages(SocketReply),
    closes: closeRows,
  };
  const frame = readFileSync(path.join(folder, "live.html"), "utf8");
  return frame.replace(/<!-- (\w+) -->/g, (place, name: string) => parts[name]?.() ?? place);
}

const contents = (): string =>
  Object.keys(EventDetails)
    .map((type) => `<li><a href="#${type}">${type}</a></li>`)
    .join("\n");

const eventSections = (): string =>
  Object.entries(EventDetails)
    .map(([type, details]) =>
      [
        `<section aria-labelledby="${type}">`,
        `<h3 id="${type}" data-event="${type}"><code>${type}</code>${liveOnly.has(type) ? ' <span class="tag">live only</span>' : ""}</h3>`,
        `<p>${coded(escaped(details.meta()?.description ?? ""))}</p>`,
        table(fieldsOf(details)),
        example(eventExamples[type as keyof typeof eventExamples]),
        "</section>",
      ].join("\n"),
    )
    .join("\n");

function messages(union: z.ZodDiscriminatedUnion): string {
  return (union.options as z.ZodObject[])
    .map((option) => {
      const { description, example: shown } = option.meta() ?? {};
      const type = [...((option.shape["type"] as z.ZodLiteral | undefined)?.values ?? [])].join();
      const fields = fieldsOf(option).filter((field) => field.path !== "type" && !field.path.startsWith("problem."));
      return [
        `<h4><code>${escaped(type)}</code></h4>`,
        description ? `<p>${coded(escaped(description))}</p>` : "",
        fields.length > 0 ? table(fields) : "",
        example(shown),
      ].join("\n");
    })
    .join("\n");
}

const closeRows = (): string =>
  Object.entries(socketCloses)
    .map(
      ([code, { meaning, retry }]) =>
        `<tr data-close="${code}"><th scope="row">${code}</th><td>${escaped(meaning)}</td><td>${retry ? "yes" : "no"}</td></tr>`,
    )
    .join("\n");

function table(fields: readonly Field[]): string {
  const rows = fields.map(
    (field) =>
      `<tr><th scope="row"><code>${escaped(field.path)}</code></th><td>${escaped(field.type)}</td><td>${coded(escaped(field.meaning))}</td></tr>`,
  );
  return `<div class="scroll"><table><thead><tr><th scope="col">field</th><th scope="col">type</th><th scope="col">meaning</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

const example = (value: unknown): string =>
  value === undefined
    ? ""
    : `<details><summary>Example</summary><pre><code>${escaped(JSON.stringify(value, null, 2))}</code></pre></details>`;
