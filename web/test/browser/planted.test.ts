/** Whatever a user, a model or a vendor writes stays words: nothing of it runs, loads or leaves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openUpstream } from "../../../server/test/upstream/upstream.ts";
import { inBrowser, openPage } from "./browser.ts";
import { openOutsideSite } from "./site.ts";

const script = "<script>window.planted = 1; alert(1)</script>";
const picture = '<img src="http://planted.invalid/a.png" onerror="window.planted = 2">';

const planted = `# ${script} Planted

${script} ${picture} ![tracking](http://planted.invalid/b.png) [a link](javascript:alert(2)) <a href="javascript:alert(3)">b</a>
<iframe srcdoc="${script.replaceAll("<", "&lt;")}"></iframe> <style>body { display: none }</style>
<svg onload="window.planted = 3"><use href="http://planted.invalid/c.svg#d"/></svg> <details open ontoggle="alert(4)">x</details>
[data](data:text/html,${script}) <form action="http://planted.invalid"><button>Go</button></form> <base href="http://planted.invalid/">

\\( \\href{javascript:alert(5)}{x} \\includegraphics{http://planted.invalid/e.png} \\)

\`\`\`html
${script}
\`\`\`
`;

test(
  "planted scripts, pictures, links, styles and formulas are inert on every part of the page",
  inBrowser,
  async (t) => {
    const upstream = await openUpstream({ text: planted });
    t.after(() => upstream.close());
    const site = await openOutsideSite(t, upstream, { OPENAI_API_KEY: "sk-proj-good0123456789abcdefWXYZ" });
    const own = { provider: "openai-compatible", api_endpoint: upstream.baseUrl("openai"), model_version: picture };
    const made = {
      model_name: "planted",
      strengths: script,
      weaknesses: picture,
      specialties: [],
      max_context_length: 8_000,
      ...own,
    };
    const { status, body } = await site.send("POST", "/api/models/", made);
    assert.equal(status, 201, JSON.stringify(body));
    const { page, settled } = await openPage(t, site.url);
    const { thread_id: id } = await site.ask(`${script} ${picture} Name three uses of a clock.`, {
      ...{ mode: "checked", model_name: "gpt4", context: planted },
    });
    await site.send("POST", `/api/threads/${id}/feedback`, { user_accepted: true, comment: planted });
    const { body: share } = await site.send("PUT", `/api/threads/${id}/share`);
    const tabs = ["answer", "debate", "critiques", "versions", "cost", "log"];
    const places = [...tabs.map((tab) => `/t/${id}?tab=${tab}`), String(share["path"]), "/history", "/models/planted"];
    await page.goto("/");
    for (const place of places) {
      await page.evaluate((to) => history.pushState(null, "", to), place);
      await settled();
      const found = await page.evaluate(() => [
        (window as unknown as { planted?: number }).planted,
        document.querySelectorAll(
          'main :is(iframe, script, style, form[action], base, [onerror], [onload], [href^="javascript:"])',
        ).length,
        document.querySelectorAll('[src*="planted.invalid"], [href*="planted.invalid/c.svg"]').length,
      ]);
      assert.deepEqual(found, [undefined, 0, 0], place);
    }
  },
);
