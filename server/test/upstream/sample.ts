/** The smallest value that fits a JSON schema, as far as tools and replies use it. */
import { type Json, listOf, numberOf, objectOf, stringOf } from "./wire.ts";

export function sampleOf(schema: unknown, root: unknown = schema): unknown {
  const told = objectOf(schema);
  if (typeof told["$ref"] === "string") return sampleOf(referred(told["$ref"], root), root);
  if (told["const"] !== undefined) return told["const"];
  const choices = listOf(told["enum"] ?? told["anyOf"] ?? told["oneOf"]);
  if (choices.length > 0) return told["enum"] === undefined ? sampleOf(choices[0], root) : choices[0];
  const type = listOf(told["type"])[0] ?? told["type"];
  switch (typeof type === "string" ? type.toLowerCase() : "object") {
    case "string":
      return "sample".padEnd(numberOf(told["minLength"]) ?? 0, ".");
    case "integer":
    case "number":
      return numberOf(told["minimum"]) ?? 1;
    case "boolean":
      return true;
    case "null":
      return null;
    case "array":
      return Array.from({ length: numberOf(told["minItems"]) ?? 1 }, () => sampleOf(told["items"], root));
    default:
      return objectSample(told, root);
  }
}

const objectSample = ({ properties, required }: Json, root: unknown): Json =>
  Object.fromEntries(
    Object.entries(objectOf(properties))
      .filter(([name]) => required === undefined || listOf(required).includes(name))
      .map(([name, schema]) => [name, sampleOf(schema, root)]),
  );

/** `#/$defs/name` */
const referred = (reference: string, root: unknown): unknown =>
  stringOf(reference)
    .split("/")
    .slice(1)
    .reduce<unknown>((found, step) => objectOf(found)[step], root);
