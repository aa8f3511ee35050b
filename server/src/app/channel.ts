/** Values from one who does not wait to one who does: what is produced ends in its own time, whether or not anybody reads it. */

export type Channel<T> = {
  push(value: T): void;
  /** After what was pushed: no more, or `error`. */
  end(error?: unknown): void;
  /** To be read once. `left`: the reader has gone before the end. */
  read(left: () => void): AsyncGenerator<T>;
};

export function openChannel<T>(): Channel<T> {
  let values: T[] = [];
  let ended: { error?: unknown } | null = null;
  let wake = () => {};
  return {
    push(value) {
      values.push(value);
      wake();
    },
    end(error) {
      ended = error === undefined ? {} : { error };
      wake();
    },
    async *read(left) {
      try {
        for (;;) {
          const [come, nothing]: [T[], T[]] = [values, []];
          values = nothing;
          yield* come;
          if (values.length > 0) continue;
          if (ended) break;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (ended && "error" in ended) throw ended.error;
      } finally {
        if (!ended) left();
      }
    },
  };
}
