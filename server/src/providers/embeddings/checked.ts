/** What comes from outside is looked at before it is kept: a vector with a hole in it would be compared for ever. */
import { AppError } from "../../errors.ts";

/** Unit vectors of these numbers. Throws `embedding.unavailable` where they are not one for each text, of one length and finite. */
export function unitVectors(
  given: readonly ArrayLike<number>[],
  expected: { count: number; dimensions: number | null; model: string },
): Float32Array[] {
  const { count, model } = expected;
  const dimensions = expected.dimensions ?? given[0]?.length ?? 0;
  const fail = (what: string) => new AppError("embedding.unavailable", `What ${model} answered is unusable: ${what}`);
  if (given.length !== count) throw fail(`${given.length} vectors for ${count} texts`);
  if (dimensions < 1 || dimensions > MOST_DIMENSIONS)
    throw fail(`vectors of ${dimensions} dimensions, where 1 to ${MOST_DIMENSIONS} can be kept`);
  return given.map((numbers) => {
    if (numbers.length !== dimensions) throw fail(`a vector of ${numbers.length} dimensions instead of ${dimensions}`);
    const vector = Float32Array.from(numbers);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(length) || length === 0) throw fail("a vector that is no direction (zero, or not a number)");
    return vector.map((value) => value / length);
  });
}

/** Of pgvector's type `vector`. */
const MOST_DIMENSIONS = 16_000;
