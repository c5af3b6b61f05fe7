import type { Json, JsonObject } from "../../src/base/mod.ts";

/** Values that stand where they should not. */
const JUNK: readonly (() => unknown)[] = [
  () => null,
  () => 0,
  () => -1.5,
  () => 1e300,
  () => true,
  () => "",
  () => "x",
  () => "\x1b[2J\n\u202e",
  () => "integer",
  () => [],
  () => [[[]]],
  () => {},
  () => ({}),
  () => ({ type: "array", items: {} }),
  () => [{ name: "x", in: "query", type: ["null", "integer"] }],
  () => "x".repeat(20_000),
  () => Array.from({ length: 5_000 }, (_, at) => `choice-${at}`),
  () => nested(50),
  () => nested(3000),
];

/** References that lead nowhere, away, or round in a circle. */
const REFERENCES = [
  "#",
  "#/",
  "#/paths",
  "#/paths/~1search",
  "#/definitions/Collection",
  "#/definitions/Collection/properties",
  "#/definitions/Self",
  "#/nothing",
  "#name",
  "#/__proto__",
  "#/constructor/prototype",
  "#/%E0%A4%A",
  "other.json#/a",
  "https://evil.test/swagger.json",
  "",
];

/** Patterns that are none, or that take for ever. */
const PATTERNS = [
  "(a+)+$",
  "(a|a)*b",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(.*)*$",
  "a?".repeat(40) + "a".repeat(40),
  ".*".repeat(20) + "=",
  "\\s+$",
  "[".repeat(5000),
  "(",
  "\\",
  "(?<",
  "a{1000000000}",
  "a{1000}{1000}",
  "(x{1000}){1000}",
  "$^",
];

/** Names that mean something to us, to JavaScript, or to a terminal. */
export const ODD_NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "help",
  "h",
  "log_level",
  "swagger_url",
  "output",
  "output_file",
  "query",
  "no_paginate",
  "a/b",
  "a=b",
  "-",
  "--",
  "_hidden",
  "",
  " ",
  "a b",
  "\x1b]0;title\x07",
  "\n",
  "\u202e",
  "\ud800",
  "x".repeat(5000),
  "content-length",
  "transfer-encoding",
  "host",
  "authorization",
  "X\nY",
  "é",
];

/** Keys whose values decide what a document is. */
const TELLING: Record<string, readonly unknown[]> = {
  $ref: REFERENCES,
  pattern: PATTERNS,
  name: ODD_NAMES,
  in: ["query", "path", "header", "body", "formData", "cookie", "", null],
  type: ["string", "integer", "number", "boolean", "object", "array", "file"],
  minimum: [1e300, -1, "1", null],
  maximum: [-1e300, 0, "9", null],
  host: ["", "evil.test:99999", "a b", "user:word@evil.test", "\n", "[::1]"],
  basePath: ["", "v1", "//evil.test", "/../..", "/a b\n", "/{x}"],
  schemes: [["ftp"], ["https", 7], "https", []],
  url: ["", "ftp://x", "//evil.test", "{a}", "/v9", "https://\0"],
  swagger: ["1.2", 2, "2", "3.0", null, "2.0\n"],
  openapi: ["3.9.9", "4.0", 3],
};

/** One place in a document. */
interface Place {
  parent: Record<string, unknown> | unknown[];
  key: string;
}

/** A random choice. */
export type Pick = <T>(from: readonly T[]) => T | undefined;

/**
 * The text of a document with some things dropped, replaced, duplicated,
 * renamed and pointed elsewhere; now and then the text itself is damaged.
 *
 * @param next gives numbers from 0 to below 1
 */
export function mutateDocument(document: Json, next: () => number): string {
  const pick: Pick = (from) => from[Math.floor(next() * from.length)];
  const root: JsonObject = JSON.parse(JSON.stringify(document));
  const changes = 1 + Math.floor(next() * 4);
  for (let change = 0; change < changes; change++) mutate(root, next, pick);
  const text = JSON.stringify(root);
  if (next() > 0.05) return text;
  const at = Math.floor(next() * text.length);
  const damage = pick(["", "\0", "}", '"', "\ud800", "[".repeat(20_000)]);
  return text.slice(0, at) + damage + text.slice(next() < 0.5 ? at : at + 1);
}

function mutate(root: JsonObject, next: () => number, pick: Pick): void {
  const places = placesOf(root);
  // Most of all where it tells.
  const telling = places.filter(({ key }) => Object.hasOwn(TELLING, key));
  const place = pick(next() < 0.5 && telling.length > 0 ? telling : places);
  if (place === undefined) return;
  const { parent, key } = place;
  const kind = next();
  if (kind < 0.15) remove(place);
  else if (kind < 0.35) put(parent, key, pick(JUNK)?.());
  else if (kind < 0.5) {
    const copy = structuredClone(valueAt(place));
    put(parent, pick([...ODD_NAMES, "get", "put", "206", "$ref"]) ?? "", copy);
  } else if (kind < 0.6) put(parent, key, { $ref: pick(REFERENCES) });
  else if (kind < 0.65) addCircle(root, pick);
  else if (kind < 0.7) {
    const other = pick(places);
    if (other !== undefined) put(parent, key, structuredClone(valueAt(other)));
  } else if (kind < 0.9) addParameter(places, pick);
  else put(parent, key, pick(TELLING[key] ?? JUNK.map((make) => make())));
}

function placesOf(root: JsonObject): Place[] {
  const places: Place[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > 12) return;
    if (places.length > 2000) return;
    const parent = value as Place["parent"];
    for (const [key, inner] of Object.entries(value)) {
      places.push({ parent, key });
      visit(inner, depth + 1);
    }
  };
  visit(root, 0);
  return places;
}

function valueAt({ parent, key }: Place): unknown {
  return Object.getOwnPropertyDescriptor(parent, key)?.value;
}

function remove({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** Sets an own member, also one that is called `__proto__`. */
function put(parent: Place["parent"], key: string, value: unknown): void {
  if (Array.isArray(parent)) {
    if (/^\d+$/.test(key)) parent[Number(key)] = value;
    else parent.push(value);
    return;
  }
  Object.defineProperty(parent, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function addCircle(root: JsonObject, pick: Pick): void {
  const circles: Json[] = [
    { $ref: "#/definitions/Self" },
    { properties: { again: { $ref: "#/definitions/Self" } } },
    { allOf: [{ $ref: "#/definitions/Self" }, { $ref: "#/definitions/Self" }] },
    { items: { $ref: "#/definitions" } },
  ];
  put(root, "definitions", {
    Self: pick(circles),
    Collection: { $ref: "#/definitions/Self" },
  });
}

function addParameter(places: Place[], pick: Pick): void {
  const place = pick(places.filter(({ key }) => key === "parameters"));
  const list = place === undefined ? undefined : valueAt(place);
  if (!Array.isArray(list)) return;
  list.push({
    name: pick(ODD_NAMES),
    in: pick(["query", "header", "path", "body"]),
    type: pick(["string", "integer", "array", "object"]),
    required: pick([true, false, "true"]),
    pattern: pick(PATTERNS),
    enum: pick([undefined, [], [1, null, "a", {}], ["a".repeat(100)]]),
    schema: pick([undefined, {}, { properties: { help: {}, uuid: {} } }]),
  });
}

function nested(depth: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < depth; level++) {
    value = level % 2 === 0 ? [value] : { allOf: value };
  }
  return value;
}
