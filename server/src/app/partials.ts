/** Text so far of calls under way, saved once a second, all together: for whoever looks from another process, or after a crash. */
import type { Books } from "../store/journal.ts";
import type { Live } from "../store/live.ts";

const SAVE_EVERY_MS = 1_000;

/** A pair of surrogates whose second half is still to come. */
const HALF = /[\ud800-\udbff]$/;

export type Partials = ReturnType<typeof openPartials>;

type Options = { books: Books; live: Live; onFault(error: unknown): void };

export function openPartials({ books, live, onFault }: Options) {
  const unsaved = new Map<string, { thread_id: string; text: string }>();
  let timer: NodeJS.Timeout | undefined;
  const save = async () => {
    timer = undefined;
    const texts = [...unsaved].map(([id, of]) => ({ id, ...of }));
    unsaved.clear();
    await books.partial(texts);
    for (const { thread_id, text } of texts) live.textSaved(thread_id, text.length);
  };
  return {
    /** `text`: all that has come of the call. */
    keep(thread_id: string, responseId: string, text: string): void {
      unsaved.set(responseId, { thread_id, text: text.replace(HALF, "") });
      timer ??= setTimeout(() => void save().catch(onFault), SAVE_EVERY_MS);
    },
    close: () => clearTimeout(timer),
  };
}
