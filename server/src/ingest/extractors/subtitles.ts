/** Subtitles: what is said, and when. */
import { textLines } from "../encoding.ts";
import type { Extractor } from "./extractor.ts";

const TIMES = /^\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})/;

const seconds = (hours = "0", minutes = "0", whole = "0", thousandths = "0"): number =>
  Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + Number(thousandths.padEnd(3, "0")) / 1000;

export const subtitles: Extractor = {
  name: "subtitles",
  types: ["srt", "vtt"],
  async read(source, findings) {
    let cue: { time_s: number; line: number; texts: string[] } | null = null;
    let [cues, end, aside] = [0, 0, false];
    const voices = new Set<string>();
    const close = () => {
      if (cue === null) return;
      const { texts, ...place } = cue;
      findings.block({ kind: "paragraph", text: texts.join("\n"), place });
      cue = null;
    };
    for await (const { text, line } of textLines(source)) {
      const times = TIMES.exec(text);
      if (times) {
        close();
        cue = { time_s: seconds(...times.slice(1, 5)), line, texts: [] };
        end = Math.max(end, seconds(...times.slice(5, 9)));
        [cues, aside] = [cues + 1, false];
      } else if (text.trim() === "") {
        close();
        aside = false;
      } else if (cue) {
        const voice = /^<v(?:\.\S+)?\s+([^>]+)>/.exec(text)?.[1];
        if (voice !== undefined && voices.size < 100) voices.add(voice);
        cue.texts.push((voice === undefined ? "" : `${voice}: `) + spoken(text));
      } else if (/^(STYLE|REGION)\s*$/.test(text)) aside = true;
      else if (!aside && !/^(WEBVTT|NOTE\b|\d+\s*$)/.test(text)) {
        // The name of the cue that follows, or a line of a note.
        findings.block({ kind: "note", text, place: { line } });
      } else if (/^(WEBVTT|NOTE)\s+\S/.test(text))
        findings.block({ kind: "note", text: text.replace(/^(WEBVTT|NOTE)\s+/, ""), place: { line } });
      if ((line & 255) === 0) await findings.pause();
    }
    close();
    findings.facts({ cues, duration_s: end, ...(voices.size > 0 ? { voices: [...voices] } : {}) });
    if (cues === 0) findings.warn("part_unreadable", "It has no cue with times");
  },
};

const spoken = (text: string): string =>
  text
    .replace(/<[^>]{0,200}>|\{\\[^}]{0,200}\}/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&amp;", "&")
    .trim();
