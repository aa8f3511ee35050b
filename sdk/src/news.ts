/** Messages of a socket, held against the contract. */
import { EventDetails, ThreadEvent } from "./contract/events.ts";
import { SocketReply } from "./contract/socket.ts";
import type { News } from "./socket.ts";

/** Kinds that only newer servers know are passed over. */
export function readNews(text: string): News {
  let json: { type?: unknown; event_type?: unknown } | null;
  try {
    json = JSON.parse(text);
  } catch {
    return { type: "broken", what: "a message is not JSON" };
  }
  const event = ThreadEvent.safeParse(json);
  if (event.success) return { type: "event", event: event.data };
  const type = json?.event_type;
  if (typeof type === "string" && type in EventDetails)
    return { type: "broken", what: `an event of type ${type} does not fit the contract` };
  const reply = SocketReply.safeParse(json);
  return reply.success && reply.data.type === "pong" ? reply.data : { type: "other" };
}
