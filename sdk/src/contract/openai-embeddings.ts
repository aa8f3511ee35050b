/** `POST /v1/embeddings`: OpenAI's request and answer. Fields that are not named here are passed over. */
import { z } from "zod";

const MOST_TEXTS = 2048;

const Text = z
  .string({ error: "must be text: lists of tokens belong to another model's tokenizer" })
  .min(1, "must not be empty");

export const EmbeddingRequest = z
  .object({
    model: z.string().min(1).max(500).describe("`orchestratex/embedding`, or the name of the one in use"),
    input: z
      .union(
        [
          Text,
          z.array(Text).min(1, "must not be empty").max(MOST_TEXTS, `must not have more than ${MOST_TEXTS} texts`),
        ],
        {
          error: "must be a text, or an array of texts that are not empty",
        },
      )
      .describe("longer texts than the model reads are cut by it"),
    encoding_format: z.enum(["float", "base64"]).nullish().describe("base64: 32-bit floats, little end first"),
    dimensions: z.int().min(1).nullish().describe("must be those that the model has"),
  })
  .meta({
    id: "EmbeddingRequest",
    example: { model: "orchestratex/embedding", input: ["Costs fell by a third."] },
  });
export type EmbeddingRequest = z.infer<typeof EmbeddingRequest>;

export const EmbeddingList = z
  .object({
    object: z.literal("list"),
    data: z.array(
      z.object({
        object: z.literal("embedding"),
        index: z.int(),
        embedding: z.union([z.array(z.number()), z.string()]).describe("a unit vector; as text with `base64`"),
      }),
    ),
    model: z.string().describe("the embedding that was used"),
    usage: z
      .object({ prompt_tokens: z.int(), total_tokens: z.int() })
      .describe("estimated: four characters are a token"),
  })
  .meta({
    id: "EmbeddingList",
    example: {
      object: "list",
      data: [{ object: "embedding", index: 0, embedding: [0.6, -0.8] }],
      model: "lexical",
      usage: { prompt_tokens: 6, total_tokens: 6 },
    },
  });
export type EmbeddingList = z.infer<typeof EmbeddingList>;
