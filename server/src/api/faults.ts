/** What each fault code means and what to do about it: `docs/errors.md` and the page at `/docs/errors`. */
import { type FaultCode, faultCodes, faultOf } from "../errors.ts";
import { coded, escaped } from "./html.ts";

/** Every code has its line: the compiler sees to it. */
const meanings: Record<FaultCode, string> = {
  internal:
    "A fault of ours: please report it. The server's log has the cause; of a request, under the id in `instance`.",
  "request.malformed": "Headers or body cannot be read: check that the body is whole, valid JSON in UTF-8.",
  "request.invalid": "Fields do not fit the contract: `errors` names each with its problem; `/docs` has the contract.",
  "request.too_large": "A body under `/api` may have 2 MB at most, under `/v1` 25 MB: send less.",
  "request.header_too_large": "Path and headers may have 16 kB at most together: put long text into the body.",
  "request.timeout": "The request did not arrive whole within 30 seconds: send it again.",
  "request.media_type": "Set `Content-Type: application/json`.",
  "request.host":
    "Without accounts the server answers only to this machine: call it as localhost, 127.0.0.1 or [::1], and not from pages of other sites.",
  "request.key_reused": "An Idempotency-Key names one request for a day: use a new key for another body.",
  "request.too_many":
    "Sockets, subscriptions of one socket, or messages by second are too many: `detail` says which and how many may be.",
  "request.not_stream": "Ask for it with `Accept: text/event-stream`, as a browser's EventSource does.",
  "request.range": "The header `Content-Range` of the answer says how many bytes there are: ask for some of those.",
  "request.not_socket": "Connect with a WebSocket client, or follow by server-sent events: `/docs/live` has both.",
  "route.not_found": "The path is not one of ours: `/docs` lists them.",
  "route.method": "The header `Allow` names the methods that the path takes.",
  "session.not_found": "The id is wrong, the session was erased, or it is not yours.",
  "session.ended": "Nothing new runs in an ended session: make another.",
  "session.cost_limit_too_low": "Name at least the amount in `errors`, or null for no limit.",
  "settings.changed":
    "Another change came first: read `GET /api/orchestrate/settings`, and name its `algorithm_version` as `expected_version` or `If-Match`.",
  "settings.not_found": "`GET /api/orchestrate/settings/versions` lists the versions.",
  "thread.not_found": "The id is wrong, the thread was erased, or it is not yours.",
  "thread.finished":
    "The thread has its final state: there is nothing to stop. Read it with `GET /api/threads/{thread_id}`.",
  "thread.running": "Wait for its end, or stop it, then try again.",
  "thread.started": "A draft runs once: ask a new prompt.",
  "thread.no_answer": "It has failed, or nothing was answered yet: wait for the first answer, or ask a new prompt.",
  "thread.rejected":
    "The user set it to `failed`; its best answer is kept. Set it to `completed` with `PUT /api/threads/{thread_id}/status` to take that back.",
  "thread.status_reserved":
    "You may set `completed` (accept the best so far; what runs is stopped) or `failed`; the other words are the server's.",
  "thread.iteration_limit": "A thread has ten iterations at most: ask a new prompt that builds on it.",
  "thread.not_started": "The thread is a draft: ask it first with `POST /api/orchestrate/prompt`.",
  "thread.parked":
    "A thread failed in each of five attempts to run it. The server's log has the cause; ask again once it is mended.",
  "share.not_found": "The link was withdrawn or never existed: ask who gave it to you for another.",
  "response.not_found":
    "`GET /api/threads/{thread_id}/responses` lists them; only a completed answer or revision of this thread can become its final one.",
  "model.not_found": "`GET /api/models/` lists the models.",
  "model.exists":
    "A `model_name` or alias belongs to one model only, in any case: `detail` says whose it is. Choose another.",
  "model.built_in":
    "It would come back at the next start: switch it off with `is_active` false in `PUT /api/models/{model_name}`.",
  "model.no_provider":
    "Nobody can ask it, so it cannot be available: set up its provider, or use a model of another one.",
  "integration.not_found": "`GET /api/integrations` lists them; one of your own is made by `PUT` with a `base_url`.",
  "integration.from_environment":
    "What the environment sets, wins: change the variable that `detail` names and restart, or take it away first.",
  "integration.no_encryption_key":
    "Several processes may share a database server, and each must be able to read what one has stored: set `ENCRYPTION_KEY`, the same for all, and restart.",
  "integration.no_key": "Name a `key` in the body, or store one with `PUT /api/integrations/{name}`.",
  "integration.no_address": "Give its `base_url`: an OpenAI-compatible address, such as http://127.0.0.1:8080/v1.",
  "model.none":
    "All models are excluded, inactive, unavailable or too small for the prompt: `detail` says which. Exclude fewer, shorten the prompt, or set up a provider.",
  "model.unknown_price":
    "A session with a cost limit cannot use a model without a price: set its prices, or the limit to null.",
  "model.output_invalid": "The model did not write what was asked, twice. Another evaluator or a later attempt may.",
  "budget.exceeded":
    "The next call might cost more than is left: raise `cost_limit`, or choose cheaper models or fewer iterations.",
  "deadline.passed": "Nothing was answered in time: raise `deadline_ms`, or ask for less.",
  "thread.stopped": "The stop came before the first answer: ask again.",
  "file.not_found": "The id is wrong, the file was deleted, or it is not yours.",
  "file.too_large": "`MAX_FILE_SIZE` says how large a file may be here: split it, or raise the limit.",
  "file.type_not_allowed":
    "`ALLOWED_FILE_TYPES` lists the types this server takes: convert the file, or extend the list.",
  "file.quota_exceeded": "Delete files you do not need any more, or ask for a larger `ORCHESTRATEX_FILES_QUOTA`.",
  "file.disk_full":
    "Make room on the server's disk, then send the rest, or have the file read again. What has arrived is kept.",
  "file.running": "Wait until it is ready or has failed, or cancel it.",
  "file.no_text": "Wait until its text has been extracted: `GET /api/files/{file_id}/status` says how far it is.",
  "file.not_running": "Only what is queued or being processed can be cancelled, and only what has ended tried again.",
  "file.cancelled": "You, or someone with your access, stopped it. Have it read again when you like.",
  "file.unreadable": "Open it where it was made, save it anew, and upload that.",
  "file.encrypted": "Save it without a password and upload that.",
  "file.took_too_long": "Try again when the server has less to do, or split the file and upload the parts.",
  "file.too_much_memory": "Split the file, or save it in a simpler form, such as plain text, and upload that.",
  "file.beyond_limits":
    "The limits protect the server from files that unpack to far more than they show. Split it, or take out what is not needed.",
  "file.reader_died":
    "Other files are not affected. Try it once more; if it fails again, save it in another form, such as PDF, and upload that.",
  "file.bytes_lost":
    "They were taken away from where the server keeps files. Delete the file here, and upload it again.",
  "file.store_failed":
    "Try again later. The server's log has the cause, such as a bucket that is not there, or keys that are not right.",
  "upload.incomplete":
    "`GET /api/files/{file_id}/status` and the answer to each chunk tell what is missing: send that.",
  "upload.complete": "All bytes are there already: begin another upload for another file.",
  "upload.checksum":
    "Nothing of it was kept: send the chunk again. Of a whole file: it was changed while it was sent, or the checksum is wrong.",
  "upload.length": "Each chunk but the last has `chunk_size` bytes, and all together `size`.",
  "embedding.unavailable": "`GET /api/files/processing` says why. Full text finds files meanwhile.",
  "embedding.not_found": "`GET /api/files/processing` names the embedding model in use.",
  "feature.not_available":
    "The request asks for something that this version does not have: leave out the fields in `errors`.",
  "config.invalid": "The server does not start: each wrong environment variable is named, with what it takes.",
  "store.locked": "Another process has the data folder: stop it, or set `ORCHESTRATEX_DATA` to another.",
  "store.failed":
    "The database cannot be opened, or does not answer: see the server's log, the disk's space and its permissions.",
  "server.stopping":
    "The server is about to restart or end: try again in a moment. Accepted threads go on after the restart.",
  "provider.rate_limited":
    "The provider takes no more for now: it is tried again by itself, then another model answers.",
  "provider.rejected":
    "The provider will not take this call (key, model, content, or account): see `detail` and the provider's account.",
  "provider.unreachable":
    "No connection, a timeout, or a stream that broke: it is tried again by itself, then another model answers.",
  "provider.key_rejected":
    "The key is wrong, expired, or may not use this model: put another in its place; `detail` has the provider's words.",
  "provider.no_credit": "Add credit at the provider, or use a key of another account; meanwhile other models answer.",
  "provider.model_unknown":
    "The provider has retired the model, or never had it: set `model_version` to one that it lists.",
  "provider.too_long":
    "Prompt and context do not fit the model's window: shorten them, or take a model with a larger one.",
  "provider.failed": "A fault on the provider's side: it is tried again by itself, then another model answers.",
  "provider.unreadable":
    "What came back is not what the provider's wire promises (a proxy's page, broken JSON): check the endpoint if it goes on.",
  "provider.form_refused":
    "The endpoint takes no JSON schema, JSON mode or setting of that kind: it is asked again at once with less, and from then on.",
  "provider.paused":
    "It is tried again by itself after a pause; meanwhile other models answer. `GET /api/orchestrate/models/health` says since when.",
  "call.lost":
    "A process ended, or stood still, while a model that was asked directly answered: what it held stays unconfirmed. Ask again.",
  "call.not_sent":
    "The server stood still (a suspended machine?) after a call was reserved, so it was not sent and cost nothing: it is reserved anew by itself.",
  "provider.empty": "The model answered with nothing: it is tried again by itself, then another model answers.",
};

export const meaningOf = (code: FaultCode): string => meanings[code];

/** The text of `docs/errors.md`. */
export function errorsMarkdown(): string {
  const rows = faultCodes.map((code) => {
    const { status, retry, title } = faultOf(code);
    return `| <a id="${code}"></a>\`${code}\` | ${status} | ${retry ? "yes" : "no"} | ${title} | ${meanings[code]} |`;
  });
  return `# Errors

Every failure is an answer of \`application/problem+json\` (RFC 9457). Its \`code\` is one of these and never changes its meaning;
\`detail\` says what went wrong, where, and what to do; \`retry\` says whether the same request may succeed later; \`instance\` is the
request id, also in the header \`X-Request-Id\` and in the server's log. Under \`/v1\` failures have OpenAI's form, with the same
codes where OpenAI has none: [openai.md](openai.md). The same page is served at \`/docs/errors\`.
This file is made from \`server/src/api/faults.ts\`; a test keeps the two equal.

| code | status | retry | title | meaning and remedy |
|---|---|---|---|---|
${rows.join("\n")}
`;
}

/** The page at `/docs/errors`; a problem's `type` points to a row of it. */
export function errorsHtml(): string {
  const rows = faultCodes.map((code) => {
    const { status, retry, title } = faultOf(code);
    const cells = [status, retry ? "yes" : "no", escaped(title), coded(escaped(meanings[code]))];
    return `<tr id="${code}"><th scope="row"><a href="#${code}"><code>${code}</code></a></th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Errors · OrchestrateX</title>
<link rel="stylesheet" href="/assets/style.css">
<main class="wide">
<p><a href="/">OrchestrateX</a> · <a href="/docs">API</a></p>
<h1>Errors</h1>
<p>Every failure is an answer of <code>application/problem+json</code> (RFC 9457). Its <code>code</code> is one of these.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col">retry</th><th scope="col">title</th><th scope="col">meaning and remedy</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>
</main>
</html>
`;
}
