/** What an output can show: colour, width, symbols. */
import { styleText } from "node:util";

export type Colour = "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "magenta";

export type Look = {
  /** Somebody watches: text streams and lines are set to the width. Else one plain line per event. */
  live: boolean;
  width: number;
  paint: (colour: Colour, text: string) => string;
  symbols: typeof pretty;
};

const pretty = {
  rule: "─",
  gutter: "│",
  full: "█",
  empty: "░",
  dot: "·",
  done: "✓",
  warning: "!",
  wait: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};

const ascii: typeof pretty = {
  rule: "-",
  gutter: "|",
  full: "#",
  empty: ".",
  dot: "-",
  done: "*",
  warning: "!",
  wait: ["-", "\\", "|", "/"],
};

export type Stream = NodeJS.WriteStream & { fd: number };

type Environment = Readonly<Record<string, string | undefined>>;

const WIDEST = 100;
const NARROWEST = 40;

/** Reads NO_COLOR, FORCE_COLOR and TERM by way of Node; `colour` false is the user's `--no-color`. */
export function lookOf(stream: Stream, colour: boolean, env: Environment): Look {
  const dumb = env["TERM"] === "dumb";
  const coloured = colour && styleText("red", "x", { stream }) !== "x";
  return {
    live: stream.isTTY === true && !dumb,
    width: widthOf(stream),
    paint: coloured ? (name, text) => styleText(name, text, { validateStream: false }) : (_, text) => text,
    symbols: !dumb && speaksUnicode(env) ? pretty : ascii,
  };
}

/** One column is left free: some terminals break the line after the last. */
export const widthOf = (stream: Stream): number => Math.max(NARROWEST, Math.min(WIDEST, (stream.columns || 80) - 1));

function speaksUnicode(env: Environment): boolean {
  if (process.platform === "win32") return env["WT_SESSION"] !== undefined || env["TERM_PROGRAM"] === "vscode";
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"];
  return locale === undefined || /utf-?8/i.test(locale);
}
