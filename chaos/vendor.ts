/**
 * A model vendor outside the processes under test. It writes each call to an append-only log before it answers, and keeps its
 * own bill: the whole reply is charged the moment a call arrives, whatever becomes of the line.
 */
import { appendFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { ModelEvent, ModelRequest, Usage } from "../server/src/providers/provider.ts";
import { simulated } from "../server/src/providers/simulated.ts";
import type { Chance } from "./chance.ts";

type Fault = "hang" | "cut" | "no_usage" | "rate_limited" | "overbilled" | "slow";

type Sent = {
  id: string;
  at: number;
  /** The session's tag, as the prompt carries it: `[S12.T3]`. */
  session: string;
  model: string;
  fault: Fault | null;
  bill: bigint;
  /** What is charged above what any reservation covers: nobody can know of it before the reply has ended. */
  excess: bigint;
  /** The whole reply has been written, with its usage. */
  answered: boolean;
};

export type Vendor = {
  url: string;
  /** Every call, in order; the same id may be there more than once. */
  sent: Sent[];
  /** Pico-dollars, without what no reservation covers. */
  billOf(session: string): bigint;
  close(): void;
};

export type VendorOptions = {
  log: string;
  chance: Chance;
  /** How often each fault strikes, from 0 to 1. */
  faults?: Partial<Record<Fault, number>>;
  callMs?: readonly [least: number, most: number];
};

/** Then the vendor drops the line. */
const HANG_MS = 20_000;

const mind = simulated({ speed: 0, seed: "chaos" });

export async function openVendor({ log, chance, faults = {}, callMs = [10, 60] }: VendorOptions): Promise<Vendor> {
  const sent: Sent[] = [];
  const bills = new Map<string, bigint>();
  const struck = (): Fault | null => {
    let dice = chance.next();
    for (const [fault, share] of Object.entries(faults)) {
      dice -= share;
      if (dice < 0) return fault as Fault;
    }
    return null;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = JSON.parse(await textOf(request)) as ModelRequest;
    const fault = struck();
    const { text, usage, excess } = await replyTo(asked, fault);
    const call: Sent = {
      id: asked.id,
      at: Date.now(),
      session: tagOf(asked),
      model: asked.profile.model_name,
      fault,
      bill: billFor(asked, { ...usage, output: usage.output - excess }, fault),
      excess: BigInt(excess) * picoOf(asked.profile.cost_per_output_token),
      answered: false,
    };
    appendFileSync(log, `${JSON.stringify({ ...call, bill: String(call.bill), excess: String(call.excess) })}\n`);
    sent.push(call);
    bills.set(call.session, (bills.get(call.session) ?? 0n) + call.bill);
    if (fault === "rate_limited") return void response.writeHead(429).end();
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.flushHeaders();
    if (fault === "hang") {
      setTimeout(() => response.destroy(), HANG_MS).unref();
      return;
    }
    await stream(response, { text, usage, fault, ms: chance.between(...callMs) * (fault === "slow" ? 10 : 1) });
    call.answered = fault !== "cut" && fault !== "no_usage" && response.writableEnded;
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    billOf: (session) => bills.get(session) ?? 0n,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

/** The newest tag: earlier turns of the session carry the same session's. */
const tagOf = ({ messages }: ModelRequest): string => {
  for (const { content } of messages.toReversed()) {
    const tag = /\[(S\d+)\.T\d+\]/.exec(content)?.[1];
    if (tag) return tag;
  }
  return "?";
};

type Answer = { text: string; usage: Usage; excess: number };

/** `excess`: tokens of the usage that the model never wrote. */
async function replyTo(request: ModelRequest, fault: Fault | null): Promise<Answer> {
  let text = "";
  let usage: Usage = { input: 0, output: 0, cached_input: 0, reasoning: 0 };
  for await (const event of mind.call(request, new AbortController().signal)) {
    if (event.type === "text-delta") text += event.text;
    else if (event.type === "end") usage = event.usage ?? usage;
  }
  const excess = fault === "overbilled" ? 3 * request.max_output_tokens + 10_000 : 0;
  return { text, usage: { ...usage, output: usage.output + excess }, excess };
}

const picoOf = (dollars: number | null): bigint => BigInt(Math.round((dollars ?? 0) * 1e12));

/** Exact, in pico-dollars. A refused call is free. */
function billFor({ profile }: ModelRequest, usage: Usage, fault: Fault | null): bigint {
  if (fault === "rate_limited") return 0n;
  return (
    BigInt(usage.input) * picoOf(profile.cost_per_input_token) +
    BigInt(usage.output) * picoOf(profile.cost_per_output_token)
  );
}

type Reply = { text: string; usage: Usage; fault: Fault | null; ms: number };

async function stream(response: ServerResponse, { text, usage, fault, ms }: Reply): Promise<void> {
  const say = (event: ModelEvent) => response.write(`${JSON.stringify(event)}\n`);
  const pieces = 5;
  const size = Math.ceil(text.length / pieces) || 1;
  for (let piece = 0; piece < pieces; piece++) {
    await pause(ms / pieces);
    if (response.destroyed) return;
    if (fault === "cut" && piece === 3) return void response.destroy();
    say({ type: "text-delta", text: text.slice(piece * size, (piece + 1) * size) });
  }
  say({ type: "end", finish_reason: "stop", usage: fault === "no_usage" ? null : usage });
  response.end();
}
