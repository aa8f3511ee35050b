/** What can go wrong between a client and the server. */
import type { Problem } from "./contract/common.ts";

/** The server answered, and refused or failed. `code` is for programs, `detail` says what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** The whole problem document; null when the answer was none, so that something else may be listening there. */
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null, url: string) {
    const detail = problem?.detail ?? `${url} answered ${status} without saying why; is it an OrchestrateX server?`;
    super(detail);
    this.status = status;
    this.code = problem?.code ?? "http.unexpected";
    this.detail = detail;
    this.problem = problem;
  }
}

/** Nobody answers, or the line broke and would not come back. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  readonly baseUrl: string;

  constructor(baseUrl: string, cause: unknown) {
    super(`${baseUrl} cannot be reached`, { cause });
    this.baseUrl = baseUrl;
  }
}

/** The answer does not fit the contract: another version, or another program. */
export class UnexpectedReplyError extends Error {
  override readonly name = "UnexpectedReplyError";

  constructor(url: string, what: string, cause?: unknown) {
    super(`${url} answered what this client cannot read: ${what}`, { cause });
  }
}

/** The failure that a reply with an error status stands for. */
export async function failureOf(response: Response, url: string): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  return new ApiError(response.status, isProblem(body) ? body : null, url);
}

const isProblem = (body: unknown): body is Problem => {
  const { code, title, detail, status } = (body ?? {}) as Partial<Record<keyof Problem, unknown>>;
  return [code, title, detail].every((text) => typeof text === "string") && typeof status === "number";
};
