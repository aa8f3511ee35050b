/** Bodies, queries and paths against the contract: every bad field is named, and nothing that the store cannot keep comes in. */
import type { FastifyInstance, FastifySchemaCompiler } from "fastify";
import { serializerCompiler } from "fastify-type-provider-zod";
import type { z } from "zod";
import { AppError, type FaultCode } from "../errors.ts";

type Complaint = { path: string; problem: string };

/** More than this many are not told. */
const MOST_COMPLAINTS = 50;

export function validate(app: FastifyInstance): void {
  app.setValidatorCompiler(compile);
  app.setSerializerCompiler(serializerCompiler);
  readJson(app);
}

const compile: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    const unstorable = httpPart === "body" ? unstorableTexts(data) : [];
    if (unstorable.length > 0) return { error: invalid("body", unstorable) };
    const parsed = schema.safeParse(data ?? undefined);
    if (parsed.success) return { value: parsed.data };
    const complaints = parsed.error.issues.slice(0, MOST_COMPLAINTS).map(complaintOf);
    return { error: httpPart === "params" ? notFound(complaints) : invalid(httpPart ?? "", complaints) };
  };
};

const complaintOf = ({ path, message }: z.core.$ZodIssue): Complaint => ({
  path: path.map(String).join("."),
  problem: message.endsWith("received undefined") ? "is missing" : message,
});

const invalid = (part: string, errors: readonly Complaint[]): AppError => {
  const where = part === "body" ? "The body" : "The query";
  const list = errors.map(({ path, problem }) => (path === "" ? problem : `${path}: ${problem}`));
  return new AppError("request.invalid", `${where} does not fit the contract: ${list.slice(0, 5).join("; ")}`, {
    errors,
  });
};

const nouns: Record<string, FaultCode> = {
  session_id: "session.not_found",
  thread_id: "thread.not_found",
  share_id: "share.not_found",
  file_id: "file.not_found",
  model_name: "model.not_found",
  model: "model.not_found",
  name: "integration.not_found",
};

/** A path whose id cannot be one names nothing. */
function notFound(complaints: readonly Complaint[]): AppError {
  const code = nouns[complaints[0]?.path ?? ""] ?? "route.not_found";
  const [noun = "path"] = code.split(".");
  return new AppError(
    code,
    `There is no such ${noun === "route" ? "path" : noun}: the path does not hold the id of one`,
  );
}

/**
 * Strings that PostgreSQL refuses, wherever they are: with U+0000, or with half of a surrogate pair.
 * Walks without recursion: a body may be nested a million deep.
 */
function unstorableTexts(body: unknown): Complaint[] {
  const found: Complaint[] = [];
  const open: { value: unknown; path: string }[] = [{ value: body, path: "" }];
  for (let next = open.pop(); next !== undefined && found.length < MOST_COMPLAINTS; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === "string") {
      if (value.includes("\u0000")) found.push({ path, problem: "must not contain U+0000" });
      else if (!value.isWellFormed())
        found.push({ path, problem: "must be well-formed Unicode: half of a surrogate pair stands alone" });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        // Deeper than any field of ours: named by its place up to here.
        const inside = path.length > 200 ? path : path === "" ? key : `${path}.${key}`;
        if (typeof inner === "string" || typeof inner === "object") open.push({ value: inner, path: inside });
      }
    }
  }
  return found;
}

/** JSON alone is read, `__proto__` is dropped, and an empty body is none. */
function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("remove", "remove");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body: string, done) => {
    if (body.trim() === "") done(null, undefined);
    else parse(request, body, done);
  });
}
