/** Tokens as the simulated models count them: four bytes each, so never more than a text has bytes. */
import type { Message } from "../provider.ts";

const BYTES_PER_TOKEN = 4;
const PER_MESSAGE = 4;

export const outputTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

export const inputTokens = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + outputTokens(content) + PER_MESSAGE, 0);

/** As much of the text as fits the cap, no sign cut in two. */
export function shortened(text: string, maxTokens: number): string {
  const bytes = Buffer.from(text);
  const room = Math.max(0, Math.floor(maxTokens)) * BYTES_PER_TOKEN;
  if (bytes.length <= room) return text;
  let end = room;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString();
}

/** The text in pieces of a word or two, as it is streamed; joined they are the text. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const [word] of text.matchAll(/\S{1,24}\s{0,8}|\s{1,8}/g)) {
    piece += word;
    if (piece.length < 9) continue;
    pieces.push(piece);
    piece = "";
  }
  return piece === "" ? pieces : [...pieces, piece];
}
