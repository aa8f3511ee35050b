/** How often services outside are called and what they last said, written in one statement every few seconds. */
import { AppError } from "../../errors.ts";
import type { ModelEvent, ModelRequest, Provider, Wrapper } from "../../providers/provider.ts";
import type { Database } from "../../store/database.ts";
import { type Contacts, countContacts } from "../../store/integrations.ts";

export type ContactBook = {
  /** Notes how each call of the inner provider ended. */
  noting: Wrapper;
  flush(): Promise<void>;
  close(): Promise<void>;
};

type Options = {
  database: Database;
  /** Whether there is an integration of that name. */
  isKnown(name: string): boolean;
  onFault(error: unknown): void;
};

const FLUSH_EVERY_MS = 5_000;

export function openContacts({ database, isKnown, onFault }: Options): ContactBook {
  let waiting = new Map<string, Contacts>();
  const note = (name: string, failure: AppError | null): void => {
    if (!isKnown(name)) return;
    const before = waiting.get(name) ?? {
      name,
      calls: 0,
      last_contact_at: null,
      last_error: null,
      last_error_at: null,
    };
    const now = new Date().toISOString();
    const said = failure ? { last_error: failure.message, last_error_at: now } : { last_contact_at: now };
    waiting.set(name, { ...before, calls: before.calls + 1, ...said });
  };
  const flush = async (): Promise<void> => {
    if (waiting.size === 0) return;
    const contacts = [...waiting.values()];
    waiting = new Map();
    await countContacts(database, contacts);
  };
  const timer = setInterval(() => void flush().catch(onFault), FLUSH_EVERY_MS).unref();
  return {
    noting: (inner) => ({ id: inner.id, call: (request, signal) => noted(inner, request, signal, note) }),
    flush,
    async close() {
      clearInterval(timer);
      await flush().catch(onFault);
    },
  };
}

async function* noted(
  inner: Provider,
  request: ModelRequest,
  signal: AbortSignal,
  note: (name: string, failure: AppError | null) => void,
): AsyncGenerator<ModelEvent> {
  try {
    for await (const event of inner.call(request, signal)) {
      if (event.type === "end") note(request.profile.provider, null);
      yield event;
    }
  } catch (error) {
    if (!signal.aborted && error instanceof AppError) note(request.profile.provider, error);
    throw error;
  }
}
