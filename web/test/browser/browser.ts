/** The page in a real browser. One browser a process; whatever a page does wrong fails the test that opened it. */
import assert from "node:assert/strict";
import { after, type TestContext } from "node:test";
import { type Browser, type BrowserContext, chromium, type Page, type Request } from "playwright-core";
import { findChromium } from "./chromium.ts";

const program = findChromium();

/** For `test(name, inBrowser, ...)`. */
export const inBrowser = {
  skip: program === null && "no Chromium found: set CHROME_PATH or install chromium",
  timeout: 60_000,
};

/** As long as anything on a page may take to be seen, on a machine that does much else. */
const PATIENCE_MS = 15_000;

let launched: Promise<Browser> | undefined;

after(async () => (await launched)?.close());

const browser = (): Promise<Browser> => {
  launched ??= chromium.launch({ executablePath: program ?? "" });
  return launched;
};

const leavings = new WeakMap<TestContext, (() => Promise<void> | void)[]>();

/** What is done when a test ends, last first, before all that was asked for after the first call: pages go before their server does. */
export function whenLeaving(t: TestContext, ...works: (() => Promise<void> | void)[]): void {
  const known = leavings.get(t);
  if (known) return void known.unshift(...works);
  const all = [...works];
  leavings.set(t, all);
  t.after(async () => {
    for (const work of all) await work();
  });
}

export type PageOptions = {
  dark?: boolean;
  locale?: string;
  width?: number;
  height?: number;
  /** What the page remembers from before; null: it was never open. */
  preferences?: object | null;
  /** What the browser may complain of here: a line that is lost on purpose. */
  expected?: RegExp;
};

export type Visit = {
  page: Page;
  context: BrowserContext;
  /** What the page did wrong so far. */
  problems: readonly string[];
  /** Resolves when nothing is on its way to the page and all that came is drawn. */
  settled(): Promise<void>;
};

/** A browser as of one person: nothing is remembered from another. `origin`: of the server, where everything has to come from. */
async function openContext(t: TestContext, origin: string, options: PageOptions = {}): Promise<BrowserContext> {
  const { dark = false, locale = "en-US", width = 1280, height = 900, preferences = {} } = options;
  const context = await (await browser()).newContext({
    ...{ baseURL: origin, locale, viewport: { width, height }, colorScheme: dark ? "dark" : "light" },
    ...{ reducedMotion: "reduce", acceptDownloads: true },
  });
  whenLeaving(t, () => context.close());
  context.setDefaultTimeout(PATIENCE_MS);
  if (preferences !== null) await context.addInitScript(remember, JSON.stringify({ welcomed: true, ...preferences }));
  return context;
}

/** Once: what the page changes itself stays. */
function remember(text: string): void {
  if (localStorage.getItem("orchestratex.preferences") === null) localStorage.setItem("orchestratex.preferences", text);
}

async function openTab(t: TestContext, context: BrowserContext, origin: string, expected?: RegExp): Promise<Visit> {
  const problems: string[] = [];
  const note = (problem: string) => {
    if (!expected?.test(problem)) problems.push(problem);
  };
  const page = await context.newPage();
  await page.exposeFunction("reportViolation", (what: string) => note(`policy: ${what}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      (window as unknown as { reportViolation(what: string): void }).reportViolation(
        `${effectiveDirective} ${blockedURI}`,
      );
    });
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) note(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => note(`error: ${error.stack ?? error.message}`));
  page.on("dialog", (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    const own = host === new URL(origin).host || protocol === "blob:";
    if (!own) note(`request elsewhere: ${request.url()}`);
  });
  whenLeaving(t, () => assert.deepEqual([...new Set(problems)], [], "what the page did wrong"));
  return { page, context, problems, settled: settling(page) };
}

function settling(page: Page): () => Promise<void> {
  const underWay = new Set<Request>();
  let idle = Promise.withResolvers<void>();
  const ended = (request: Request) => {
    underWay.delete(request);
    if (underWay.size === 0) idle.resolve();
  };
  page.on("request", (request) => {
    // A line for events has no end.
    if (request.resourceType() === "eventsource") return;
    if (underWay.size === 0) idle = Promise.withResolvers();
    underWay.add(request);
  });
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  return async () => {
    do {
      if (underWay.size > 0) await idle.promise;
      await page.evaluate(async () => {
        const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
        while (!document.querySelector("h1") || document.querySelector(".skeletons, .spinner")) await frame();
        await frame();
      });
    } while (underWay.size > 0);
  };
}

/** A page of a person of its own. */
export async function openPage(t: TestContext, origin: string, options: PageOptions = {}): Promise<Visit> {
  return openTab(t, await openContext(t, origin, options), origin, options.expected);
}
