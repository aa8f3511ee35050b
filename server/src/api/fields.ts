/** A contract as rows of a table for people: each field with its type in words and what it means. */
import { z } from "zod";

export type Field = { path: string; type: string; meaning: string };

type Json = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Json[];
  oneOf?: Json[];
  items?: Json;
  properties?: Record<string, Json>;
  additionalProperties?: Json | boolean;
  propertyNames?: Json;
  required?: string[];
  format?: string;
  description?: string;
  $defs?: Record<string, Json>;
};

/** Objects inside of objects are listed by their path: `criticisms[].point`. */
export function fieldsOf(contract: z.ZodType): Field[] {
  const root = z.toJSONSchema(contract, { io: "output", unrepresentable: "any" }) as Json;
  const resolve = (one: Json): Json => {
    const name = one.$ref?.split("/").at(-1);
    return name === undefined ? one : { ...(root.$defs?.[name] ?? root), ...one };
  };
  const walk = (object: Json, prefix: string): Field[] =>
    Object.entries(object.properties ?? {}).flatMap(([name, given]) => {
      const { plain, nullable } = withoutNull(resolve(given), resolve);
      const optional = !object.required?.includes(name);
      const { type, inner, path } = inWords(plain, resolve);
      const here = `${prefix}${name}`;
      const words = [type, ...(nullable ? ["or null"] : []), ...(optional ? ["(may be missing)"] : [])].join(" ");
      const meaning = resolve(given).description ?? plain.description ?? "";
      return [{ path: here, type: words, meaning }, ...(inner ? walk(inner, `${here}${path}.`) : [])];
    });
  return walk(resolve(root), "");
}

type Resolve = (one: Json) => Json;

function withoutNull(one: Json, resolve: Resolve): { plain: Json; nullable: boolean } {
  const choices = one.anyOf ?? one.oneOf;
  if (Array.isArray(one.type) && one.type.includes("null")) {
    const [type = "null"] = one.type.filter((name) => name !== "null");
    return { plain: { ...one, type }, nullable: true };
  }
  const others = choices?.filter((choice) => choice.type !== "null") ?? [];
  const [only] = others;
  if (!choices || others.length !== 1 || !only) return { plain: one, nullable: false };
  return { plain: resolve(only), nullable: choices.length > 1 };
}

/** `inner`: the object whose fields are listed below; `path`: how they are reached. */
function inWords(one: Json, resolve: Resolve): { type: string; inner?: Json; path: string } {
  if (one.const !== undefined) return { type: JSON.stringify(one.const), path: "" };
  if (one.enum) return { type: one.enum.map((word) => `"${String(word)}"`).join(" | "), path: "" };
  if (one.type === "array") {
    const item = inWords(resolve(one.items ?? {}), resolve);
    return { type: `array of ${plural(item.type)}`, ...(item.inner && { inner: item.inner }), path: `[]${item.path}` };
  }
  if (one.type === "object" && one.properties) return { type: "object", inner: one, path: "" };
  if (one.type === "object" && typeof one.additionalProperties === "object") {
    const names = resolve(one.propertyNames ?? {})
      .enum?.map(String)
      .join(", ");
    const { type } = inWords(resolve(one.additionalProperties), resolve);
    return { type: `object of ${plural(type)}${names ? ` by ${names}` : ""}`, path: "" };
  }
  if (one.format === "uuid") return { type: "string, a UUID", path: "" };
  if (one.format === "date-time") return { type: "string, RFC 3339", path: "" };
  const choices = one.anyOf ?? one.oneOf;
  if (choices) return { type: choices.map((choice) => inWords(resolve(choice), resolve).type).join(" | "), path: "" };
  return { type: [one.type ?? "any"].flat().join(" | "), path: "" };
}

const plural = (type: string): string => (/^\w+$/.test(type) ? `${type}s` : `(${type})`);
