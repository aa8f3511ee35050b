/** What the server found wrong, field by field. */
import { ApiError } from "@orchestratex/sdk/browser";

/** By the field's path in the request; empty where it named none. */
export function problemsOf(error: unknown): ReadonlyMap<string, string> {
  const errors = (error instanceof ApiError && error.problem?.errors) || [];
  return new Map(errors.map(({ path, problem }) => [path, problem]));
}

export const codeOf = (error: unknown): string | null => (error instanceof ApiError ? error.code : null);
