/** A JSON schema as vendors enforce it strictly: every object closed, every property required. Pure. */

type Schema = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The schema closed, or null where closing it would change what it means: a property that may be left out and has no default,
 * an object of any keys. What the closed schema allows, the schema allows: a property with a default is asked for, the
 * default itself goes. Source: OpenAI, "Structured Outputs", supported schemas.
 */
export function strictly(schema: Schema): Schema | null {
  const { $schema, default: _, ...rest } = schema;
  if ("patternProperties" in rest || isObject(rest["additionalProperties"]) || rest["additionalProperties"] === true)
    return null;
  const closed: Record<string, unknown> = { ...rest };
  for (const [name, value] of Object.entries(rest)) {
    const part =
      name === "properties" || name === "$defs" || name === "definitions" ? members(value) : below(name, value);
    if (part === null) return null;
    closed[name] = part;
  }
  if (!isObject(rest["properties"])) return rest["type"] === "object" ? null : closed;
  const names = Object.keys(rest["properties"]);
  const required = Array.isArray(rest["required"]) ? rest["required"] : [];
  const properties = rest["properties"];
  const hasDefault = (name: string) => isObject(properties[name]) && "default" in properties[name];
  if (names.some((name) => !required.includes(name) && !hasDefault(name))) return null;
  return { ...closed, required: names, additionalProperties: false };
}

function members(value: unknown): Schema | null {
  if (!isObject(value)) return null;
  const closed = Object.entries(value).map(([name, part]) => [name, isObject(part) ? strictly(part) : null] as const);
  return closed.some(([, part]) => part === null) ? null : Object.fromEntries(closed);
}

const holdSchemas = new Set(["items", "anyOf", "prefixItems"]);

/** Null: it cannot be closed. */
function below(name: string, value: unknown): unknown {
  if (!holdSchemas.has(name)) return value;
  if (isObject(value)) return strictly(value);
  if (!Array.isArray(value)) return value;
  const parts = value.map((part) => (isObject(part) ? strictly(part) : null));
  return parts.includes(null) ? null : parts;
}
