/** What an event is on the line. Readers of one thread share its events, and so their text and their frames. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";

const once = <Value>(make: (event: ThreadEvent) => Value) => {
  const made = new WeakMap<ThreadEvent, Value>();
  return (event: ThreadEvent): Value => {
    const known = made.get(event);
    if (known !== undefined) return known;
    const value = make(event);
    made.set(event, value);
    return value;
  };
};

export const jsonOf = once((event) => JSON.stringify(event));

/** Server-sent events of one thread. Live-only events have no id: the browser keeps the last one. */
export const streamFrame = once((event) => {
  const id = event.seq === null ? "" : `id: ${event.seq}\n`;
  return Buffer.from(`${id}event: ${event.event_type}\ndata: ${jsonOf(event)}\n\n`);
});

/** The same without an id: where streams of several threads run together the number is none. */
export const bareFrame = once((event) => Buffer.from(`event: ${event.event_type}\ndata: ${jsonOf(event)}\n\n`));

export const socketFrame = once((event) => textFrame(jsonOf(event)));

/** A whole text message of a WebSocket server, header and all: RFC 6455, 5.2. Servers do not mask. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  // The last frame of a message, of text.
  frame[0] = 0x81;
  frame[1] = start === 2 ? length : start === 4 ? 126 : 127;
  if (start === 4) frame.writeUInt16BE(length, 2);
  if (start === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(text, start);
  return frame;
}
