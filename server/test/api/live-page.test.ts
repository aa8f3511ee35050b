/** The page that documents what happens live: complete by the contract, and safe. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { EventDetails, SocketReply, SocketRequest, socketCloses } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { fieldsOf } from "../../src/api/fields.ts";
import { openByHand } from "./by-hand.ts";

const { door } = await openByHand({ after });
const page = await door.inject({ url: "/docs/live" });

test("it has every event with all fields and an example, every message and every close code", () => {
  assert.equal(page.statusCode, 200);
  assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
  const sections = page.body.split('<section aria-labelledby="').slice(1);
  for (const [type, details] of Object.entries(EventDetails)) {
    const section = sections.find((text) => text.startsWith(`${type}"`)) ?? "";
    assert.match(section, new RegExp(`id="${type}" data-event="${type}"`));
    assert.ok((details.meta()?.description ?? "").length > 20, `${type}: say when it is sent, by .describe`);
    for (const name of Object.keys(details.shape))
      assert.ok(section.includes(`<code>${name}</code>`), `${type}.${name}`);
    assert.ok(section.includes("<summary>Example</summary>"), type);
  }
  for (const option of [...SocketRequest.options, ...SocketReply.options])
    for (const type of option.shape.type.values) assert.ok(page.body.includes(`<h4><code>${type}</code></h4>`), type);
  for (const code of Object.keys(socketCloses)) assert.ok(page.body.includes(`data-close="${code}"`), code);
  assert.ok(!/<!-- \w+ -->/.test(page.body), "a place was left empty");
});

test("nothing in it comes from elsewhere or is inline; its policy lets sockets reach this server alone", async () => {
  const links = [...page.body.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, link]) => link ?? "");
  assert.ok(links.includes("/assets/live.js"));
  for (const url of links) assert.equal((await door.inject({ url })).statusCode, 200, url);
  assert.ok(!/<script>|<style>| style=| on\w+=/.test(page.body));
  const policy = async (host: string, url = "/docs/live/") =>
    String((await door.inject({ url, headers: { host } })).headers["content-security-policy"]);
  assert.match(await policy("localhost:8000"), /connect-src 'self' ws:\/\/localhost:8000;/);
  assert.match(await policy("localhost:8000"), /style-src 'self';/);
  for (const host of ["[::1]:8000", "evil.example", "localhost:8000.evil.example"])
    assert.match(await policy(host), /connect-src 'self';/, host);
  assert.match(await policy("localhost:8000", "/docs"), /connect-src 'self';/);
  const ids = [...page.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length, "an id comes twice");
  const anchors = [...page.body.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  for (const anchor of anchors) assert.ok(ids.includes(anchor), anchor);
  const labels = [...page.body.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id);
  for (const label of labels) assert.ok(ids.includes(label), label);
});

test("a contract's fields are told in words: type, null, missing, inside of lists", () => {
  const Inner = z.object({ word: z.enum(["a", "b"]), at: z.uuid().nullable() }).meta({ id: "TestInner" });
  const contract = z.object({
    when: z.iso.datetime().describe("then"),
    items: z.array(Inner).describe("many"),
    one: Inner.nullable(),
    count: z.int().optional(),
    shares: z.record(z.enum(["x", "y"]), z.number()),
    either: z.union([z.string(), z.number()]),
  });
  assert.deepEqual(
    fieldsOf(contract).map(({ path, type, meaning }) => `${path}: ${type}${meaning && `, ${meaning}`}`),
    [
      "when: string, RFC 3339, then",
      "items: array of objects, many",
      'items[].word: "a" | "b"',
      "items[].at: string, a UUID or null",
      "one: object or null",
      'one.word: "a" | "b"',
      "one.at: string, a UUID or null",
      "count: integer (may be missing)",
      "shares: object of numbers by x, y",
      "either: string | number",
    ],
  );
});
