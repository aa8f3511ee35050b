/** Something that speaks just enough of PostgreSQL's protocol to refuse a connection, or to claim to be what it is not. */
import net from "node:net";
import type { TestContext } from "node:test";

const SSL_REQUEST = 80_877_103;

const message = (type: string, ...parts: (string | Buffer)[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(`${part}\0`) : part)));
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

const int = (bytes: 2 | 4, value: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
};

const ready = message("Z", Buffer.from("I"));

const refusal = (code: string, text: string) =>
  message("E", "SFATAL", "VFATAL", `C${code}`, `M${text}`, Buffer.from("\0"));

const row = (values: Readonly<Record<string, string | null>>): Buffer => {
  const names = Object.keys(values);
  const columns = names.map((name) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int(4, 0),
      int(2, 0),
      int(4, name === "number" ? 23 : 25),
      int(2, -1),
      int(4, -1),
      int(2, 0),
    ]),
  );
  const cells = Object.values(values).map((value) =>
    value === null ? int(4, -1) : Buffer.concat([int(4, value.length), Buffer.from(value)]),
  );
  return Buffer.concat([
    message("T", int(2, names.length), ...columns),
    message("D", int(2, names.length), ...cells),
    message("C", "SELECT 1"),
    ready,
  ]);
};

/** Answers its address. `refuse`: its code and words; `facts`: one row as the answer to everything; neither: it never answers. */
export async function falseServer(
  t: TestContext,
  { refuse, facts }: { refuse?: readonly [string, string]; facts?: Readonly<Record<string, string | null>> },
): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    let started = false;
    socket.on("data", (data) => {
      if (!refuse && !facts) return;
      if (!started && data.readInt32BE(4) === SSL_REQUEST) return void socket.write("N");
      if (refuse) return void socket.end(refusal(...refuse));
      if (started) return void (data.toString("latin1", 0, 1) === "X" ? socket.end() : socket.write(row(facts ?? {})));
      started = true;
      socket.write(Buffer.concat([message("R", int(4, 0)), ready]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}
