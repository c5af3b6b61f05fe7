import {
  ExactNumber,
  isJsonObject,
  type Json,
  type JsonObject,
} from "../../base/mod.ts";
import { foldCase } from "./cased_text.ts";
import { type DatePeriod, detectDate } from "./date_period.ts";

/** A value as the index holds it (data-store, `dss/index/es/mapping.json`). */
export type FieldValue =
  /** A whole string, lower-cased. */
  | { type: "keyword"; text: string }
  /** A whole string as it is. */
  | { type: "exact"; text: string }
  /** A string that is searched by its words. */
  | { type: "text"; text: string }
  | { type: "number"; number: number }
  | { type: "boolean"; boolean: boolean }
  /** A date, with the lower-cased text it was read from. */
  | { type: "date"; text: string; period: DatePeriod };

/** Characters (UTF-16) above which a string is not indexed as a keyword. */
const KEYWORD_LIMIT = 256;
const EXACT_FIELDS = new Set(["uuid", "manifest.version"]);
/** The field of a document's id; a property of this name is not searched. */
export const ID_FIELD = "_id";
/** How the path of an analysed string ends. */
export const ANALYSED_SUFFIX = ".text";

/**
 * All indexed values at a dotted path. Arrays on the way and at the end are
 * transparent; `_id` is the document's id; a path that ends in `.text` is the
 * property of that name and also the analysed form of the string before it.
 * Nulls, and strings over 256 characters unless analysed, are not indexed.
 */
export function fieldValues(
  document: JsonObject,
  id: string,
  field: string,
): FieldValue[] {
  if (field === ID_FIELD) return [{ type: "exact", text: id }];
  const values = leavesAt(document, field).flatMap((leaf) =>
    leafValues(field, leaf)
  );
  const parent = analysedParent(field);
  if (parent === undefined) return values;
  return values.concat(
    leavesAt(document, parent).flatMap((leaf) => analysedValues(parent, leaf)),
  );
}

/** What a leaf at a path is indexed as under this path; nothing if not at all. */
export function leafValues(path: string, leaf: Json): FieldValue[] {
  return isExactField(path) ? exactValue(leaf) : indexedValue(leaf);
}

/** What a leaf at a path is indexed as under the path with `.text` after it. */
export function analysedValues(path: string, leaf: Json): FieldValue[] {
  return isExactField(path) ? [] : analysedValue(leaf);
}

/** The path whose strings a field has the words of; undefined if it has none. */
export function analysedParent(field: string): string | undefined {
  if (!field.endsWith(ANALYSED_SUFFIX)) return undefined;
  return field.slice(0, -ANALYSED_SUFFIX.length);
}

/** Whether the strings at a path are compared as they are. */
export function isExactField(path: string): boolean {
  return EXACT_FIELDS.has(path);
}

/**
 * Whether anything is indexed at a path or, if it holds objects, below it
 * (Elasticsearch's `exists` query).
 */
export function hasFieldValue(
  document: JsonObject,
  id: string,
  field: string,
): boolean {
  if (fieldValues(document, id, field).length > 0) return true;
  const pending: Json[] = leavesAt(document, field).filter(isJsonObject);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (Array.isArray(node) || isJsonObject(node)) {
      for (const child of Object.values(node)) pending.push(child);
    } else if (node !== null) {
      // Even a long string: below an object, its analysed form counts.
      return true;
    }
  }
  return false;
}

// A property name may itself contain dots, so every prefix of the path is
// tried; `hasOwn` keeps `__proto__` and `constructor` ordinary names.
function leavesAt(document: JsonObject, field: string): Json[] {
  const leaves: Json[] = [];
  const pending: [Json, string | undefined][] = [[document, field]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, path] = next;
    if (Array.isArray(node)) {
      for (const element of node) pending.push([element, path]);
    } else if (path === undefined) {
      leaves.push(node);
    } else if (isJsonObject(node)) {
      for (const [key, rest] of pathSplits(path)) {
        if (Object.hasOwn(node, key)) pending.push([node[key] ?? null, rest]);
      }
    }
  }
  return leaves;
}

function* pathSplits(path: string): Generator<[string, string | undefined]> {
  let dot = path.indexOf(".");
  for (; dot >= 0; dot = path.indexOf(".", dot + 1)) {
    yield [path.slice(0, dot), path.slice(dot + 1)];
  }
  yield [path, undefined];
}

function indexedValue(leaf: Json): FieldValue[] {
  if (typeof leaf === "number") return [{ type: "number", number: leaf }];
  if (typeof leaf === "boolean") return [{ type: "boolean", boolean: leaf }];
  if (leaf instanceof ExactNumber) {
    return [{ type: "number", number: leaf.valueOf() }];
  }
  if (typeof leaf !== "string" || leaf.length > KEYWORD_LIMIT) return [];
  const text = foldCase(leaf);
  const period = detectDate(leaf);
  return period === undefined
    ? [{ type: "keyword", text }]
    : [{ type: "date", text, period }];
}

function exactValue(leaf: Json): FieldValue[] {
  return typeof leaf === "string" ? [{ type: "exact", text: leaf }] : [];
}

function analysedValue(leaf: Json): FieldValue[] {
  if (typeof leaf !== "string" || detectDate(leaf) !== undefined) return [];
  return [{ type: "text", text: leaf }];
}
