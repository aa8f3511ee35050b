/** Mail: one message (EML), or a box of them (MBOX). */
import PostalMime, { type Address, type Email } from "postal-mime";
import { AppError } from "../../errors.ts";
import { decoded } from "../encoding.ts";
import type { Source } from "../source.ts";
import type { Extractor, Facts, Findings } from "./extractor.ts";
import { type Message, messageFacts, tellMessage } from "./mail-message.ts";

/** Of one message in a box; longer ones are cut. Bytes. */
const mostOfMessage = 64 * 1024 * 1024;

export const mail: Extractor = {
  name: "mail",
  types: ["eml", "mbox"],
  async read(source, findings) {
    if (source.type === "mbox") await readBox(source, findings);
    else await readOne(source, findings);
  },
};

async function readOne(source: Source, findings: Findings): Promise<void> {
  const bytes = await source.bytes(findings.limits.wholeBytes);
  const isWide = source.encoding !== null && /^utf-?(16|32)/i.test(source.encoding);
  const email = await parsed(isWide ? Buffer.from(decoded(bytes, source.encoding ?? "utf-8")) : bytes);
  if (!email || email.headers.length === 0) throw new AppError("file.unreadable", "It is no message");
  const message = messageOf(email, "");
  const rest = { message_id: email.messageId, in_reply_to: email.inReplyTo, list: header(email, "list-id") };
  findings.facts({
    ...messageFacts(message),
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value)),
  });
  await tellMessage(message, findings);
}

/** Null: it cannot be taken apart. Messages in it are files in it. */
const parsed = (bytes: Uint8Array): Promise<Email | null> =>
  PostalMime.parse(bytes, { forceRfc822Attachments: true, attachmentEncoding: "arraybuffer" }).catch(() => null);

const header = (email: Email, key: string): string | undefined =>
  email.headers.find((header) => header.key === key)?.value;

function messageOf(email: Email, path: string): Message {
  return {
    subject: email.subject ?? "",
    from: named(email.from ?? email.sender),
    to: all(email.to),
    cc: all(email.cc),
    bcc: all(email.bcc),
    date: email.date ?? "",
    text: email.text ?? "",
    html: email.html ?? "",
    attachments: email.attachments.map(({ filename, mimeType, content }, i) => ({
      name: (filename ?? nameless(mimeType, i)).replace(/[/\\]/g, "_"),
      mime: mimeType,
      bytes: typeof content === "string" ? Buffer.from(content) : new Uint8Array(content),
    })),
    path,
  };
}

function nameless(mime: string, index: number): string {
  if (mime === "message/rfc822") return `message-${index + 1}.eml`;
  const [, ending = ""] = /\/([a-z0-9]{2,5})$/.exec(mime) ?? [];
  return `attachment-${index + 1}${ending === "" ? "" : `.${ending === "plain" ? "txt" : ending}`}`;
}

const all = (addresses: readonly Address[] | undefined): string =>
  (addresses ?? []).map(named).filter(Boolean).join(", ");

function named(address: Address | undefined): string {
  if (!address) return "";
  if (address.group) return `${address.name}: ${all(address.group)}`;
  return address.name && address.address ? `${address.name} <${address.address}>` : address.address || address.name;
}

async function readBox(source: Source, findings: Findings): Promise<void> {
  let count = 0;
  let cut = false;
  let first: Facts = {};
  for await (const { bytes, whole, end } of messagesOf(source)) {
    const email = await parsed(bytes);
    count++;
    cut ||= !whole;
    if (email && email.headers.length > 0) {
      const message = messageOf(email, `message ${count}`);
      if (count === 1) first = messageFacts(message);
      await tellMessage(message, findings);
    } else tellBare(bytes, `message ${count}`, findings);
    findings.progress(end, source.size);
    await findings.pause();
  }
  findings.facts({ ...(count === 1 && first), messages: count });
  if (cut) findings.warn("text_limited", "Of very long messages only the beginning was read");
}

/** A message without a head is what its text is. */
function tellBare(bytes: Buffer, path: string, findings: Findings): void {
  for (const text of bytes.toString("utf8").split(/\r?\n(?:\r?\n)+/))
    findings.block({ kind: "paragraph", text: text.trim(), place: { path } });
}

type Raw = { bytes: Buffer; whole: boolean; end: number };

/** Each begins with a line "From somebody date" after an empty one; in a message such lines are written ">From". */
async function* messagesOf(source: Source): AsyncGenerator<Raw> {
  let lines: Buffer[] = [];
  let [size, done, begun] = [0, 0, false];
  const take = (): Raw => {
    const raw = { bytes: Buffer.concat(lines), whole: size <= mostOfMessage, end: done };
    [lines, size] = [[], 0];
    return raw;
  };
  const pieces = source.stream();
  let rest = Buffer.alloc(0);
  let afterEmpty = true;
  const split = function* (text: Buffer, last: boolean): Generator<Raw> {
    let at = 0;
    for (let end = text.indexOf(10); end >= 0 || (last && at < text.length); end = text.indexOf(10, at)) {
      const line = text.subarray(at, end < 0 ? text.length : end + 1);
      at += line.length;
      done += line.length;
      if (afterEmpty && isDivider(line)) {
        if (begun) yield take();
        begun = true;
      } else {
        size += line.length;
        if (size <= mostOfMessage) lines.push(line);
      }
      afterEmpty = line.length <= 2 && /^\r?\n$/.test(line.toString("latin1"));
    }
    rest = Buffer.from(text.subarray(at));
  };
  for await (const piece of pieces) {
    yield* split(Buffer.concat([rest, piece]), false);
    // A line that never ends is taken as it is.
    if (rest.length > mostOfMessage) yield* split(rest, true);
  }
  yield* split(rest, true);
  if (size > 0) yield take();
}

/** From ada@example.org Thu Aug 22 12:54:27 2024 */
const isDivider = (line: Buffer): boolean =>
  line.length < 400 && /^From .*\d{1,2}:\d\d(?::\d\d)?\D.*\d{4}\s*$/.test(line.toString("latin1"));
