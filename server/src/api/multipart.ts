/** A form with one file in it, as a browser or `curl -F` sends it: read as it comes. */
import multipart, { type MultipartFile } from "@fastify/multipart";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import { piecesOf } from "./arriving.ts";

export type FormFile = {
  name: string;
  mime: string | null;
  /** Those before the file. */
  fields: Readonly<Record<string, string>>;
  pieces: AsyncIterable<Uint8Array>;
};

export function readForms(scope: FastifyInstance): void {
  scope.register(multipart, {
    limits: {
      ...{ files: 1, fields: 20, parts: 21, headerPairs: 50 },
      ...{ fieldNameSize: 100, fieldSize: 10_000, fileSize: Number.MAX_SAFE_INTEGER },
    },
  });
}

/** `take` gets the file as it comes, and its answer is ours once the form has ended as a form does. */
export async function readForm<Result>(
  request: FastifyRequest,
  take: (file: FormFile) => Promise<Result>,
): Promise<Result> {
  const fields: Record<string, string> = Object.create(null);
  const parts = request.parts();
  let taken: { result: Result } | undefined;
  for (;;) {
    const { value: part, done } = await parts.next().catch((error) => {
      throw malformed(error);
    });
    if (done) break;
    if (part.type === "field") fields[part.fieldname] = String(part.value);
    else taken = { result: await takeFile(part, fields, take) };
  }
  if (!taken)
    throw new AppError("request.invalid", "The form has no file: send it as the field `file`", {
      errors: [{ path: "file", problem: "is missing" }],
    });
  return taken.result;
}

async function takeFile<Result>(
  { file, filename, mimetype }: MultipartFile,
  fields: FormFile["fields"],
  take: (file: FormFile) => Promise<Result>,
): Promise<Result> {
  try {
    return await take({ name: filename ?? "", mime: mimetype || null, fields, pieces: piecesOf(file) });
  } finally {
    // What is left of it must not keep the form from its end.
    if (!file.readableEnded) file.destroy();
  }
}

const malformed = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError("request.malformed", "The body is not a form of multipart/form-data that ends as it should", {
        cause: error,
      });
