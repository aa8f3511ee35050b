/** The log: one line of JSON for each thing worth knowing, in which nothing stands that only its owner may read. */
import { type DestinationStream, type Level, type Logger, pino, stdTimeFunctions } from "pino";

/** Values under these names are left out, wherever they stand: what opens doors, and what people and models write. */
const PRIVATE =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|api_?key|apikey|pass(?:word|wd)?|secret|client_secret|token|access_token|refresh_token|id_token|ticket|credentials?|prompt|original_prompt|processed_prompt|prompt_sent|context|context_provided|messages?_sent|answer|feedback|comment|text|content|response_text|partial_text|final_response|draft_response|revised_answer|body|payload|parameters|detail|where|hint)$/i;

const LEFT_OUT = "[left out]";

/** What opens doors, inside of longer texts. */
const secrets: readonly [pattern: RegExp, instead: string][] = [
  [/\b((?:set-)?cookie)\s*:[^\n]+/gi, `$1: ${LEFT_OUT}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${LEFT_OUT}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, `$1${LEFT_OUT}@`],
  [
    /([?&;]|\b)(ticket|token|access_token|key|api_?key|secret|password|authorization|cookie)(=|"?\s*:\s*"?)[^\s&"',;]+/gi,
    `$1$2$3${LEFT_OUT}`,
  ],
  [/\b(?:sk|pk|xai|gsk|AIza|ghp|or)[-_][\w-]{12,}/g, LEFT_OUT],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, LEFT_OUT],
];

/** A quotation longer than this may be somebody's text; what JSON.parse quotes always is. */
const QUOTED = /(["“«`])[^"“”«»`]{40,}(["”»`]|$)/gs;
const UNPARSED = /,? ?(?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON/s;

const MOST_CHARACTERS = 2_000;
const DEEPEST = 6;
const MOST_CAUSES = 5;

/** Lines go to standard output, or where they are told to. */
export const openLog = (level: Level | "silent", destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      timestamp: stdTimeFunctions.isoTime,
      // An error has been cleaned below: pino would read it again.
      serializers: { err: (one: unknown) => one },
      hooks: {
        logMethod(given, log) {
          log.apply(this, (given as unknown[]).map((one) => cleaned(one, 0)) as typeof given);
        },
      },
    },
    destination ?? pino.destination(1),
  );

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === "string") return cleanText(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return depth === 0 ? { err: cleanError(value, 0) } : cleanError(value, 0);
  if (value instanceof Date) return value;
  // Of what is no plain object, such as a request, nobody knows what hangs on it.
  if (depth > DEEPEST || !(Array.isArray(value) || isPlain(value))) return LEFT_OUT;
  if (Array.isArray(value)) return value.slice(0, 100).map((one) => cleaned(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      PRIVATE.test(name) && inner !== null ? LEFT_OUT : cleaned(inner, depth + 1),
    ]),
  );
}

const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** What an error says of itself, and nothing else that hangs on it: requests, configurations and replies do. */
function cleanError(error: Error, depth: number): object {
  const { name, message, stack, cause } = error;
  const frames = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const told = ["code", "errno", "syscall", "status", "statusCode", "sqlState", "constraint", "table"].flatMap(
    (key) => {
      const value: unknown = Object.getOwnPropertyDescriptor(error, key)?.value;
      return typeof value === "string" || typeof value === "number" ? [[key, cleaned(value, depth)]] : [];
    },
  );
  return {
    type: name,
    message: cleanText(message),
    ...Object.fromEntries(told),
    stack: frames.slice(0, 20).join("\n"),
    ...(cause instanceof Error && depth < MOST_CAUSES && { cause: cleanError(cause, depth + 1) }),
    ...(error instanceof AggregateError && {
      errors: error.errors.slice(0, 10).map((one) => (one instanceof Error ? cleanError(one, MOST_CAUSES) : LEFT_OUT)),
    }),
  };
}

function cleanText(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  const open = secrets.reduce((so, [pattern, instead]) => so.replace(pattern, instead), short);
  return open.replace(UNPARSED, " is not valid JSON").replace(QUOTED, `$1${LEFT_OUT}$2`);
}
