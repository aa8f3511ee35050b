/** Whether anything listens on this machine, without reading an HTTP client for it [import of undici: 100 ms of CPU]. */
import net from "node:net";

const WITHIN_MS = 1_000;

const here = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** False: nothing does. Of other machines true: a proxy may stand between. */
export async function mayListen(url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  if (!here.has(hostname)) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const standard = protocol === "https:" ? 443 : 80;
  const socket = net.connect({ host: hostname.replace(/[[\]]/g, ""), port: port === "" ? standard : Number(port) });
  socket.setTimeout(WITHIN_MS);
  socket
    .on("connect", () => resolve(true))
    .on("timeout", () => resolve(false))
    .on("error", () => resolve(false));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
