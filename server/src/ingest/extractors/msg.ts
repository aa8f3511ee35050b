/** Outlook's messages: [MS-OXMSG]. */
import { AppError } from "../../errors.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { type Message, messageFacts, tellMessage } from "./mail-message.ts";
import { unpackRtf } from "./msg-rtf.ts";
import { type Ole, openOle } from "./ole.ts";
import { decodeCodepage, fileTime } from "./ole-properties.ts";

/** [MS-OXPROPS], by the number of the property. */
const property = {
  subject: 0x0037,
  headers: 0x007d,
  sentFor: 0x0042,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  senderSmtp: 0x5d01,
  to: 0x0e04,
  cc: 0x0e03,
  bcc: 0x0e02,
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  submitted: 0x0039,
  delivered: 0x0e06,
  codepage: 0x3ffd,
  internetCodepage: 0x3fde,
  name: 0x3001,
  address: 0x3003,
  smtp: 0x39fe,
  recipientType: 0x0c15,
  bytes: 0x3701,
  fileName: 0x3704,
  longFileName: 0x3707,
  mime: 0x370e,
};

export const msg: Extractor = {
  name: "msg",
  types: ["msg"],
  async read(source, findings) {
    const ole = openOle(await source.bytes(findings.limits.wholeBytes));
    if (!ole.entries.has("__properties_version1.0"))
      throw new AppError("file.unreadable", "It is no message of Outlook");
    await readMessage(ole, { folder: "", path: "", depth: 0 }, findings);
  },
};

type At = { folder: string; path: string; depth: number };

async function readMessage(ole: Ole, { folder, path, depth }: At, findings: Findings): Promise<void> {
  const item = openItem(ole, folder, depth === 0 ? 32 : 24);
  const inside: string[] = [];
  const message: Message = {
    subject: item.text(property.subject),
    from: written(item, item.text(property.senderName) || item.text(property.sentFor)),
    ...recipients(ole, folder, item),
    date: item.time(property.submitted) ?? item.time(property.delivered) ?? headerDate(item.text(property.headers)),
    text: item.text(property.body),
    html: htmlOf(item),
    attachments: [],
    path,
  };
  for (const { name, path: at } of ole.children(folder)) {
    if (!name.startsWith("__attach_version1.0")) continue;
    const attached = openItem(ole, at, 8, item.codepage);
    const file =
      attached.text(property.longFileName) || attached.text(property.fileName) || attached.text(property.name);
    const bytes = attached.binary(property.bytes);
    if (bytes)
      message.attachments.push({ name: file || "attachment", mime: attached.text(property.mime) || null, bytes });
    else if (ole.entries.has(`${at}/__substg1.0_3701000D`)) inside.push(`${at}/__substg1.0_3701000D`);
  }
  if (depth === 0) findings.facts(messageFacts(message));
  await tellMessage(message, findings);
  const rtf = message.text === "" && message.html === "" ? item.binary(property.rtf) : null;
  const unpacked = rtf ? unpackRtf(rtf) : null;
  if (unpacked) await findings.inner("body.rtf", unpacked, path === "" ? "body.rtf" : `${path}/body.rtf`);
  for (const [i, nested] of inside.entries()) {
    const below = path === "" ? `message ${i + 1}` : `${path}/message ${i + 1}`;
    if (!ole.entries.has(`${nested}/__properties_version1.0`)) continue;
    if (depth < findings.limits.innerDepth)
      await readMessage(ole, { folder: nested, path: below, depth: depth + 1 }, findings);
    else findings.warn("text_limited", "Messages within messages were read only so deep");
  }
}

function written(item: Item, name: string): string {
  const address = item.text(property.senderSmtp) || item.text(property.senderAddress);
  return address.includes("@") && name !== address ? `${name} <${address}>`.trim() : name || address;
}

/** With addresses, where each is told by itself. */
function recipients(ole: Ole, folder: string, item: Item): Pick<Message, "to" | "cc" | "bcc"> {
  const found: [string[], string[], string[]] = [[], [], []];
  for (const { name, path } of ole.children(folder)) {
    if (!name.startsWith("__recip_version1.0")) continue;
    const person = openItem(ole, path, 8, item.codepage);
    const address = person.text(property.smtp) || person.text(property.address);
    const shown = person.text(property.name);
    const kind = person.number(property.recipientType) ?? 1;
    const list = found[(kind & 3) - 1] ?? found[0];
    list.push(address.includes("@") && address !== shown ? `${shown} <${address}>`.trim() : shown || address);
  }
  const [to, cc, bcc] = found.map((list) => list.join(", "));
  return { to: to || item.text(property.to), cc: cc || item.text(property.cc), bcc: bcc || item.text(property.bcc) };
}

function htmlOf(item: Item): string {
  const bytes = item.binary(property.html);
  if (!bytes) return item.text(property.html);
  return decodeCodepage(bytes, item.number(property.internetCodepage) ?? 65001);
}

function headerDate(headers: string): string {
  const [, date = ""] = /^Date:\s*(.+)$/im.exec(headers) ?? [];
  const time = new Date(date);
  return Number.isNaN(time.getTime()) ? date.trim() : time.toISOString();
}

type Item = {
  codepage: number;
  text(id: number): string;
  binary(id: number): Buffer | null;
  number(id: number): number | null;
  time(id: number): string | null;
};

/** `skip`: bytes before the first property of fixed length. Properties of other lengths are streams of their own. */
function openItem(ole: Ole, folder: string, skip: number, outerCodepage = 1252): Item {
  const at = (name: string) => (folder === "" ? name : `${folder}/${name}`);
  const fixed = new Map<number, Buffer>();
  const table = ole.stream(at("__properties_version1.0")) ?? Buffer.alloc(0);
  for (let i = skip; i + 16 <= table.length; i += 16)
    fixed.set(table.readUInt16LE(i + 2), table.subarray(i + 8, i + 16));
  const stream = (id: number, type: string) =>
    ole.stream(at(`__substg1.0_${id.toString(16).toUpperCase().padStart(4, "0")}${type}`));
  const number = (id: number) => fixed.get(id)?.readInt32LE(0) ?? null;
  const codepage = number(property.codepage) ?? number(property.internetCodepage) ?? outerCodepage;
  return {
    codepage,
    number,
    text(id) {
      const wide = stream(id, "001F");
      const text = wide ? wide.toString("utf16le") : decodeCodepage(stream(id, "001E") ?? Buffer.alloc(0), codepage);
      return text.replaceAll("\0", "").trim();
    },
    binary: (id) => stream(id, "0102"),
    time(id) {
      const value = fixed.get(id);
      return value ? fileTime(value.readBigUInt64LE(0)) : null;
    },
  };
}
