/** How the profiles that come with the server are written down. */
import type { DatedPrice } from "../prices.ts";

export type Row = {
  name: string;
  /** A vendor of vendors.ts. */
  provider: string;
  /** Its maker: models of one maker do not judge each other. */
  family: string;
  /** The vendor's own id of the model. */
  version: string;
  aliases: readonly string[];
  /** The strongest first. */
  specialties: readonly string[];
  languages: readonly string[];
  strengths: string;
  weaknesses: string;
  uses: readonly string[];
  /** Requests and tokens; where the vendor publishes one limit for everybody who pays. */
  perMinute?: readonly [requests: number, tokens: number];
  /** Where the list has none; with its source. */
  price?: DatedPrice & { source: string; as_of: string };
};

/** OpenAI's own multilingual test (github.com/openai/simple-evals) measured these, Anthropic's documentation uses the same. */
export const measured = ["en", "ar", "bn", "zh", "fr", "de", "hi", "id", "it", "ja", "ko", "pt", "es", "sw", "yo"];
