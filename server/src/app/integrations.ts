/** Services outside, put together: what is set of them, whether they answer, who may be asked, how often they were. */
import type { Profile } from "@orchestratex/sdk/contract";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { openHttp } from "../providers/http.ts";
import { providers, speakerOf } from "../providers/index.ts";
import type { Provider } from "../providers/provider.ts";
import { vendorNamed } from "../providers/vendors.ts";
import type { Database } from "../store/database.ts";
import type { Live } from "../store/live.ts";
import { openVault } from "../store/vault.ts";
import { type Checks, openChecks } from "./integrations/checks.ts";
import { type ContactBook, openContacts } from "./integrations/contacts.ts";
import { type Manage, openManage } from "./integrations/manage.ts";
import { openDiscovery } from "./integrations/ollama.ts";
import { type Outside, openOutside } from "./integrations/outside.ts";

/** Why a model cannot be asked, before anyone has tried. */
type Standing = { word: "no_provider" | "no_key"; detail: string };

export type Integrations = Manage & {
  /** Who speaks with models, by a profile's `provider`, without wrappers; the calls are counted. */
  wires: ReadonlyMap<string, Provider>;
  outside: Outside;
  contacts: ContactBook;
  checks: Checks;
  /** The line to services outside. */
  fetch: typeof globalThis.fetch;
  /** Null: all that it takes to ask it is there. */
  standing(profile: Profile): Standing | null;
  /** What is stored is read, Ollama is looked for, models become available; answers what was found, in lines for people. */
  start(): Promise<string[]>;
  close(): Promise<void>;
};

type Options = {
  config: Config;
  database: Database;
  live: Live;
  log: Logger;
  /** In the place of those that speak over the wire. */
  speakers?: ReadonlyMap<string, Provider> | undefined;
  substituteFor(vendorId: string, modelId: string): string | null;
};

export function openIntegrations(options: Options): Integrations {
  const { config, database, live, log, substituteFor } = options;
  const http = openHttp({ proxy: config.secrets.proxy() });
  const closing = new AbortController();
  const environment = {
    keysOf: config.secrets.keysOf,
    baseUrls: config.baseUrls,
    withoutAddress: config.findOllama ? [] : ["ollama"],
  };
  const vault = openVault({ passphrase: config.secrets.encryptionKey(), dataDir: config.dataDir });
  const speaks = (provider: string) => speakerOf(speakers, provider) !== undefined;
  const outside = openOutside({
    ...{ database, vault, environment, speaks },
    onUnreadable: (name) =>
      log.warn(
        { integration: name },
        "stored keys cannot be opened: they were encrypted with another ENCRYPTION_KEY or key file; set them again",
      ),
  });
  const speakers =
    options.speakers ?? providers({ ...config, connections: outside.connection, keyring: outside.keyring, http });
  const onFault = (error: unknown) => log.error({ err: error }, "a look at the services outside failed on our side");
  const finding = config.findOllama && speakers.has("ollama");
  const checks = openChecks({
    ...{ database, outside, fetch: http.fetch, substituteFor, onFault },
    findable: finding ? ["ollama"] : [],
    beforeLook: async () => database.engine === "server" && (await outside.reload()),
    onFound: openDiscovery({ database, outside, fetch: http.fetch, signal: closing.signal }),
  });
  const contacts = openContacts({ database, isKnown: (name) => outside.known(name) !== undefined, onFault });
  const wires = new Map([...speakers].map(([id, speaker]) => [id, contacts.noting(speaker)]));
  const manage = openManage({
    ...{ database, vault, outside, checks, speaks, environment, tellOthers: () => live.outside("") },
    mayStore: config.database === null || config.secrets.encryptionKey() !== null,
  });
  const off = live.onOutside(() => void outside.reload().catch(onFault));
  const standing = (profile: Profile) => standingOf(outside, profile, speaks(profile.provider));
  return {
    ...manage,
    ...{ wires, outside, contacts, checks, standing, fetch: http.fetch },
    async start() {
      await outside.reload();
      const found = finding ? await findOllama(outside, checks) : [];
      await manage.refresh();
      checks.start();
      return found;
    },
    async close() {
      off();
      closing.abort(new Error("closing"));
      await checks.close();
      await contacts.close();
      await http.close();
    },
  };
}

/** A start waits no longer for a machine of one's own. */
const FIND_WITHIN_MS = 1_000;

async function findOllama(outside: Outside, checks: Checks): Promise<string[]> {
  const { baseUrl } = outside.connection({ provider: "ollama", api_endpoint: null }) ?? {};
  if (baseUrl === undefined) return [];
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, FIND_WITHIN_MS, null);
  const checked = await Promise.race([checks.check({ vendor: "ollama", base_url: baseUrl }), late]);
  clearTimeout(timer);
  const ids = checked?.listing?.ids ?? null;
  if (ids === null) return [];
  return [`Ollama at ${baseUrl}:  ${ids.length === 0 ? "no models installed" : ids.join(", ")}`];
}

function standingOf(outside: Outside, profile: Profile, spokenFor: boolean): Standing | null {
  const { provider } = profile;
  if (profile.simulated ? spokenFor : outside.canAsk(profile)) return null;
  const known = outside.known(provider);
  const title = vendorNamed(provider).title;
  if (known && !known.isActive) return { word: "no_provider", detail: `${title} is switched off` };
  if (!spokenFor || outside.connection(profile) === null)
    return { word: "no_provider", detail: `nothing here speaks for its provider, ${provider}` };
  const { keyVariable } = vendorNamed(provider);
  return {
    word: "no_key",
    detail: `there is no key of ${title}: set ${keyVariable}, or \`orchestratex keys set ${provider}\``,
  };
}
