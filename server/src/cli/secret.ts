/** Asking for what must not be seen: from a pipe as it is, from a keyboard without showing it. Never from the command line. */
import { exits, Told, UsageError } from "./exits.ts";
import { readText } from "./options.ts";

const ENTER = /[\r\n]/;
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const BACKSPACE = /[\u007f\b]/;

/** What was typed or piped, without white space around it. */
export const readSecret = async (question: string): Promise<string> =>
  (process.stdin.isTTY ? await typed(question) : await readText("-")).trim();

async function typed(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true).setEncoding("utf8");
  let text = "";
  try {
    for await (const chunk of stdin) {
      for (const letter of String(chunk)) {
        if (letter === CTRL_C) throw new Told(exits.interrupted);
        if (ENTER.test(letter) || letter === CTRL_D) return text;
        text = BACKSPACE.test(letter) ? text.slice(0, -1) : text + letter;
      }
    }
    throw new UsageError("nothing was typed");
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}
