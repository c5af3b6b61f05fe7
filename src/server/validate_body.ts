import { isJsonObject, type Json, quote } from "../base/mod.ts";
import type { Schema } from "./document/mod.ts";

/** The schemas that `$ref`s name, by their name. */
export type Definitions = Readonly<Record<string, Schema>>;

/**
 * Why a value does not fit a schema of the API document (the part of JSON
 * Schema draft 4 that the document uses); undefined when it does. Formats are
 * not looked at: a malformed version has an error code of its own.
 *
 * @param name what to call the value, as in `files[0].uuid`; "" for the body
 */
export function whyUnfit(
  value: Json,
  schema: Schema,
  definitions: Definitions,
  name = "",
): string | undefined {
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref.replace("#/definitions/", "")];
    return target && whyUnfit(value, target, definitions, name);
  }
  if (value === null && schema["x-nullable"]) return undefined;
  return whyWrongType(value, schema, name) ??
    whyWrongText(value, schema, name) ??
    first(
      schema.allOf ?? [],
      (part) => whyUnfit(value, part, definitions, name),
    ) ??
    whyWrongItems(value, schema, definitions, name) ??
    whyWrongProperties(value, schema, definitions, name);
}

function whyWrongType(
  value: Json,
  { type }: Schema,
  name: string,
): string | undefined {
  if (type === undefined || hasType(value, type)) return undefined;
  return name === ""
    ? `The request body is not a JSON ${type}`
    : `${quote(name)} is not of type '${type}'`;
}

function hasType(value: Json, type: NonNullable<Schema["type"]>): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
    case "integer":
      // A larger one would come out of the store as another number.
      return Number.isSafeInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
  }
}

function whyWrongText(
  value: Json,
  { pattern, enum: choices }: Schema,
  name: string,
): string | undefined {
  if (typeof value !== "string") return undefined;
  if (/\0|\p{Cs}/u.test(value)) {
    return `${quote(name)} has a character that cannot be stored`;
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    return `${quote(name)} does not match ${pattern}`;
  }
  if (choices !== undefined && !choices.includes(value)) {
    return `${quote(name)} is not one of ${choices.join(", ")}`;
  }
  return undefined;
}

function whyWrongItems(
  value: Json,
  { items, maxItems = Infinity }: Schema,
  definitions: Definitions,
  name: string,
): string | undefined {
  if (!Array.isArray(value)) return undefined;
  if (value.length > maxItems) {
    return `${quote(name)} has more than ${maxItems} items`;
  }
  if (items === undefined) return undefined;
  return first(
    value,
    (item, index) => whyUnfit(item, items, definitions, `${name}[${index}]`),
  );
}

function whyWrongProperties(
  value: Json,
  { properties = {}, required = [], additionalProperties: others }: Schema,
  definitions: Definitions,
  name: string,
): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const prefix = name === "" ? "" : `${name}.`;
  const missing = required.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) {
    return `${quote(prefix + missing)} is a required property`;
  }
  return first(Object.entries(value), ([key, member]) => {
    const schema = Object.hasOwn(properties, key) ? properties[key] : others;
    if (schema === false) return `${quote(prefix + key)} was not expected`;
    return typeof schema === "object"
      ? whyUnfit(member, schema, definitions, `${prefix}${key}`)
      : undefined;
  });
}

function first<T>(
  all: readonly T[],
  why: (one: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, one] of all.entries()) {
    const found = why(one, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
