/** What calls cost: exact, never more than was reserved. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { addMoney, capFor, costOf, inputBound, type Prices, reserveFor } from "../../src/engine/cost.ts";

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
        const profile = { ...prices, ...unknown, max_context_length: 10, max_output_tokens: null };
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
        fc.option(fc.integer({ min: 1, max: 5_000 })),
        fc.integer({ min: 1, max: 20_000 }),
        anyPrices,
        fc.tuple(share, share, share, share),
        (texts, cap, most, context, prices, [ofInput, ofOutput, cached, written]) => {
          const messages = texts.map((content) => ({ role: "user" as const, content }));
          const profile = { ...prices, max_context_length: context, max_output_tokens: most };
          const input = Math.floor(Math.min(inputBound(messages), context) * ofInput);
          const cached_input = Math.floor(input * cached);
          const usage = {
            ...{ input, cached_input, cache_write: Math.floor((input - cached_input) * written) },
            output: Math.floor(capFor(cap, profile) * ofOutput),
          };
          const [cost, reserved] = [costOf(usage, prices), reserveFor(messages, cap, profile)];
          assert.ok(cost !== null && reserved !== null && cost <= reserved, `${cost} of ${reserved}`);
        },
      ),
    );
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
