/** What a page needs of the client, without the schemas: a page comes from the server it speaks with, so their versions are one. */
export { ApiError, UnreachableError } from "./failures.ts";
export { type Line, type RequestOptions, request } from "./line.ts";
export { type Connection, ownPace } from "./pace.ts";
export { followThread, type News, type SocketLike } from "./socket.ts";
