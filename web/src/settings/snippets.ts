/** Ready-made calls of the OpenAI-compatible door. Pure. */

export const modes = [
  "orchestratex/auto",
  "orchestratex/quick",
  "orchestratex/checked",
  "orchestratex/thorough",
] as const;

type Snippet = { title: string; text: string };

export const snippets = (base: string, model: string): Record<"curl" | "python" | "js", Snippet> => ({
  curl: {
    title: "curl",
    text: `curl ${base}/chat/completions --json '{
  "model": "${model}",
  "messages": [{"role": "user", "content": "Why is the sky blue?"}]
}'`,
  },
  python: {
    title: "Python",
    text: `from openai import OpenAI

client = OpenAI(base_url="${base}", api_key="none")
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Why is the sky blue?"}],
)
print(answer.choices[0].message.content)`,
  },
  js: {
    title: "JavaScript",
    text: `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${base}", apiKey: "none" });
const answer = await client.chat.completions.create({
  model: "${model}",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
});
console.log(answer.choices[0].message.content);`,
  },
});
