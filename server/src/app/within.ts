/** `promise`, unless `ms` pass before: then what `late` makes is thrown. */
export async function within<Value>(promise: Promise<Value>, ms: number, late: () => Error): Promise<Value> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}
