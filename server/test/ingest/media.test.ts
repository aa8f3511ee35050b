/** Sound and film: how long, how large, and what their tags say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { film } from "../../src/ingest/extractors/film.ts";
import { sound } from "../../src/ingest/extractors/sound.ts";
import { type Found, readWith } from "./reading.ts";

const uint32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
};

/** Silence, of a data chunk that says it has so many bytes. */
function wavOf(seconds: number, told = seconds * 16_000): Buffer {
  const head = Buffer.from("RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0", "latin1");
  head.writeUInt32LE(told + 36, 4);
  const rest = Buffer.alloc(20);
  rest.writeUInt32LE(8000, 0);
  rest.writeUInt32LE(16_000, 4);
  rest.set([2, 0, 16, 0], 8);
  rest.write("data", 12, "latin1");
  rest.writeUInt32LE(told, 16);
  return Buffer.concat([head, rest, Buffer.alloc(seconds * 16_000)]);
}

/** 26.12 ms a frame. */
function mp3Of(frames: number, tags: Record<string, string>, lyrics3: string): Buffer {
  const texts = Object.entries(tags).map(([id, text]) => {
    const words = Buffer.from(`\ufeff${text}`, "utf16le");
    const body = Buffer.concat([
      Buffer.from([1]),
      id === "USLT" ? Buffer.from("eng\xff\xfe\0\0", "latin1") : Buffer.alloc(0),
      words,
    ]);
    return Buffer.concat([Buffer.from(id), uint32(body.length), Buffer.alloc(2), body]);
  });
  const tag = Buffer.concat(texts);
  const length = Buffer.from([0, 0, tag.length >> 7, tag.length & 0x7f]);
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  const verses = `LYRICSBEGININD0000210LYR${String(lyrics3.length).padStart(5, "0")}${lyrics3}`;
  const ending = `${verses}${String(verses.length).padStart(6, "0")}LYRICS200`;
  const old = Buffer.alloc(128);
  old.write("TAG", 0, "latin1");
  return Buffer.concat([
    ...[Buffer.from("ID3\x03\0\0", "latin1"), length, tag, ...Array.from({ length: frames }, () => frame)],
    ...[Buffer.from(ending, "latin1"), old],
  ]);
}

const box = (name: string, ...inside: Buffer[]): Buffer => {
  const body = Buffer.concat(inside);
  return Buffer.concat([uint32(body.length + 8), Buffer.from(name, "latin1"), body]);
};

/** One track of 50 frames in two seconds, and a title. */
function mp4Of(width: number, height: number, title: string): Buffer {
  const matrix = uint32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
  const size = Buffer.alloc(4);
  size.writeUInt16BE(width, 0);
  size.writeUInt16BE(height, 2);
  const mvhd = box("mvhd", uint32(0, 0, 0, 1000, 2000, 0x10000, 0x01000000, 0, 0), matrix, Buffer.alloc(24), uint32(2));
  const tkhd = box("tkhd", uint32(7, 0, 0, 1, 0, 2000, 0, 0, 0, 0), matrix, uint32(width << 16, height << 16));
  const entry = box("mp4v", uint32(0, 1, 0, 0, 0, 0), size, uint32(0x480000, 0x480000, 0), Buffer.alloc(38));
  const stbl = box(
    "stbl",
    ...[box("stsd", uint32(0, 1), entry), box("stts", uint32(0, 1, 50, 40)), box("stsc", uint32(0, 1, 1, 50, 1))],
    ...[box("stsz", uint32(0, 10, 50)), box("stco", uint32(0, 1, 40))],
  );
  const url = box("url ", uint32(1));
  const minf = box("minf", box("vmhd", uint32(1, 0, 0)), box("dinf", box("dref", uint32(0, 1), url)), stbl);
  const hdlr = box("hdlr", uint32(0, 0), Buffer.from("vide"), uint32(0, 0, 0), Buffer.from([0]));
  const trak = box("trak", tkhd, box("mdia", box("mdhd", uint32(0, 0, 0, 1000, 2000, 0x55c40000)), hdlr, minf));
  const data = box("data", uint32(1, 0), Buffer.from(title));
  const meta = box(
    "meta",
    uint32(0),
    box("hdlr", uint32(0, 0), Buffer.from("mdir"), uint32(0, 0, 0), Buffer.from([0])),
    box("ilst", box("\xa9nam", data)),
  );
  const mdat = box("mdat", Buffer.alloc(500));
  return Buffer.concat([
    box("ftyp", Buffer.from("isom"), uint32(512), Buffer.from("isommp41")),
    mdat,
    box("moov", mvhd, trak, box("udta", meta)),
  ]);
}

const near = (found: Found, seconds: number) =>
  assert.ok(Math.abs(Number(found.facts["duration_s"]) - seconds) < 0.15, `${found.facts["duration_s"]}`);

test("sound tells its length and its tags, and lyrics wherever they stand", async () => {
  const tags = { TIT2: "Lichter der Stadt", TPE1: "Ada & Band ☃", TCON: "Rock", USLT: "First verse\n\nSecond verse" };
  const mp3 = await readWith(sound, mp3Of(200, tags, "[00:10]An older verse"), { type: "mp3" });
  near(mp3, 5.22);
  assert.deepEqual([mp3.facts["title"], mp3.facts["sample_rate"]], ["Lichter der Stadt", 44100]);
  for (const text of ["Ada & Band ☃", "Rock", "First verse", "Second verse", "An older verse"])
    assert.ok(mp3.text.includes(text), text);
  assert.deepEqual(
    mp3.warnings.map(({ code }) => code),
    ["not_transcribed"],
  );
  const named = mp3Of(0, { TIT2: "Only a name" }, "").subarray(0, 45);
  const silent = await readWith(sound, Buffer.concat([named, Buffer.alloc(2000)]), { type: "mp3" });
  assert.deepEqual([silent.facts["title"], silent.warnings[0]?.code], ["Only a name", "part_unreadable"]);
  const wav = await readWith(sound, wavOf(3), { type: "wav" });
  near(wav, 3);
  assert.equal(wav.facts["channels"], 1);
});

test("a film tells its length, its size and its tracks", async () => {
  const found = await readWith(film, mp4Of(320, 240, "A walk in the park"), { type: "mp4" });
  near(found, 2);
  assert.deepEqual([found.facts["width"], found.facts["height"]], [320, 240]);
  assert.match(found.text, /A walk in the park/);
  assert.equal((found.facts["tracks"] as { kind: string }[])[0]?.kind, "video");
});

test("sound and film that lie or are broken end soon, with the truth or a fault", async () => {
  const lie = await readWith(sound, wavOf(1, 2_000_000_000), { type: "wav" });
  near(lie, 1);
  const noise = Buffer.alloc(4000, 0x41);
  for (const type of ["mp3", "ogg"])
    await assert.rejects(readWith(sound, noise, { type }), { code: "file.unreadable" });
  for (const type of film.types) await assert.rejects(readWith(film, noise, { type }), { code: "file.unreadable" });
  const atoms = Buffer.concat([mp4Of(16, 16, "").subarray(0, 32), ...Array.from({ length: 2000 }, () => box("free"))]);
  const empty = await readWith(film, atoms, { type: "mp4" });
  assert.ok(empty.warnings.some(({ code }) => code === "part_unreadable"));
  const cut = mp4Of(320, 240, "x");
  await readWith(film, cut.subarray(0, -300), { type: "mp4" });
});
