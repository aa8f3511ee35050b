/** What every vendor's wire promises when all goes well. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { everyVendor, openSeats } from "./conformance.ts";

const TEXT = "A clock has two hands. 時計には針が二本あります。 Часы 🕰️👩‍🚀, naïve café — done.";

for (const vendor of everyVendor)
  test(`${vendor.id}: an answer comes whole and streamed, with what it cost and why it ended`, async (t) => {
    const { ask, upstream } = await openSeats(t, { text: TEXT, details: { cached: 5, reasoning: 3 } });
    const whole = await ask(vendor);
    const streamed = await ask(vendor, { stream: true });
    assert.equal(whole.text, TEXT);
    assert.equal(streamed.text, TEXT);
  });
