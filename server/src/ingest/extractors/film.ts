/** Films: their tracks, tags and chapters, by MediaInfo in WebAssembly. */
import mediaInfoFactory from "mediainfo.js";
import { AppError } from "../../errors.ts";
import type { Source } from "../source.ts";
import type { Extractor, Facts, Findings } from "./extractor.ts";

export const film: Extractor = { name: "film", types: ["mp4", "mov", "avi", "mkv", "webm"], read: readFilm };

export const NOT_TRANSCRIBED = "What is spoken in it is not written down: it is found by its name and its tags";

type Track = Readonly<Record<string, unknown>>;

export async function readFilm(source: Source, findings: Findings): Promise<void> {
  const tracks = await tracksOf(source, findings);
  const [general = {}] = tracks.filter((track) => track["@type"] === "General");
  const shown = tracks.filter((track) => !["General", "Menu"].includes(String(track["@type"])));
  const told = shown.map(trackFacts);
  if (told.length === 0 && general["Duration"] === undefined) {
    if (general["Format"] === undefined)
      throw new AppError("file.unreadable", "No track of sound or film can be found in it");
    findings.warn("part_unreadable", "It has neither sound nor film");
  }
  findings.warn("not_transcribed", NOT_TRANSCRIBED);
  if (tracks.some(({ extra }) => isRecord(extra) && extra["IsTruncated"] === "Yes"))
    findings.warn("part_unreadable", "It ends before it should: the times are those it was meant to have");
  findings.facts(factsOf(general, told));
  tellTags(tagsOf(general), findings);
  tellChapters(tracks, findings);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** A parser that jumps to and fro in a damaged file is told the file ends. */
async function tracksOf(source: Source, findings: Findings): Promise<Track[]> {
  const library = await mediaInfoFactory({ format: "object" });
  const most = 2 * source.size + 64 * 1024 * 1024;
  let read = 0;
  try {
    const result = await library.analyzeData(source.size, async (length, at) => {
      await findings.pause();
      read += Math.max(length, 4096);
      return read > most ? new Uint8Array(0) : source.slice(at, length);
    });
    return (result.media?.track ?? []) as unknown as Track[];
  } catch (error) {
    throw new AppError("file.unreadable", `Its tracks cannot be read: ${String(error).slice(0, 200)}`);
  } finally {
    library.close();
  }
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

const defined = (facts: Record<string, unknown>): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

const trackFacts = (track: Track): Facts =>
  defined({
    kind: String(track["@type"]).toLowerCase(),
    codec: track["Format"],
    profile: track["Format_Profile"],
    language: track["Language"],
    title: track["Title"],
    duration_s: numberOf(track["Duration"]),
    bitrate: numberOf(track["BitRate"]),
    width: numberOf(track["Width"]),
    height: numberOf(track["Height"]),
    frame_rate: numberOf(track["FrameRate"]),
    rotation: Number(track["Rotation"]) || undefined,
    bit_depth: numberOf(track["BitDepth"]),
    hdr: track["HDR_Format"],
    channels: numberOf(track["Channels"]),
    sample_rate: numberOf(track["SamplingRate"]),
  });

function factsOf(general: Track, tracks: Facts[]): Facts {
  const [video] = tracks.filter(({ kind }) => kind === "video");
  const [audio] = tracks.filter(({ kind }) => kind === "audio");
  const languages = tracks.map(({ language }) => language).filter((language) => typeof language === "string");
  return defined({
    duration_s: numberOf(general["Duration"]) ?? video?.["duration_s"] ?? audio?.["duration_s"],
    ...{ width: video?.["width"], height: video?.["height"], frame_rate: video?.["frame_rate"] },
    ...{ sample_rate: audio?.["sample_rate"], channels: audio?.["channels"] },
    bitrate: numberOf(general["OverallBitRate"]),
    codec: video?.["codec"] ?? audio?.["codec"],
    audio_codec: video ? audio?.["codec"] : undefined,
    container: general["Format"],
    encoder: general["Encoded_Application"],
    created_at: general["Encoded_Date"],
    cover: general["Cover"] === "Yes" ? true : undefined,
    languages: languages.length > 0 ? [...new Set(languages)] : undefined,
    subtitles: tracks.filter(({ kind }) => kind === "text").length || undefined,
    tracks: tracks.slice(0, 100),
  });
}

function tagsOf(general: Track): Record<string, unknown> {
  const more = isRecord(general["extra"]) ? general["extra"] : {};
  return {
    ...{ title: general["Title"] ?? general["Movie"], artist: general["Performer"], album: general["Album"] },
    ...{ author: general["Director"] ?? general["Performer"] ?? more["Author"], composer: general["Composer"] },
    ...{
      actor: general["Actor"],
      producer: general["Producer"],
      genre: general["Genre"],
      date: general["Recorded_Date"],
    },
    ...{
      description: general["Description"] ?? more["desc"],
      long_description: general["LongDescription"] ?? more["ldes"],
    },
    ...{
      summary: general["Summary"] ?? general["Synopsis"],
      comment: general["Comment"],
      keywords: general["Keywords"],
    },
    ...{ copyright: general["Copyright"], publisher: general["Publisher"], lyrics: general["Lyrics"] },
    ...{ show: general["Collection"], place: general["Recorded_Location"] ?? more["xyz"] },
  };
}

/** As facts, and a line each, so that a search finds them. What is repeated is told once. */
export function tellTags(tags: Record<string, unknown>, findings: Findings): void {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(tags)) {
    const values = (Array.isArray(value) ? value : [value])
      .filter((each) => typeof each === "string" || typeof each === "number")
      .map((each) => String(each).replaceAll("\0", " ").trim())
      .filter((each) => each !== "");
    const texts = [...new Set(values)].slice(0, 100);
    if (texts.length === 0) continue;
    findings.facts({ [name]: texts.join("; ").slice(0, 5000) });
    const text = texts.join("\n");
    if (seen.has(text)) continue;
    seen.add(text);
    const label = name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
    findings.block({ kind: "caption", text: `${label}: ${text}`, place: { part: "metadata" } });
  }
}

/** Told as `_00_01_30_000: "en:The second chapter"`. */
function tellChapters(tracks: readonly Track[], findings: Findings): void {
  const chapters = tracks
    .filter((track) => track["@type"] === "Menu" && isRecord(track["extra"]))
    .flatMap((track) => Object.entries(track["extra"] as Record<string, unknown>))
    .map(([key, value]) => ({ time: /^_(\d+)_(\d+)_(\d+)_(\d+)$/.exec(key), title: String(value) }))
    .flatMap(({ time, title }) => {
      if (!time) return [];
      const [, hours, minutes, seconds, milliseconds] = time.map(Number);
      const start_s = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0) + (milliseconds ?? 0) / 1000;
      return [{ title: title.replace(/^[a-z]{2,3}:/, "").slice(0, 500), start_s }];
    })
    .slice(0, 1000);
  if (chapters.length > 0) findings.facts({ chapters });
  for (const { title, start_s } of chapters)
    findings.block({ kind: "heading", text: title, place: { time_s: start_s } });
}
