/** Where progress goes: text is appended, and while nothing happens one line below says what is being waited for. */
import { type Look, type Stream, widthOf } from "./look.ts";
import { cut } from "./measure.ts";

export type Screen = {
  write(text: string): void;
  /** Shown with a turning sign until something is written or it changes; empty for none. */
  status(text: string): void;
  close(): void;
};

const TURN_MS = 100;
const ERASE_LINE = "\r\u001b[K";

export const silentScreen: Screen = { write() {}, status() {}, close() {} };

export function openScreen(stream: Stream, look: Look): Screen {
  let waiting = "";
  let drawn = false;
  let insideLine = false;
  let turn = 0;
  const erase = () => {
    if (drawn) stream.write(ERASE_LINE);
    drawn = false;
  };
  const draw = () => {
    if (waiting === "" || insideLine) return;
    const sign = look.symbols.wait[turn++ % look.symbols.wait.length];
    stream.write(
      `${ERASE_LINE}  ${look.paint("cyan", sign ?? "")} ${look.paint("dim", cut(waiting, widthOf(stream) - 4))}`,
    );
    drawn = true;
  };
  const timer = look.live ? setInterval(draw, TURN_MS).unref() : undefined;
  return {
    write(text) {
      if (text === "") return;
      erase();
      stream.write(text);
      insideLine = !text.endsWith("\n");
    },
    status(text) {
      waiting = look.live ? text : "";
      if (waiting === "") erase();
    },
    close() {
      clearInterval(timer);
      waiting = "";
      erase();
    },
  };
}
