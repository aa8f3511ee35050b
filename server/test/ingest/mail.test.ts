import assert from "node:assert/strict";
import { test } from "node:test";
import { mail } from "../../src/ingest/extractors/mail.ts";
import { msg } from "../../src/ingest/extractors/msg.ts";
import { oleOf, u16, u32, utf16 } from "./ole-making.ts";
import { readWith } from "./reading.ts";

const eml = [
  "From: =?utf-8?Q?Ada_L=C3=B6w?= <ada@example.org>",
  "To: grace@example.org, Team: a@example.org;",
  "Date: Thu, 22 Aug 2024 12:54:27 +0200",
  "Subject: =?iso-8859-1?Q?Gr=FC=DFe?=",
  "Message-ID: <1@example.org>",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain; charset=windows-1252",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "It costs 5 =80.",
  "",
  "> What does it cost?",
  "--b",
  'Content-Type: text/csv; name="costs.csv"',
  "Content-Disposition: attachment",
  "",
  "a,b",
  "--b",
  "Content-Type: message/rfc822",
  "",
  "Subject: within",
  "",
  "inner text",
  "--b--",
].join("\r\n");

test("a message is told with who wrote it to whom, what is quoted, and its attachments as files", async () => {
  const { blocks, facts, inner } = await readWith(mail, eml, { type: "eml" });
  assert.deepEqual(
    blocks.map(({ kind, text, place }) => [kind, text, place.part ?? ""]),
    [
      ["heading", "Grüße", ""],
      [
        "record",
        "From: Ada Löw <ada@example.org>\nTo: grace@example.org, Team: a@example.org\nDate: 2024-08-22T10:54:27.000Z\nSubject: Grüße",
        "",
      ],
      ["paragraph", "It costs 5 €.", ""],
      ["note", "What does it cost?", "quote"],
    ],
  );
  assert.equal(facts["title"], "Grüße");
  assert.deepEqual(
    inner.map(({ name }) => name),
    ["costs.csv", "message-2.eml"],
  );
  const html = await readWith(mail, "Subject: x\nContent-Type: text/html\n\n<b>bold</b>", { type: "eml" });
  assert.deepEqual(
    html.inner.map(({ name, bytes }) => [name, Buffer.from(bytes).toString().trim()]),
    [["body.html", "<b>bold</b>"]],
  );
  await assert.rejects(readWith(mail, "", { type: "eml" }), { code: "file.unreadable" });
});

test("a box of mail is parted where messages begin, and nowhere else", async () => {
  const one = "From ada@example.org Thu Aug 22 12:54:27 2024\nSubject: one\n\nFrom here on, in 2024\n>From there\n\n";
  const two = "From grace@example.org Thu Aug 22 12:54:28 2024\r\nSubject: two\r\n\r\nsecond\r\n";
  const { blocks, facts } = await readWith(mail, one + two, { type: "mbox" });
  const headings = blocks.filter(({ kind }) => kind === "heading");
  assert.deepEqual(
    headings.map(({ text, place }) => [text, place.path]),
    [
      ["one", "message 1"],
      ["two", "message 2"],
    ],
  );
  assert.equal(facts["messages"], 2);
  assert.ok(blocks.some(({ text }) => text.startsWith("From here on, in 2024")));
  const single = await readWith(mail, two, { type: "mbox" });
  assert.deepEqual([single.facts["title"], single.facts["messages"]], ["two", 1]);
  const bare = await readWith(mail, two.replace("Subject: two\r\n", ""), { type: "mbox" });
  assert.equal(bare.text, "second");
  const wide = Buffer.from(`\ufeff${eml}`, "utf16le");
  assert.equal((await readWith(mail, wide, { type: "eml", encoding: "utf-16le" })).facts["title"], "Grüße");
});

const properties = (skip: number, ...values: [id: number, type: number, low: number, high: number][]): Buffer =>
  Buffer.concat([
    Buffer.alloc(skip),
    ...values.flatMap(([id, type, low, high]) => [u16(type, id), u32(0), u32(low, high)]),
  ]);

test("a message of Outlook is told: people, text of its code page, packed RTF, attachments, messages within", async () => {
  const root = {
    "__properties_version1.0": properties(32, [0x3ffd, 3, 1251, 0], [0x0039, 0x40, 0x3c3a8000, 0x01daf485]),
    "__substg1.0_0037001E": Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
    "__substg1.0_0C1A001F": utf16("Ada"),
    "__substg1.0_5D01001F": utf16("ada@example.org"),
    "__substg1.0_1000001F": utf16("The text\r\n\r\n> quoted"),
    "__recip_version1.0_#00000000/__properties_version1.0": properties(8, [0x0c15, 3, 2, 0]),
    "__recip_version1.0_#00000000/__substg1.0_3001001F": utf16("Grace"),
    "__attach_version1.0_#00000000/__properties_version1.0": properties(8),
    "__attach_version1.0_#00000000/__substg1.0_37010102": Buffer.from("a,b"),
    "__attach_version1.0_#00000000/__substg1.0_3707001F": utf16("costs.csv"),
  };
  const within = "__attach_version1.0_#00000001/__substg1.0_3701000D";
  // The example of [MS-OXRTFCP] 4.1.1.
  const packed = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0";
  const nested = {
    "__attach_version1.0_#00000001/__properties_version1.0": properties(8),
    [`${within}/__properties_version1.0`]: properties(24),
    [`${within}/__substg1.0_0037001F`]: utf16("inside"),
    [`${within}/__substg1.0_10090102`]: Buffer.from(packed, "hex"),
  };
  const { blocks, facts, inner } = await readWith(msg, oleOf({ ...root, ...nested }));
  assert.deepEqual(
    blocks.map(({ kind, text, place }) => [kind, text, place.path ?? ""]),
    [
      ["heading", "Привет", ""],
      ["record", `From: Ada <ada@example.org>\nCc: Grace\nDate: ${facts["created_at"]}\nSubject: Привет`, ""],
      ["paragraph", "The text", ""],
      ["note", "quoted", ""],
      ["heading", "inside", "message 1"],
      ["record", "Subject: inside", "message 1"],
    ],
  );
  assert.deepEqual(
    inner.map(({ name, bytes, path }) => [name, Buffer.from(bytes).toString(), path]),
    [
      ["costs.csv", "a,b", "costs.csv"],
      ["body.rtf", "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", "message 1/body.rtf"],
    ],
  );
  await assert.rejects(readWith(msg, oleOf({ other: Buffer.from("x") })), { code: "file.unreadable" });
  await assert.rejects(readWith(msg, "no container"), { code: "file.unreadable" });
});
