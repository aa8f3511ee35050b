/** Every failure this server can name, and what the caller may do about it. */
const faults = {
  internal: { status: 500, retry: false, title: "Something failed on our side" },
  "request.malformed": { status: 400, retry: false, title: "The request cannot be read" },
  "request.invalid": { status: 422, retry: false, title: "The request does not fit the contract" },
  "request.too_large": { status: 413, retry: false, title: "The request body is too large" },
  "request.header_too_large": { status: 431, retry: false, title: "The path and headers are too large" },
  "request.timeout": { status: 408, retry: true, title: "The request did not arrive in time" },
  "request.media_type": { status: 415, retry: false, title: "The body must be application/json" },
  "request.host": { status: 403, retry: false, title: "The Host or Origin is not allowed" },
  "request.key_reused": { status: 422, retry: false, title: "The Idempotency-Key was used for another request" },
  "request.too_many": { status: 429, retry: true, title: "Too much at once" },
  "request.not_stream": { status: 406, retry: false, title: "The path is a stream of events" },
  "request.range": { status: 416, retry: false, title: "There are no such bytes" },
  "request.not_socket": { status: 426, retry: false, title: "The path is a WebSocket" },
  "route.not_found": { status: 404, retry: false, title: "There is no such path" },
  "route.method": { status: 405, retry: false, title: "The path does not take this method" },
  "session.not_found": { status: 404, retry: false, title: "There is no such session" },
  "session.ended": { status: 409, retry: false, title: "The session has ended" },
  "session.cost_limit_too_low": { status: 409, retry: false, title: "The cost limit is below what is spent or held" },
  "settings.changed": { status: 409, retry: false, title: "The settings were changed meanwhile" },
  "settings.not_found": { status: 404, retry: false, title: "There is no such version of the settings" },
  "thread.not_found": { status: 404, retry: false, title: "There is no such thread" },
  "thread.finished": { status: 409, retry: false, title: "The thread has ended" },
  "thread.running": { status: 409, retry: true, title: "The thread is still running" },
  "thread.started": { status: 409, retry: false, title: "The thread was asked before" },
  "thread.no_answer": { status: 409, retry: false, title: "The thread has no answer" },
  "thread.rejected": { status: 409, retry: false, title: "The user rejected the thread" },
  "thread.status_reserved": { status: 409, retry: false, title: "Only the server sets this status" },
  "thread.iteration_limit": { status: 409, retry: false, title: "The thread has had its ten iterations" },
  "thread.not_started": { status: 409, retry: false, title: "The thread has not been asked to run" },
  "thread.parked": { status: 500, retry: false, title: "The thread failed in every attempt to run it" },
  "share.not_found": { status: 404, retry: false, title: "There is no such link to a thread" },
  "response.not_found": { status: 404, retry: false, title: "The thread has no such answer" },
  "model.not_found": { status: 404, retry: false, title: "There is no such model" },
  "model.exists": { status: 409, retry: false, title: "Another model has that name" },
  "model.built_in": { status: 409, retry: false, title: "The model comes with the server" },
  "model.no_provider": { status: 409, retry: false, title: "Nothing here speaks for the model's provider" },
  "integration.not_found": { status: 404, retry: false, title: "There is no such integration" },
  "integration.from_environment": { status: 409, retry: false, title: "The environment has set this already" },
  "integration.no_encryption_key": {
    status: 409,
    retry: false,
    title: "Secrets cannot be kept without ENCRYPTION_KEY",
  },
  "integration.no_key": { status: 409, retry: false, title: "There is no key to try" },
  "integration.no_address": { status: 409, retry: false, title: "The integration has no address" },
  "model.none": { status: 409, retry: true, title: "No model can take this prompt" },
  "model.unknown_price": { status: 409, retry: false, title: "The model's price is unknown" },
  "model.output_invalid": { status: 502, retry: true, title: "The model's reply does not fit the asked form" },
  "budget.exceeded": { status: 402, retry: false, title: "The cost limit leaves no room for a call" },
  "deadline.passed": { status: 504, retry: true, title: "The deadline passed before there was an answer" },
  "thread.stopped": { status: 409, retry: false, title: "The thread was stopped before there was an answer" },
  "file.not_found": { status: 404, retry: false, title: "There is no such file" },
  "file.too_large": { status: 413, retry: false, title: "The file is too large" },
  "file.type_not_allowed": { status: 415, retry: false, title: "Files of this type are not taken here" },
  "file.quota_exceeded": { status: 413, retry: false, title: "Your files would take more room than you have" },
  "file.disk_full": { status: 507, retry: true, title: "There is no room left for the file" },
  "file.running": { status: 409, retry: true, title: "The file is being worked on" },
  "file.no_text": { status: 409, retry: true, title: "The file has not been read yet" },
  "file.not_running": { status: 409, retry: false, title: "Nothing is done with the file now" },
  "file.cancelled": { status: 409, retry: true, title: "Reading the file was cancelled" },
  "file.unreadable": { status: 422, retry: false, title: "The file is broken, or is not what it seems" },
  "file.encrypted": { status: 422, retry: false, title: "The file is protected by a password" },
  "file.took_too_long": { status: 422, retry: true, title: "Reading the file took too long" },
  "file.too_much_memory": { status: 422, retry: false, title: "Reading the file took too much memory" },
  "file.beyond_limits": { status: 422, retry: false, title: "The file holds more than may be unpacked" },
  "file.reader_died": { status: 422, retry: true, title: "The program that reads files died of this one" },
  "file.bytes_lost": { status: 500, retry: false, title: "The bytes of the file are gone" },
  "file.store_failed": { status: 503, retry: true, title: "The place where files are kept does not answer" },
  "upload.incomplete": { status: 409, retry: false, title: "Bytes of the upload are missing" },
  "upload.complete": { status: 409, retry: false, title: "The upload is complete" },
  "upload.checksum": { status: 422, retry: true, title: "What arrived is not what was sent" },
  "upload.length": { status: 422, retry: false, title: "The number of bytes is wrong" },
  "embedding.unavailable": { status: 503, retry: true, title: "The embedding model cannot be used now" },
  "embedding.not_found": { status: 404, retry: false, title: "There is no such embedding model here" },
  "feature.not_available": { status: 422, retry: false, title: "This server cannot do that yet" },
  "config.invalid": { status: 500, retry: false, title: "The configuration is wrong" },
  "store.locked": { status: 503, retry: true, title: "The data folder is in use" },
  "store.failed": { status: 503, retry: true, title: "The database failed" },
  "server.stopping": { status: 503, retry: true, title: "The server is stopping" },
  "provider.rate_limited": { status: 503, retry: true, title: "The provider asks us to slow down" },
  "provider.rejected": { status: 502, retry: false, title: "The provider refused the call" },
  "provider.unreachable": { status: 504, retry: true, title: "The provider did not answer, or broke off" },
  "provider.key_rejected": { status: 502, retry: false, title: "The provider does not accept the key" },
  "provider.no_credit": { status: 502, retry: false, title: "The account at the provider has no credit left" },
  "provider.model_unknown": { status: 502, retry: false, title: "The provider does not know the model" },
  "provider.too_long": { status: 502, retry: false, title: "The prompt is too long for the model" },
  "provider.failed": { status: 502, retry: true, title: "The provider failed" },
  "provider.unreadable": { status: 502, retry: true, title: "The provider's reply cannot be read" },
  "provider.form_refused": {
    status: 502,
    retry: true,
    title: "The provider cannot enforce the form; asked again more loosely",
  },
  "provider.paused": {
    status: 503,
    retry: true,
    title: "The model has failed so often that it is left alone for a while",
  },
  "call.lost": { status: 503, retry: true, title: "The server that made the call has lost it" },
  "call.not_sent": { status: 503, retry: true, title: "The call was not sent in time" },
  "provider.empty": { status: 502, retry: true, title: "The provider's answer was empty" },
} as const satisfies Record<string, { status: number; retry: boolean; title: string }>;

export type FaultCode = keyof typeof faults;

export const faultCodes = Object.keys(faults) as FaultCode[];

export const faultOf = (code: FaultCode): { status: number; retry: boolean; title: string } => faults[code];

/**
 * A failure with a name.
 *
 * `code` is for programs and never changes; `message` is for people: what, where, what to do.
 * `errors` lists the fields of a validation fault. Neither ever holds a key or a prompt.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: FaultCode;
  readonly errors: readonly { path: string; problem: string }[] | undefined;

  constructor(
    code: FaultCode,
    message: string,
    options: { errors?: readonly { path: string; problem: string }[]; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.errors = options.errors;
  }

  get status(): number {
    return faults[this.code].status;
  }

  get retry(): boolean {
    return faults[this.code].retry;
  }
}
