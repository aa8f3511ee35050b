/** A vendor's models over its protocol: one HTTP request per call, with a key of its own, failures by name. */
import type { Profile } from "@orchestratex/sdk/contract";
import { AnswerError, failureOf } from "./failures.ts";
import { type Http, plain } from "./http.ts";
import type { ModelEvent, ModelRequest, Provider } from "./provider.ts";
import { ProviderError } from "./provider.ts";
import { openTerms, type Place, type Terms } from "./terms.ts";
import type { Connection, Keyring, Vendor } from "./vendors.ts";

/** What a protocol is given for one call. */
export type Opening = {
  vendor: Vendor;
  connection: Connection;
  request: ModelRequest;
  terms: Terms;
  /** Good for one request. */
  fetch: Http["fetch"];
  signal: AbortSignal;
};

/** Throws whatever it likes: what it means is found out by whoever called it. */
export type Protocol = (opening: Opening) => AsyncIterable<ModelEvent>;

export type WireMeans = {
  http: Http;
  /** Where a profile's provider is, with an endpoint's own key if it has one; null: not set up. */
  connections: (profile: Profile) => Connection | null;
  keyring: Keyring;
};

const REFUSED_KEY_RESTS_MS = 600_000;
const BUSY_KEY_RESTS_MS = 20_000;

export function wire(vendor: Vendor, protocol: Protocol, means: WireMeans): Provider {
  const terms = openTerms(vendor.takes ?? {});
  return {
    id: vendor.id,
    call: (request, signal) => called({ vendor, protocol, means, book: terms, request, signal }),
  };
}

type Call = {
  vendor: Vendor;
  protocol: Protocol;
  means: WireMeans;
  book: ReturnType<typeof openTerms>;
  request: ModelRequest;
  signal: AbortSignal;
};

async function* called(call: Call): AsyncGenerator<ModelEvent> {
  const { vendor, protocol, means, book, request, signal } = call;
  signal.throwIfAborted();
  const connection = connectionFor(vendor, request.profile, means);
  const place: Place = { vendorId: vendor.id, baseUrl: connection.baseUrl, model: request.profile.model_version };
  const terms = book.of(place, request);
  const asked: Asked = { sent: false, answer: null };
  const fetch = oneRequest(means.http, connection, request.stream, asked);
  try {
    yield* protocol({ vendor, connection, request, terms, fetch, signal });
  } catch (fault) {
    if (signal.aborted) throw signal.reason;
    const { answer, sent } = asked;
    if (answer && book.refused(place, request, terms, answer.status, answer.body))
      throw new ProviderError("provider.form_refused", `${vendor.title} does not take the form that was asked for.`, {
        free: true,
        httpStatus: answer.status,
        retryAfterMs: 0,
      });
    const failure = failureOf(answer ?? fault, { ...about(call, connection), sent });
    throw afterRest(failure, connection, call);
  }
}

const about = ({ vendor, request }: Call, { key, headers }: Connection) => ({
  vendor,
  secrets: [...(key === null ? [] : [key]), ...Object.values(headers)],
  prompt: request.messages.map(({ content }) => content),
});

/** A key that was refused, or is busy while another is not, rests; with another at hand the call may be tried again at once. */
function afterRest(failure: ProviderError, { key }: Connection, { vendor, request, means }: Call): ProviderError {
  const refused = failure.code === "provider.key_rejected" || failure.code === "provider.no_credit";
  if (key === null || (!refused && failure.code !== "provider.rate_limited")) return failure;
  const id = keysOf(vendor, request.profile);
  if (refused) means.keyring.rest(id, key, REFUSED_KEY_RESTS_MS);
  const other = means.keyring.next(id);
  if (other === null || other === key) return failure;
  if (!refused) means.keyring.rest(id, key, failure.retryAfterMs ?? BUSY_KEY_RESTS_MS);
  const { code, message, free, httpStatus } = failure;
  return new ProviderError(code, message, { free, httpStatus, retryAfterMs: 0 });
}

/** Keys belong to the name in the profile, whoever speaks for it. */
const keysOf = (vendor: Vendor, { provider }: Profile): string => (vendor.baseUrl === null ? provider : vendor.id);

/**
 * Where and with which key. A vendor's keys go to the vendor only: to its own origin, or to the one that the operator set for it.
 * A profile may name any endpoint, so an endpoint of another origin gets no key but its own.
 */
function connectionFor(vendor: Vendor, profile: Profile, { connections, keyring }: WireMeans): Connection {
  const fail = (message: string) =>
    new ProviderError("provider.key_rejected", `${message} (nothing was sent).`, { free: true });
  const set = connections(profile);
  if (!set) throw fail(`${vendor.title} is not set up`);
  const named = Object.entries(set.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const connection: Connection = { ...set, headers: Object.fromEntries(named) };
  if (connection.key !== null) return connection;
  const id = keysOf(vendor, profile);
  const own = [vendor.baseUrl, connections({ ...profile, api_endpoint: null })?.baseUrl ?? null];
  const trusted = own.some((url) => url !== null && originOf(url) === originOf(connection.baseUrl));
  const key = trusted ? keyring.next(id) : null;
  if (key !== null || vendor.keyVariable === null || !profile.api_key_required) return { ...connection, key };
  if (!trusted) throw fail(`${originOf(connection.baseUrl)} is not ${vendor.title}, so it does not get its key`);
  throw fail(`There is no key for ${vendor.title}${keyring.has(id) ? " that may be used now" : ""}`);
}

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);

const keyHeaders = ["authorization", "x-api-key", "x-goog-api-key"];

/** What became of the one request. `answer`: an error or a page came. */
type Asked = { sent: boolean; answer: AnswerError | null };

/** Errors and pages are caught here, with status and body as they came, whatever the package makes of them. */
function oneRequest(http: Http, { key, headers }: Connection, isStreamed: boolean, asked: Asked): Http["fetch"] {
  return async (input, init = {}) => {
    if (asked.sent) throw new Error("a second request within one call");
    asked.sent = true;
    const named = plain(init.headers);
    if (key === null) for (const name of keyHeaders) if (!(name in headers)) delete named[name];
    const response = await http.fetch(input, { ...init, headers: named });
    const type = response.headers.get("content-type") ?? "";
    if (response.ok && !type.includes("html") && !(isStreamed && type.includes("application/json"))) return response;
    const answer = new AnswerError(response.status, response.headers, await response.text());
    asked.answer = answer;
    throw answer;
  };
}
