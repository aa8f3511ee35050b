/** What calls cost: exact, never more than was reserved, and what the price list itself reckons. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { calcPrice } from "@pydantic/genai-prices";
import fc from "fast-check";
import { addMoney, costOf, inputBound, type Prices, reserveFor } from "../../src/engine/cost.ts";
import { listed, priceOn } from "../../src/providers/prices.ts";

/** US dollars per token: 0.15 and 0.60 a million. */
const plain: Prices = { cost_per_input_token: 0.00000015, cost_per_output_token: 0.0000006, prices: null };

const detailed: Prices = {
  ...{ cost_per_input_token: 0.000002, cost_per_output_token: 0.00001 },
  prices: {
    ...{ cached_input: 0.0000002, cache_write: 0.0000025, per_request: 0.012, source: "a test", as_of: "2026-11-21" },
    tiers: [
      ...[{ above_input_tokens: 1_000, input: 0.000004, output: 0.000015, cached_input: 0.0000004, cache_write: null }],
      ...[{ above_input_tokens: 5_000, input: 0.000003, output: 0.00002, cached_input: null, cache_write: 0.000009 }],
    ],
  },
};

const price = fc.integer({ min: 0, max: 30_000_000 }).map((pico) => pico / 1e12);
const ownPrice = fc.option(price);

const anyPrices: fc.Arbitrary<Prices> = fc.record({
  cost_per_input_token: price,
  cost_per_output_token: price,
  prices: fc.option(
    fc.record({
      cached_input: ownPrice,
      cache_write: ownPrice,
      tiers: fc
        .uniqueArray(
          fc.record({
            ...{ above_input_tokens: fc.integer({ min: 0, max: 20_000 }), input: price, output: price },
            ...{ cached_input: ownPrice, cache_write: ownPrice },
          }),
          { maxLength: 3, selector: (tier) => tier.above_input_tokens },
        )
        .map((tiers) => tiers.toSorted((one, other) => one.above_input_tokens - other.above_input_tokens)),
      per_request: fc.integer({ min: 0, max: 30_000_000 }).map((nano) => nano / 1e9),
      source: fc.constant("a test"),
      as_of: fc.constant("2026-11-21"),
    }),
  ),
});

const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("money", () => {
  test("is counted without drift and rounded up to a nano-dollar", () => {
    assert.equal(costOf({ input: 1_000, output: 500 }, plain), 0.00045);
    assert.equal(costOf({ input: 1, output: 0 }, { ...plain, cost_per_input_token: 1e-12 }), 1e-9);
    assert.equal(addMoney(...Array(10).fill(0.1)), 1);
  });

  test("an unknown price is an unknown cost, whatever else is known", () => {
    for (const unknown of [{ cost_per_input_token: null }, { cost_per_output_token: null }])
      for (const prices of [plain, detailed]) {
        assert.equal(costOf({ input: 1, output: 1 }, { ...prices, ...unknown }), null);
        const profile = { ...prices, ...unknown, max_context_length: 10 };
        assert.equal(reserveFor([], 1, profile), null);
      }
  });

  test("what the cache gave or took has its own price, and each request its fee", () => {
    assert.equal(costOf({ input: 1_000, output: 0 }, detailed), 0.014);
    assert.equal(costOf({ input: 1_000, output: 100, cached_input: 600 }, detailed), 0.01392);
    assert.equal(costOf({ input: 1_000, output: 0, cached_input: 600, cache_write: 400 }, detailed), 0.01312);
    assert.equal(costOf({ input: 10, output: 0, cached_input: 10 }, plain), costOf({ input: 10, output: 0 }, plain));
    const odd = costOf({ input: 0, output: 0, cached_input: 1_000 }, detailed);
    assert.equal(odd, 0.0122, "a vendor that counts them beside the input is billed as it says");
  });

  test("a longer input moves the whole call to its tier, one token past the mark", () => {
    assert.equal(costOf({ input: 1_001, output: 10 }, detailed), 0.016154);
    assert.equal(costOf({ input: 1_001, output: 10, cache_write: 1 }, detailed), 0.016154, "no price of its own there");
    assert.equal(costOf({ input: 5_001, output: 10, cache_write: 1 }, detailed), 0.027209);
  });

  test("a reservation covers any usage within bytes and cap, at any price, tier, cache and fee", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", maxLength: 4_000 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 1, max: 20_000 }),
        anyPrices,
        fc.tuple(share, share, share, share),
        (texts, cap, context, prices, [ofInput, ofOutput, cached, written]) => {
          const messages = texts.map((content) => ({ role: "user" as const, content }));
          const profile = { ...prices, max_context_length: context };
          const input = Math.floor(Math.min(inputBound(messages), context) * ofInput);
          const cached_input = Math.floor(input * cached);
          const usage = {
            ...{ input, cached_input, cache_write: Math.floor((input - cached_input) * written) },
            output: Math.floor(cap * ofOutput),
          };
          const [cost, reserved] = [costOf(usage, prices), reserveFor(messages, cap, profile)];
          assert.ok(cost !== null && reserved !== null && cost <= reserved, `${cost} of ${reserved}`);
        },
      ),
    );
  });

  test("a reservation covers the tools, the schema and the earlier calls that go with the messages", () => {
    const messages = [{ role: "user" as const, content: "How warm?" }];
    const parameters = { type: "object", properties: { city: { type: "string", description: "ä".repeat(500) } } };
    const tools = [{ name: "weather", parameters }];
    const profile = { ...plain, max_context_length: 1_000_000 };
    const reserved = (...[said, beside]: [Parameters<typeof reserveFor>[0], Parameters<typeof reserveFor>[3]?]) =>
      reserveFor(said, 0, profile, beside) ?? assert.fail();
    const covers = (more: number, bytes: number) =>
      assert.ok(more - reserved(messages) >= bytes * 0.00000015 - 1e-9, `${more} for ${bytes} bytes more`);
    covers(reserved(messages, { tools }), Buffer.byteLength(JSON.stringify(tools)));
    covers(reserved(messages, { response_schema: parameters }), 2 * Buffer.byteLength(JSON.stringify(parameters)));
    const tool_calls = [{ id: "c1", name: "weather", arguments: "x".repeat(400) }];
    covers(reserved([...messages, { role: "assistant", content: "", tool_calls }]), 400);
  });

  test("what the price list itself reckons, to the nano-dollar, for any usage", async () => {
    const models = [
      ...[
        ["openai", "gpt-6-sol"],
        ["openai", "gpt-4.1"],
        ["anthropic", "claude-opus-5-5"],
        ["xai", "grok-4.6"],
      ],
      ...[
        ["google", "gemini-2.5-pro"],
        ["google", "gemini-3.8-flash"],
        ["mistral", "mistral-small-2603"],
      ],
      ...[
        ["groq", "openai/gpt-oss-120b"],
        ["together", "meta-llama/Llama-3.3-70B-Instruct-Turbo"],
      ],
      ...[
        ["openrouter", "deepseek/deepseek-v4-pro"],
        ["openrouter", "anthropic/claude-sonnet-4.5"],
      ],
    ] as const;
    const count = (max: number) => fc.integer({ min: 0, max });
    for (const [vendor, id] of models) {
      const model = await listed(vendor, id);
      assert.ok(model, `${vendor} ${id}`);
      for (const day of ["2026-08-01", "2026-11-21", "2027-01-01"]) {
        const timestamp = new Date(`${day}T12:00:00Z`);
        const usages = fc.tuple(count(400_000), share, share, count(20_000));
        fc.assert(
          fc.property(usages, ([input, cached, written, output]) => {
            const cached_input = Math.floor(input * cached);
            const cache_write = Math.floor((input - cached_input) * written);
            const ours = costOf({ input, output, cached_input, cache_write }, priceOn(model, timestamp)) ?? Number.NaN;
            const theirs = calcPrice(
              {
                ...{ input_tokens: input, output_tokens: output },
                ...{ cache_read_tokens: cached_input, cache_write_tokens: cache_write },
              },
              id,
              { providerId: vendor === "xai" ? "x-ai" : vendor, timestamp },
            );
            assert.ok(Math.abs(ours - (theirs?.total_price ?? Number.NaN)) < 1.1e-9, `${id}: ${ours}`);
          }),
          { numRuns: 30 },
        );
      }
    }
  });

  test("more output never costs less; nor does more input within a tier", () => {
    fc.assert(
      fc.property(anyPrices, fc.nat(20_000), fc.nat(5_000), fc.nat(5_000), (prices, input, output, more) => {
        const cost = costOf({ input, output }, prices) ?? Number.NaN;
        assert.ok((costOf({ input, output: output + more }, prices) ?? Number.NaN) >= cost);
        const untiered = { ...prices, prices: prices.prices && { ...prices.prices, tiers: [] } };
        const before = costOf({ input, output }, untiered) ?? Number.NaN;
        assert.ok((costOf({ input: input + more, output }, untiered) ?? Number.NaN) >= before);
      }),
    );
  });
});
