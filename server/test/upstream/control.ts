/** An upstream in a process of its own is led over HTTP: `GET /_bill`, `GET /_calls`, `POST /_rules`, `POST /_reset`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Rule, Upstream } from "./upstream.ts";

export const isControl = (path: string): boolean => path.startsWith("/_");

type State = Pick<Upstream, "add" | "bill" | "billOf" | "calls" | "reset">;

/** Bills are pico-dollars as text. */
export async function answerControl(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, searchParams }: URL,
): Promise<void> {
  const said = (status: number, value: unknown) => {
    const text = JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
    response.writeHead(status, { "content-type": "application/json" }).end(text);
  };
  switch (`${request.method} ${pathname}`) {
    case "GET /_bill": {
      const tag = searchParams.get("tag");
      return said(200, { bill: tag === null ? state.bill() : state.billOf(tag) });
    }
    case "GET /_calls":
      return said(200, state.calls);
    case "POST /_rules": {
      let text = "";
      for await (const chunk of request.setEncoding("utf8")) text += chunk;
      const rules = JSON.parse(text) as Rule | Rule[];
      state.add(...(Array.isArray(rules) ? rules : [rules]));
      return said(200, {});
    }
    case "POST /_reset":
      state.reset();
      return said(200, {});
    default:
      return said(404, {});
  }
}
