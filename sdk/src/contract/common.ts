/** Small shapes that every noun uses. */
import { z } from "zod";

export const Id = z.uuid().describe("UUID, version 7 when we made it");

/** US dollars. Numeric in SQL; rounded to 1e-9 on the wire. */
export const Money = z.number().min(0).max(1e9).describe("US dollars");

/** A judgement, score or confidence. */
export const Score = z.number().min(1).max(10).describe("1 (worst) to 10 (best)");

/** RFC 3339, UTC. */
export const Timestamp = z.iso.datetime({ offset: true });

export const Milliseconds = z.number().min(0).describe("milliseconds");

/** Lower case, no slash: it is part of paths. */
export const ModelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "must be 1-64 of a-z 0-9 . _ - and start with a letter or digit");

const noNul = (text: string) => !text.includes("\u0000");

/** Free text from a user: bounded, and without U+0000, which PostgreSQL cannot store. */
export const userText = (max: number) =>
  z.string().max(max, `must be at most ${max} characters`).refine(noNul, "must not contain U+0000");

/** A model in a request: its `model_name`, or a name people know it by ("GPT-4"), in any case. */
export const ModelReference = userText(100).trim().min(1, "must not be empty");

/** RFC 9457, `application/problem+json`. `errors` lists the fields of a validation fault. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("what, where, what to do"),
    instance: z.string().describe("the request id"),
    code: z.string(),
    retry: z.boolean().describe("whether the same request may succeed later"),
    errors: z.array(z.object({ path: z.string(), problem: z.string() })).optional(),
  })
  .meta({
    id: "Problem",
    example: {
      ...{ type: "/docs/errors#thread.not_found", title: "There is no such thread", status: 404 },
      detail: "There is no thread 01a1fe80-ef3a-70d9-a246-7632a250e747",
      ...{ instance: "8f1f4c6e-5f0b-4c43-9b39-3f3c5a1d2b7a", code: "thread.not_found", retry: false },
    },
  });
export type Problem = z.infer<typeof Problem>;

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50).describe("items of a page, 1 to 100"),
  cursor: z.string().max(500).optional().describe("`next_cursor` of the page before"),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** A list answer: `next_cursor` is null on the last page. Its example is that of the item. */
export const pageOf = <Item extends z.ZodType>(item: Item) => {
  const page = z.object({ items: z.array(item), next_cursor: z.string().nullable().describe("null: the last page") });
  const example = item.meta()?.["example"];
  return example === undefined ? page : page.meta({ example: { items: [example], next_cursor: null } });
};
