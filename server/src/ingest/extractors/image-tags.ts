/** EXIF, IPTC, XMP and GPS of a picture: all as facts, and what people wrote as captions. */
import exifr from "exifr";
import type { Facts } from "./extractor.ts";
import type { PictureParts } from "./image-parts.ts";

export type PictureTags = {
  facts: Facts;
  /** Label and text. */
  captions: [string, string][];
  orientation: number | undefined;
};

type Group = Record<string, unknown>;
type Groups = Record<string, Group | undefined>;

const options = {
  ...{ tiff: true, ifd1: false, exif: true, gps: true, xmp: true, iptc: true, icc: true, userComment: true },
  ...{ mergeOutput: false, reviveValues: false, sanitize: true },
};

export async function tagsOf(bytes: Buffer, parts: PictureParts): Promise<PictureTags> {
  const groups: Groups = { ...(await parsed(bytes)), ...(parts.exif && (await parsed(parts.exif))) };
  if (parts.xmp) Object.assign(groups, await sidecar(parts.xmp));
  const words = wordsOf(groups);
  const exif = plainGroup({ ...groups["ifd0"], ...groups["exif"] });
  const { latitude, longitude, GPSAltitude: altitude } = groups["gps"] ?? {};
  const placed = typeof latitude === "number" && typeof longitude === "number";
  const rest = Object.entries(groups).filter(([name, group]) => group && !notShown.has(name));
  const xmp = Object.fromEntries(rest.map(([name, group]) => [name, plainGroup(group ?? {})]).slice(0, 20));
  const { ProfileDescription: profile } = groups["icc"] ?? {};
  const moving = [groups["GCamera"], groups["Camera"]].some((group) => group?.["MicroVideo"] || group?.["MotionPhoto"]);
  const facts = {
    ...Object.fromEntries(Object.entries(words).filter(([, value]) => value.length > 0 && value !== "")),
    ...(Object.keys(exif).length > 0 && { exif }),
    ...(placed && { gps: { latitude, longitude, ...(typeof altitude === "number" && { altitude }) } }),
    ...(groups["iptc"] && { iptc: plainGroup(groups["iptc"]) }),
    ...(Object.keys(xmp).length > 0 && { xmp }),
    ...(typeof profile === "string" && { colour_profile: profile }),
    ...(moving && { motion_photo: true }),
  };
  return { facts, captions: captionsOf(words, placed ? `${latitude}, ${longitude}` : ""), orientation: turned(groups) };
}

/** Settings of raw converters, and what is told elsewhere. */
const notShown = new Set("ifd0 ifd1 exif gps iptc icc jfif ihdr crs xmlns userComment makerNote interop".split(" "));

async function parsed(bytes: Buffer): Promise<Groups> {
  // Of a format it does not know, or damaged: there are no tags then.
  return (await exifr.parse(bytes, options).catch(() => null)) ?? {};
}

async function sidecar(xmp: Buffer): Promise<Groups> {
  return ((await exifr.sidecar(xmp, options, "xmp").catch(() => null)) ?? {}) as Groups;
}

const turns = ["", "Horizontal (normal)", "Mirror horizontal", "Rotate 180", "Mirror vertical"].concat([
  ...["Mirror horizontal and rotate 270 CW", "Rotate 90 CW", "Mirror horizontal and rotate 90 CW", "Rotate 270 CW"],
]);

function turned({ ifd0 }: Groups): number | undefined {
  const value = ifd0?.["Orientation"];
  const orientation = typeof value === "number" ? value : turns.indexOf(String(value));
  return orientation > 0 ? orientation : undefined;
}

function wordsOf({ ifd0 = {}, exif = {}, iptc = {}, dc = {}, xmp = {}, photoshop = {}, Iptc4xmpCore = {} }: Groups) {
  const first = (...values: unknown[]): string => values.map(textOf).find((text) => text !== "") ?? "";
  const camera = [textOf(ifd0["Make"]), textOf(ifd0["Model"])];
  const [make = "", model = ""] = camera;
  return {
    title: first(dc["title"], iptc["ObjectName"], ifd0["XPTitle"], iptc["Headline"]),
    description: first(dc["description"], ifd0["ImageDescription"], iptc["Caption"], ifd0["XPSubject"]),
    alt_text: first(Iptc4xmpCore["AltTextAccessibility"]),
    long_description: first(Iptc4xmpCore["ExtDescrAccessibility"]),
    author: first(dc["creator"], iptc["Byline"], ifd0["Artist"], ifd0["XPAuthor"]),
    keywords: first(dc["subject"], iptc["Keywords"], ifd0["XPKeywords"]),
    comment: first(exif["UserComment"], ifd0["XPComment"]),
    copyright: first(dc["rights"], iptc["CopyrightNotice"], ifd0["Copyright"]),
    location: first(
      [photoshop["City"] ?? iptc["City"], photoshop["State"] ?? iptc["State"], photoshop["Country"] ?? iptc["Country"]]
        .map(textOf)
        .filter((part) => part !== ""),
    ),
    camera: model.startsWith(make) ? model : `${make} ${model}`.trim(),
    created_at: first(exif["DateTimeOriginal"], exif["CreateDate"], xmp["CreateDate"], photoshop["DateCreated"]),
  };
}

function captionsOf(words: ReturnType<typeof wordsOf>, gps: string): [string, string][] {
  const captions: [string, string][] = Object.entries(words).map(([name, text]) => {
    const label = name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
    return [name === "created_at" ? "Taken" : label, text];
  });
  return [...captions, ["GPS", gps] satisfies [string, string]].filter(([, text]) => text !== "");
}

const MOST = 2000;

/** A text, a list of them, or an XMP text in several languages. */
function textOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return cleaned(value);
  if (value instanceof Uint8Array) return cleaned(bytesText(value));
  if (Array.isArray(value)) return value.slice(0, 200).map(textOf).filter(Boolean).join(", ").slice(0, MOST);
  if (typeof value === "object" && value !== null && "value" in value) return textOf(value.value);
  return "";
}

/** Either after a mark of eight letters (EXIF's comment), or in UTF-16 (what Windows adds). */
function bytesText(bytes: Uint8Array): string {
  const mark = Buffer.from(bytes.subarray(0, 8)).toString("latin1").replaceAll("\0", "");
  const rest = Buffer.from(bytes.subarray(8));
  if (mark === "ASCII" || mark === "") return rest.toString("utf8");
  if (mark === "UNICODE") return rest.toString("utf16le");
  return bytes.length % 2 === 0 && bytes[1] === 0 ? Buffer.from(bytes).toString("utf16le") : "";
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function cleaned(text: string): string {
  return utf8Again(text)
    .replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (all, decimal, hex, name: string) => {
      if (name) return entities[name.toLowerCase()] ?? all;
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
    })
    .replace(/^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/, "$1-$2-$3T$4")
    .replaceAll("\0", "")
    .trim()
    .slice(0, MOST);
}

/** IPTC and EXIF come byte by byte, though most programs write UTF-8 into them. */
function utf8Again(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\0-\xff]/.test(text)) return text;
  const again = Buffer.from(text, "latin1").toString("utf8");
  return again.includes("\uFFFD") ? text : again;
}

/** `FocalLength` is `focal_length`, `ISO` is `iso`, `GPSAltitude` is `gps_altitude`. */
const snakeCase = (name: string): string =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();

function plainGroup(group: Group): Facts {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(group).slice(0, 150)) {
    const text = textOf(value);
    if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
      plain[snakeCase(name)] = value;
    else if (Array.isArray(value) && value.every((each) => typeof each === "number"))
      plain[snakeCase(name)] = value.slice(0, 16);
    else if (text !== "") plain[snakeCase(name)] = text.slice(0, 500);
  }
  return plain;
}
