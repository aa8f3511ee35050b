/** Where the reading of an RTF file is. */
import type { openRtfFonts } from "./rtf-fonts.ts";
import type { openRtfObject, RtfObject } from "./rtf-objects.ts";
import type { RtfPages, RtfParagraph, RtfStory } from "./rtf-story.ts";

/** Where the text of a group goes. */
export type Into = "text" | "nothing" | "fonts" | "styles" | "info" | "field" | "label" | "author" | "object";

export type Group = {
  into: Into;
  /** The word of `{\info` it belongs to. */
  about: string | null;
  story: RtfStory;
  font: number | null;
  /** Characters that stand in for one of Unicode, for readers that do not know it. */
  fallback: number;
  deleted: boolean;
  /** Nothing but `\*` has come so far. */
  starred: boolean;
  fresh: boolean;
  end: (() => void) | null;
};

export type State = {
  group: Group;
  outer: Group[];
  /** Groups nested deeper than anybody may: they are counted, and share one state. */
  deeper: number;
  paragraph: RtfParagraph;
  bytes: number[];
  skip: number;
  collected: string;
  styles: Map<number, number>;
  style: { index: number; level: number | null };
  fonts: ReturnType<typeof openRtfFonts>;
  pages: RtfPages;
  facts: Record<string, unknown>;
  date: number[];
  links: Set<string>;
  images: number;
  author: string;
  depth: number;
  /** A file inside that is being collected, and those that wait to be told. */
  object: ReturnType<typeof openRtfObject> | null;
  objects: RtfObject[];
};
