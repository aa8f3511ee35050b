/** Where in its file a text stands, in words. Pure. */
import type { Place } from "@orchestratex/sdk/contract";
import type { Words } from "../i18n/words.tsx";

type Speaker = Pick<Words, "t" | "word">;

/** From the coarse to the fine; without the headings. */
export function placeWords(place: Place, { t, word }: Speaker): string[] {
  const { page, slide, sheet, cells, line, line_end, time_s, path, part, symbol } = place;
  return [
    page !== undefined && t("library.page", { page }),
    slide !== undefined && t("library.slide", { slide }),
    sheet !== undefined && t("library.sheet", { sheet }),
    cells,
    part !== undefined && word("library.part", part),
    symbol,
    path,
    line !== undefined && linesOf(line, line_end, t),
    time_s !== undefined && timeOf(time_s),
  ].filter((text): text is string => typeof text === "string" && text !== "");
}

const linesOf = (line: number, end: number | undefined, t: Speaker["t"]): string =>
  end === undefined || end === line ? t("library.line", { line }) : t("library.lines", { line, end });

/** `1:02:03`, `2:03`. */
export function timeOf(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The headings above it, outermost first. */
export const trailOf = ({ heading = [] }: Place): string => heading.filter((text) => text.trim() !== "").join(" › ");
