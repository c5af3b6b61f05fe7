import type { Schema } from "../../../src/server/document/mod.ts";

/** What `$ref`s lead to, by name. */
export type Definitions = Readonly<Record<string, Schema>>;

/** How strictly a value is held against its schema. */
export interface Strictness {
  definitions: Definitions;
  /** Whether DSS_VERSIONs must be ones. */
  formats?: boolean;
  /** Whether only properties that are named may be there. */
  closed?: boolean;
}

/**
 * Every way in which a value breaks a schema: the part of JSON Schema draft 4
 * that the document uses. Written for tests alone: what the service checks
 * requests with is not trusted with its answers.
 */
export function breaches(
  value: unknown,
  schema: Schema,
  how: Strictness,
  at = "$",
): string[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const target = how.definitions[name];
    if (target === undefined) return [`${at}: no definition ${schema.$ref}`];
    return breaches(value, target, how, at);
  }
  if (value === null && schema["x-nullable"] === true) return [];
  const found = (schema.allOf ?? []).flatMap((part) =>
    breaches(value, part, how, at)
  );
  if (schema.type !== undefined && !isOf(schema.type, value)) {
    return [...found, `${at}: ${short(value)} is no ${schema.type}`];
  }
  if (typeof value === "string") found.push(...ofText(value, schema, how, at));
  if (typeof value === "number") found.push(...ofNumber(value, schema, at));
  if (Array.isArray(value)) found.push(...ofList(value, schema, how, at));
  else if (typeof value === "object" && value !== null) {
    found.push(...ofObject(value as Record<string, unknown>, schema, how, at));
  }
  return found;
}

const IS: Record<NonNullable<Schema["type"]>, (value: unknown) => boolean> = {
  array: Array.isArray,
  boolean: (value) => typeof value === "boolean",
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === "number",
  object: (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value),
  string: (value) => typeof value === "string",
};

function isOf(type: NonNullable<Schema["type"]>, value: unknown): boolean {
  return IS[type](value);
}

function ofText(
  value: string,
  { enum: choices, pattern, format }: Schema,
  { formats = false }: Strictness,
  at: string,
): string[] {
  const found: string[] = [];
  if (choices !== undefined && !choices.includes(value)) {
    found.push(`${at}: ${short(value)} is none of ${choices.join(" ")}`);
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    found.push(`${at}: ${short(value)} does not match ${pattern}`);
  }
  if (formats && format === "DSS_VERSION" && !isDssVersion(value)) {
    found.push(`${at}: ${short(value)} is no DSS_VERSION`);
  }
  return found;
}

function ofNumber(
  value: number,
  { minimum = -Infinity, maximum = Infinity }: Schema,
  at: string,
): string[] {
  return value < minimum || value > maximum
    ? [`${at}: ${value} is not from ${minimum} to ${maximum}`]
    : [];
}

function ofList(
  value: unknown[],
  { items, maxItems = Infinity }: Schema,
  how: Strictness,
  at: string,
): string[] {
  const found = value.length > maxItems
    ? [`${at}: more than ${maxItems} items`]
    : [];
  if (items === undefined) return found;
  return found.concat(
    value.flatMap((item, index) =>
      breaches(item, items, how, `${at}[${index}]`)
    ),
  );
}

function ofObject(
  value: Record<string, unknown>,
  { properties, required = [], additionalProperties: others }: Schema,
  how: Strictness,
  at: string,
): string[] {
  const found = required.filter((key) => !Object.hasOwn(value, key))
    .map((key) => `${at}: lacks ${key}`);
  const known = properties ?? {};
  for (const [key, member] of Object.entries(value)) {
    const own = Object.hasOwn(known, key) ? known[key] : undefined;
    if (own !== undefined) {
      found.push(...breaches(member, own, how, `${at}.${key}`));
    } else if (typeof others === "object") {
      found.push(...breaches(member, others, how, `${at}.${key}`));
    } else if (others === false || (how.closed && properties !== undefined)) {
      found.push(`${at}: has ${short(key)}, which is not in the document`);
    }
  }
  return found;
}

/** Whether a text is a moment in the format of the DSS. */
export function isDssVersion(text: string): boolean {
  const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d)(\d\d)(\d\d)\.\d{6}Z$/;
  const [, ...parts] = form.exec(text) ?? [];
  if (parts.length === 0) return false;
  const [year = 0, month = 0, day = 0, ...time] = parts.map(Number);
  const [hour = 0, minute = 0, second = 0] = time;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day &&
    hour < 24 && minute < 60 && second < 60;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
