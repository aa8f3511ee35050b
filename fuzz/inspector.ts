/** What a server's process holds once its garbage is collected, asked through its inspector. */

export type Inspector = { heapMb(): Promise<number>; close(): void };

export async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const opened = Promise.withResolvers<void>();
  socket.onopen = () => opened.resolve();
  socket.onerror = () => opened.reject(new Error("the inspector does not answer"));
  await opened.promise;
  const waiting = new Map<number, (result: { usedSize?: number }) => void>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: { usedSize?: number } };
    if (id !== undefined) waiting.get(id)?.(result ?? {});
  };
  const ask = (method: string) =>
    new Promise<{ usedSize?: number }>((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method }));
    });
  return {
    async heapMb() {
      await ask("HeapProfiler.collectGarbage");
      return Math.round(((await ask("Runtime.getHeapUsage")).usedSize ?? 0) / 1e6);
    },
    close: () => socket.close(),
  };
}
