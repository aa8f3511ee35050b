/** What an answer may build on beside its prompt: the user's own context and the earlier turns of the session (ORC-11). Pure. */

export type Turn = { prompt: string; answer: string };

/** Rough and safe: fewer characters a token than any common language needs, so the window is never passed. */
const CHARACTERS_A_TOKEN = 2.5;

/** An older turn that does not fit whole is shortened, but never below this. */
const LEAST_CHARACTERS = 200;

/**
 * The user's context first, then earlier turns in the order they happened.
 * The newest turn stays whole while it fits; older ones are shortened, then left out, oldest first.
 * Shape: turns oldest first; `roomTokens` is what the window leaves. Answers null when there is nothing to give.
 */
export function contextFor(own: string | null, turns: readonly Turn[], roomTokens: number): string | null {
  let room = Math.max(0, Math.floor(roomTokens * CHARACTERS_A_TOKEN));
  const given = own === null ? "" : shorten(own, room);
  room -= given.length;

  const kept: string[] = [];
  for (const [age, turn] of turns.toReversed().entries()) {
    const whole = inWords(turn);
    const wanted = age === 0 ? whole.length : Math.min(whole.length, Math.max(LEAST_CHARACTERS, Math.floor(room / 4)));
    if (room < LEAST_CHARACTERS) break;
    const text = shorten(whole, Math.min(wanted, room));
    kept.unshift(text);
    room -= text.length;
  }
  const history = kept.length > 0 ? `Earlier in this conversation:\n${kept.join("\n")}` : "";
  const context = [given, history].filter((part) => part !== "").join("\n\n");
  return context === "" ? null : context;
}

const inWords = ({ prompt, answer }: Turn): string => `User: ${prompt}\nAnswer: ${answer}`;

/** Keeps beginning and end, which say most, and marks the cut. */
function shorten(text: string, limit: number): string {
  const mark = "\n[…]\n";
  if (text.length <= limit) return text;
  if (limit <= mark.length) return "";
  const head = Math.ceil((limit - mark.length) * 0.7);
  const tail = limit - mark.length - head;
  return text.slice(0, head) + mark + (tail > 0 ? text.slice(-tail) : "");
}
