/** Sound: how long it is and what its tags say. What is spoken in it is not written down. */
import { type IAudioMetadata, parseBlob } from "music-metadata";
import { AppError } from "../../errors.ts";
import type { Source } from "../source.ts";
import { aboutType, type FileType } from "../types.ts";
import type { Extractor, Facts, Findings } from "./extractor.ts";
import { NOT_TRANSCRIBED, readFilm, tellTags } from "./film.ts";
import { lyrics3 } from "./sound-lyrics.ts";

export const sound: Extractor = { name: "sound", types: ["mp3", "wav", "flac", "ogg", "m4a", "aac"], read };

async function read(source: Source, findings: Findings): Promise<void> {
  const wanted = { duration: true, includeChapters: true };
  // Where nothing follows the tags the library has to be told what it is.
  const found = await parseBlob(blobOf(source, ""), wanted)
    .catch(() => parseBlob(blobOf(source, aboutType(source.type as FileType).mime), wanted))
    .catch(() => null);
  await findings.pause();
  // The other library reads what this one does not, and films that are called sound.
  const hasSound = found && found.format.hasVideo !== true && Number(found.format.duration) > 0;
  const hasTags = [found?.common.title, found?.common.artist, found?.format.codec].some((told) => told !== undefined);
  if (!hasSound) {
    const fault = await readFilm(source, findings).then(
      () => null,
      (error: unknown) => error,
    );
    if (fault === null) return;
    if (!found || !hasTags || !(fault instanceof AppError)) throw fault;
    findings.warn("part_unreadable", "There is no sound in it, or it cannot be read: its tags are told");
  }
  findings.warn("not_transcribed", NOT_TRANSCRIBED);
  findings.facts(factsOf(found));
  tellTags(tagsOf(found), findings);
  tellChapters(found, findings);
  tellLyrics(found, findings);
  for (const text of source.type === "mp3" ? await lyrics3(source) : []) tellVerses(text, findings);
}

/** For the library's own reader of files by parts: it asks for no more of a `Blob` than this. Many reads of a few bytes are one of many. */
function blobOf(source: Source, type: string): Blob {
  const WINDOW = 256 * 1024;
  let [windowAt, window] = [0, new Uint8Array(0)];
  const part = async (start: number, end: number): Promise<ArrayBuffer> => {
    if (start < windowAt || end > windowAt + window.length) {
      window = Uint8Array.from(await source.slice(start, Math.max(WINDOW, end - start)));
      windowAt = start;
    }
    return Uint8Array.from(window.subarray(start - windowAt, end - windowAt)).buffer;
  };
  return Object.defineProperties(new Blob([]), {
    size: { value: source.size },
    type: { value: type },
    slice: { value: (start: number, end: number) => ({ arrayBuffer: () => part(start, end) }) },
  });
}

const rounded = (value: number | undefined, digits: number): number | undefined =>
  value !== undefined && Number.isFinite(value) ? Number(value.toFixed(digits)) : undefined;

function factsOf({ format, common }: IAudioMetadata): Facts {
  const covers = (common.picture ?? []).slice(0, 20);
  const told: Record<string, unknown> = {
    duration_s: rounded(format.duration, 3),
    sample_rate: format.sampleRate,
    channels: format.numberOfChannels,
    bitrate: rounded(format.bitrate, 0),
    bit_depth: format.bitsPerSample,
    codec: format.codec,
    codec_profile: format.codecProfile,
    container: format.container,
    lossless: format.lossless,
    encoder: format.tool,
    tag_types: format.tagTypes.length > 0 ? format.tagTypes : undefined,
    // Zero of MPEG-4 is 1904: nobody set it.
    created_at: Number(format.creationTime) > 0 ? format.creationTime?.toISOString() : undefined,
    covers:
      covers.length > 0
        ? covers.map(({ format, type, description, data }) => ({ mime: format, type, description, size: data.length }))
        : undefined,
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

function tagsOf({ common }: IAudioMetadata): Record<string, unknown> {
  const { track, disk } = common;
  return {
    ...{ title: common.title, artist: common.artist, album: common.album, album_artist: common.albumartist },
    ...{ subtitle: common.subtitle, composer: common.composer, lyricist: common.lyricist, conductor: common.conductor },
    ...{ author: common.artist ?? common.albumartist, year: common.year, date: common.date, genre: common.genre },
    track: track.no === null ? undefined : `${track.no}${track.of === null ? "" : ` of ${track.of}`}`,
    disk: disk.no === null ? undefined : `${disk.no}${disk.of === null ? "" : ` of ${disk.of}`}`,
    ...{ comment: common.comment?.map(({ text }) => text), description: common.description },
    ...{
      long_description: common.longDescription,
      keywords: common.keywords,
      mood: common.mood,
      language: common.language,
    },
    ...{ copyright: common.copyright, publisher: common.publisher, label: common.label, isrc: common.isrc },
    ...{ show: common.tvShow, grouping: common.grouping, work: common.work, movement: common.movement },
    ...{ notes: common.notes, website: common.website, encoded_by: common.encodedby, bpm: common.bpm },
  };
}

function tellChapters({ format }: IAudioMetadata, findings: Findings): void {
  const chapters = (format.chapters ?? []).slice(0, 1000).map(({ title, start, timeScale }) => ({
    title: title.slice(0, 500),
    start_s: rounded(start / (timeScale || 1000), 3) ?? 0,
  }));
  if (chapters.length > 0) findings.facts({ chapters });
  for (const { title, start_s } of chapters)
    findings.block({ kind: "heading", text: title, place: { time_s: Math.max(0, start_s) } });
}

function tellLyrics({ common }: IAudioMetadata, findings: Findings): void {
  for (const { text, syncText, descriptor } of (common.lyrics ?? []).slice(0, 20)) {
    if (descriptor) findings.block({ kind: "heading", text: descriptor, place: { part: "lyrics" } });
    // The types promise it; ID3's plain lyrics have none.
    const lines: typeof syncText | undefined = syncText;
    for (const line of lines ?? [])
      findings.block({
        ...{ kind: "paragraph", text: line.text },
        place: { part: "lyrics", ...(line.timestamp !== undefined && { time_s: Math.max(0, line.timestamp / 1000) }) },
      });
    if (!lines?.length) tellVerses(text ?? "", findings);
  }
}

function tellVerses(text: string, findings: Findings): void {
  for (const verse of text.split(/(?:\r?\n|\r){2,}/))
    findings.block({ kind: "paragraph", text: verse, place: { part: "lyrics" } });
}
