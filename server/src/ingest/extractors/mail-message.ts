/** A message, however it came: who wrote to whom, and what. */
import type { Place } from "@orchestratex/sdk/contract";
import type { Findings } from "./extractor.ts";

export type Message = {
  subject: string;
  from: string;
  to: string;
  cc: string;
  bcc: string;
  /** As it is to be shown. */
  date: string;
  text: string;
  html: string;
  attachments: { name: string; mime: string | null; bytes: Uint8Array }[];
  /** Where in a file of several it stands; "": it is the file. */
  path: string;
};

export async function tellMessage(message: Message, findings: Findings): Promise<void> {
  const { subject, from, to, cc, bcc, date, path } = message;
  const place: Place = path === "" ? {} : { path };
  findings.block({ kind: "heading", text: subject, place });
  const lines = { From: from, To: to, Cc: cc, Bcc: bcc, Date: date, Subject: subject };
  const head = Object.entries(lines).filter(([, value]) => value !== "");
  findings.block({ kind: "record", text: head.map(([name, value]) => `${name}: ${value}`).join("\n"), place });
  if (message.text.trim() !== "") tellText(message.text, place, findings);
  else if (message.html.trim() !== "")
    await findings.inner("body.html", Buffer.from(message.html), below(path, "body.html"));
  for (const { name, bytes } of message.attachments) await findings.inner(name, bytes, below(path, name));
}

const below = (path: string, name: string): string => (path === "" ? name : `${path}/${name}`);

/** What is quoted from earlier messages is marked as such. */
function tellText(text: string, place: Place, findings: Findings): void {
  let [lines, quoted]: [string[], boolean] = [[], false];
  const finish = () => {
    const paragraph = lines.join("\n").trim();
    if (quoted) findings.block({ kind: "note", text: paragraph, place: { ...place, part: "quote" } });
    else findings.block({ kind: /^[-*•]\s/.test(paragraph) ? "list_item" : "paragraph", text: paragraph, place });
    lines = [];
  };
  for (const line of text.split(/\r\n?|\n/)) {
    const isQuoted = /^\s?>/.test(line);
    const bare = line.replace(/^(?:\s?>)+ ?/, "").trimEnd();
    if (bare === "" || isQuoted !== quoted || /^[-*•]\s/.test(bare)) finish();
    quoted = isQuoted;
    if (bare !== "") lines.push(bare);
  }
  finish();
}

export const messageFacts = ({ subject, from, to, cc, date, attachments }: Message): Record<string, unknown> => ({
  ...(subject !== "" ? { title: subject } : {}),
  ...(from !== "" ? { author: from, from } : {}),
  ...(to !== "" ? { to } : {}),
  ...(cc !== "" ? { cc } : {}),
  ...(date !== "" ? { created_at: date } : {}),
  ...(attachments.length > 0
    ? { attachments: attachments.map(({ name, mime, bytes }) => ({ name, mime, size: bytes.length })) }
    : {}),
});
