/** Every vendor of ours, asked through its own protocol at an upstream of ours. */
import type { TestContext } from "node:test";
import type { Profile } from "@orchestratex/sdk/contract";
import { type HttpSettings, openHttp } from "../../src/providers/http.ts";
import { providers, speakerOf } from "../../src/providers/index.ts";
import { firstProfiles } from "../../src/providers/profiles/index.ts";
import type { ModelEvent, ModelRequest } from "../../src/providers/provider.ts";
import { type Connection, type Keyring, type ProtocolName, type Vendor, vendors } from "../../src/providers/vendors.ts";
import { openUpstream, type Upstream, type UpstreamOptions, type Wire } from "../upstream/upstream.ts";

const wires: Record<ProtocolName, Wire> = {
  openai: "openai",
  "openai-compatible": "openai",
  anthropic: "anthropic",
  google: "google",
  mistral: "openai",
  xai: "responses",
  openrouter: "openai",
  ollama: "ollama",
};

export const wireOf = ({ protocol }: Vendor): Wire => wires[protocol];

/** Those of the upstream's dialects that have one. */
const dialects = new Set(["mistral", "openrouter"]);

export const everyVendor: readonly Vendor[] = vendors;

const [template] = firstProfiles(new Date());

export const profileOf = (vendor: Vendor, more: Partial<Profile> = {}): Profile => {
  if (!template) throw new Error("There are no profiles.");
  const model_version = "model-1";
  return { ...template, model_name: vendor.id, provider: vendor.id, family: vendor.id, model_version, ...more };
};

/** Keys in the order given, over and over; a key that rests is passed over until the end of the test. */
export function ringOf(keys: Readonly<Record<string, readonly string[]>>) {
  const rests: { vendorId: string; key: string; forMs: number }[] = [];
  const turns = new Map<string, number>();
  const ring: Keyring = {
    has: (vendorId) => (keys[vendorId] ?? []).length > 0,
    next(vendorId) {
      const usable = (keys[vendorId] ?? []).filter((key) => !rests.some((rest) => rest.key === key));
      const turn = turns.get(vendorId) ?? 0;
      turns.set(vendorId, turn + 1);
      return usable[turn % Math.max(1, usable.length)] ?? null;
    },
    rest: (vendorId, key, forMs) => void rests.push({ vendorId, key, forMs }),
  };
  return { ring, rests };
}

/** One key for all, that never rests. */
export const silentKeyring = (key: string): Keyring => ({ has: () => true, next: () => key, rest: () => {} });

export type Heard = {
  text: string;
  deltas: number;
  tools: (ModelEvent & { type: "tool-call" })[];
  end: ModelEvent | null;
};

export type Seats = Awaited<ReturnType<typeof openSeats>>;

type SeatOptions = UpstreamOptions & {
  http?: Partial<HttpSettings>;
  keyring?: Keyring;
  headers?: Connection["headers"];
};

/** Keys by default: `key-of-<vendor>`, for every vendor. */
export async function openSeats(
  t: TestContext,
  { http: settings, keyring, headers = {}, ...options }: SeatOptions = {},
) {
  const upstream = await openUpstream(options);
  const http = openHttp(settings);
  t.after(async () => {
    await http.close();
    await upstream.close();
  });
  const own = ringOf(Object.fromEntries(vendors.map(({ id }) => [id, [`key-of-${id}`]]))).ring;
  const speakers = providers({
    simulated: { seed: "1", speed: 0, faults: "" },
    connections: ({ provider, api_endpoint }) => {
      const vendor = vendors.find(({ id }) => id === provider);
      const baseUrl = api_endpoint ?? (vendor ? placeOf(upstream, vendor) : null);
      return baseUrl === null ? null : { baseUrl, key: null, headers };
    },
    keyring: keyring ?? own,
    http,
  });
  const speak = (vendor: Vendor, more: Partial<ModelRequest> = {}, signal = never()) => {
    const request = requestOf(vendor, more);
    const speaker = speakerOf(speakers, request.profile.provider);
    if (!speaker) throw new Error(`Nobody speaks for ${vendor.id}.`);
    return speaker.call(request, signal);
  };
  return {
    upstream,
    http,
    speak,
    /** What has been heard so far is in `heard` also when it throws. */
    ask: (vendor: Vendor, more: Partial<ModelRequest> = {}, heard = nothing(), signal = never()) =>
      listen(speak(vendor, more, signal), heard),
  };
}

const placeOf = (upstream: Upstream, vendor: Vendor): string =>
  upstream.baseUrl(wireOf(vendor), dialects.has(vendor.id) ? vendor.id : undefined);

export const requestOf = (vendor: Vendor, more: Partial<ModelRequest>): ModelRequest => ({
  id: "call-1",
  profile: profileOf(vendor),
  role: "primary",
  messages: [{ role: "user", content: "How many hands has a clock?" }],
  max_output_tokens: 321,
  temperature: 0.5,
  stream: false,
  ...more,
});

export const nothing = (): Heard => ({ text: "", deltas: 0, tools: [], end: null });

const never = (): AbortSignal => new AbortController().signal;

export async function listen(events: AsyncIterable<ModelEvent>, heard: Heard): Promise<Heard> {
  for await (const event of events) {
    if (heard.end) throw new Error("Something came after the end.");
    if (event.type === "text-delta") {
      heard.text += event.text;
      heard.deltas += 1;
    } else if (event.type === "tool-call") heard.tools.push(event);
    else heard.end = event;
  }
  return heard;
}
