/** Every page of the app, with something on it. */
import { putFile, type Site } from "./site.ts";

export type Place = {
  name: string;
  path: string;
  /** It has tones and tints that other pages have not. */
  colourful?: true;
};

const lighthouses = `# Lighthouses

Their lights turn so that sailors can tell them apart.

| name | height |
|---|---|
| Bell Rock | 35 m |

- [a link](https://example.org/lights)

\`\`\`js
const turns = (seconds) => seconds / 15;
\`\`\`
`;

export async function everyPlace(site: Site): Promise<Place[]> {
  const { id: session } = await site.session({}, { cost_limit: 2 });
  const more = { session_id: session, mode: "thorough", quality_threshold: 10 };
  const { thread_id: thread } = await site.ask("Why is the sky blue, and why is a sunset red?", more);
  await site.ask("Write a haiku about a lighthouse.", { session_id: session, mode: "quick" });
  const { body: share } = await site.send("PUT", `/api/threads/${thread}/share`);
  const file = await putFile(site, "lighthouses.md", lighthouses);
  const tabs = ["answer", "debate", "critiques", "versions", "cost", "log"];
  const sections = ["keys", "algorithm", "appearance", "system"];
  return [
    { name: "ask", path: "/" },
    { name: "setup", path: "/setup" },
    ...tabs.map(
      (tab): Place => ({
        name: `thread-${tab}`,
        path: `/t/${thread}${tab === "answer" ? "" : `?tab=${tab}`}`,
        ...(["critiques", "versions"].includes(tab) && { colourful: true }),
      }),
    ),
    { name: "shared", path: String(share["path"]) },
    { name: "session", path: `/s/${session}` },
    { name: "history", path: "/history" },
    { name: "library", path: "/library" },
    { name: "library-found", path: "/library?find=why%20do%20lights%20turn" },
    { name: "file-text", path: `/library/${file}?chunk=0`, colourful: true },
    ...["facts", "course"].map((tab) => ({ name: `file-${tab}`, path: `/library/${file}?tab=${tab}` })),
    { name: "models", path: "/models", colourful: true },
    { name: "model", path: "/models/simulated-opal" },
    ...sections.map((section) => ({ name: `settings-${section}`, path: `/settings/${section}` })),
    { name: "nowhere", path: "/t/0193a000-0000-7000-8000-000000000000" },
  ];
}
