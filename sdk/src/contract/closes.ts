/** How sockets are closed. Plain words, for pages that carry no schemas. */

/** Close codes. */
export const SocketClose = {
  restart: 1012,
  internal: 1011,
  binary: 1003,
  not_json: 1007,
  policy: 1008,
  too_large: 1009,
  not_signed_in: 4401,
  not_found: 4404,
  heartbeat_missed: 4408,
  too_many: 4429,
} as const;
export type SocketClose = (typeof SocketClose)[keyof typeof SocketClose];

/** What each close code tells the client, and whether coming back may help. */
export const socketCloses: Record<SocketClose, { meaning: string; retry: boolean }> = {
  1003: { meaning: "You sent a binary message: send JSON as text", retry: false },
  1007: { meaning: "You sent what is not JSON, or not UTF-8", retry: false },
  1008: { meaning: "Ten of your messages were of no type we know", retry: false },
  1009: { meaning: "You sent a message of more than 64 kB", retry: false },
  1011: { meaning: "Something failed on our side: come back with your place", retry: true },
  1012: { meaning: "The server is stopping or starting again: come back with your place", retry: true },
  4401: { meaning: "You are not signed in", retry: false },
  4404: { meaning: "There is no such session or thread, it was erased, or it is not yours", retry: false },
  4408: {
    meaning: "You answered no ping for half a minute, or took nothing for minutes: come back with your place",
    retry: true,
  },
  4429: { meaning: "Too many sockets, or too many messages in a second: come back later", retry: true },
};
