import type { Json, JsonObject } from "../../../src/base/mod.ts";

/** Numbers from 0 to below 1. */
export type Random = () => number;

/** One of several. */
export function pick<T>(random: Random, ...from: readonly T[]): T {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new RangeError("nothing to pick from");
  return found;
}

const NAMES = ["a", "b", "text", "a.b", "b.text", "", "_id", "__proto__"]
  .concat(["constructor", "Ключ", "\ud800x", "uuid", "version", "c"]);

const TEXTS = [
  ...["Homo sapiens", "homo SAPIENS", "Mus musculus", "mus", "Mus", "MUS"],
  ...["homo", "x_1", "X_1", "a-b", "a b c", "b a", "a a b", "", " ", "!?"],
  ...["9606", "9606.0", "1e3", "-5", "true", "false", "null", "*", "a*b?c"],
  ...["2018-07-22", "2018-07-22T10:15:30.123Z", "2018-07-22 10:15:30"],
  ...["2018-07-21T23:30:00-01:00", "0000-01-01", "9999-12-31", "2018-07"],
  ...["2018", "2018-13-01", "2019-04-17T175706.867000Z", "1969-12-31"],
  ...["ΟΔΟΣ", "οδος", "οδοσ", "İstanbul", "i̇stanbul", "STRASSE", "straße"],
  ...["\u212a", "k", "é", "e\u0301", "\ud83d\ude00", "\ud83d", "\ude00"],
  ...["x\ud83d", "x\ud83d\ude00y", "\ufffd", "\uffff", "\u{10ffff}", "\ufeff"],
  ...["a\u0000b", "a", "a\u0000", "\u0000", "a\u0000\u0000b", "A\u0000B"],
  ...["w".repeat(255), "w".repeat(256), "W".repeat(256), "w".repeat(257)],
  ...["0123abcd-4EED-12ab-90cd-0123456789ab", "0123abcd", "4eed"],
  ...["0123ABCD-4eed-12ab-90cd-0123456789ab", "12ab", "0123456789ab"],
  ...["0123abcd-4eed-12ab-90cd-0123456789a\u212a", "0123456789ak"],
  ...["2018-07-22T23:59:59.999Z", "2018-07-23", "1532303999999"],
  ...["w".repeat(254) + " a", "w".repeat(255) + " a"],
  ...[`${"lorem ipsum ".repeat(30)}dolor`, `${"Lorem ipsum ".repeat(21)}end`],
  ...["😀".repeat(128), "😀".repeat(129), "__proto__", "_", "a.b"],
];

const NUMBERS = [0, -0, 1, -1, 1.5, 9606, 1e300, -1e300, 5e-324, 1e21]
  .concat([2 ** 53, 2 ** 53 + 2, 0.1, -0.5, 2018, 1532217600000, 1e999, NaN]);

/** A scalar of a document, or null. */
function scalar(random: Random): Json {
  const kind = random();
  if (kind < 0.6) return pick(random, ...TEXTS);
  if (kind < 0.8) return pick(random, ...NUMBERS);
  return pick<Json>(random, true, false, null, "Homo sapiens");
}

function node(random: Random, depth: number): Json {
  const kind = random();
  if (depth <= 0 || kind < 0.5) return scalar(random);
  const size = Math.floor(random() * 4);
  if (kind < 0.7) {
    return Array.from({ length: size }, () => node(random, depth - 1));
  }
  return objectOf(random, size, depth - 1);
}

function objectOf(random: Random, size: number, depth: number): JsonObject {
  return Object.fromEntries(
    Array.from({ length: size }, () => [
      pick(random, ...NAMES),
      node(random, depth),
    ]),
  );
}

/** A document with names, texts and shapes that make trouble. */
export function randomDocument(random: Random, uuid: string): JsonObject {
  const manifest: JsonObject = {
    version: pick<Json>(random, "2019-04-17T175706.867000Z", "V1", "v1", 7),
    files: Array.from({ length: Math.floor(random() * 3) }, () => ({
      name: pick(random, ...TEXTS),
      size: pick(random, ...NUMBERS),
    })),
  };
  return {
    ...objectOf(random, 4, 4),
    uuid: random() < 0.8 ? uuid : node(random, 2),
    manifest: random() < 0.9 ? manifest : node(random, 2),
  };
}

/** The dotted paths of everything in a document. */
export function pathsOf(document: Json, path = ""): string[] {
  if (Array.isArray(document)) {
    return document.flatMap((element) => pathsOf(element, path));
  }
  if (typeof document !== "object" || document === null) return [path];
  const below = Object.entries(document).flatMap(([name, child]) =>
    pathsOf(child, path === "" ? name : `${path}.${name}`)
  );
  return path === "" ? below : [path, ...below];
}

type Scalar = string | number | boolean;

/** The scalars of a document, each with its dotted path. */
export function leavesOf(
  document: Json,
  path = "",
): { path: string; value: Scalar }[] {
  if (Array.isArray(document)) {
    return document.flatMap((element) => leavesOf(element, path));
  }
  if (typeof document !== "object") return [{ path, value: document }];
  return Object.entries(document ?? {}).flatMap(([name, child]) =>
    leavesOf(child, path === "" ? name : `${path}.${name}`)
  );
}

/** What queries are made of. */
export interface QuerySource {
  /** Dotted paths. */
  paths: string[];
  /** Values, and where they are. */
  leaves: { path: string; value: Scalar }[];
  /** Documents' ids. */
  ids: string[];
}

/** What queries about some documents are made of. */
export function querySource(
  documents: readonly JsonObject[],
  ids: string[],
): QuerySource {
  const strays = [...TEXTS, ...NUMBERS].map((value) => ({ path: "a", value }));
  return {
    paths: [...new Set(documents.flatMap((document) => pathsOf(document)))],
    leaves: [...documents.flatMap((document) => leavesOf(document)), ...strays]
      .filter(({ value }) =>
        typeof value !== "number" || Number.isFinite(value)
      ),
    ids,
  };
}

/** A query of any form. */
export function randomQuery(
  random: Random,
  source: QuerySource,
  depth = 3,
): Json {
  const kind = random();
  if (depth > 0 && kind < 0.3) {
    return { bool: randomBool(random, source, depth) };
  }
  const leaf = pick(random, ...source.leaves);
  const field = randomField(random, source, leaf.path);
  const value = () =>
    randomValue(random, random() < 0.4 ? leaf.value : strayOf(random, source));
  if (kind < 0.4) return { term: { [field]: value() } };
  if (kind < 0.5) {
    const length = Math.floor(random() * 4);
    return { terms: { [field]: Array.from({ length }, value) } };
  }
  if (kind < 0.62) return { match: { [field]: randomMatch(random, value) } };
  if (kind < 0.7) return { match_phrase: { [field]: value() } };
  if (kind < 0.76) return { exists: { field: field || "a" } };
  if (kind < 0.86) return { range: { [field]: randomRange(random, value) } };
  if (kind < 0.91) {
    return { prefix: { [field]: startOf(random, String(value())) } };
  }
  if (kind < 0.97) {
    return { wildcard: { [field]: patternOf(random, String(value())) } };
  }
  return pick<Json>(
    random,
    { match_all: {} },
    { match_none: {} },
    { ids: { values: [pick(random, ...source.ids), "x"] } },
    { constant_score: { filter: { exists: { field: field || "a" } } } },
  );
}

function randomBool(
  random: Random,
  source: QuerySource,
  depth: number,
): JsonObject {
  const clauses = (most: number) =>
    Array.from(
      { length: Math.floor(random() * (most + 1)) },
      () => randomQuery(random, source, depth - 1),
    );
  const bool: JsonObject = {};
  if (random() < 0.5) bool["must"] = clauses(2);
  if (random() < 0.2) bool["filter"] = clauses(2);
  if (random() < 0.5) bool["should"] = clauses(4);
  if (random() < 0.4) bool["must_not"] = clauses(2);
  if (random() < 0.4) {
    bool["minimum_should_match"] = pick<Json>(
      random,
      ...[0, 1, 2, 3, 9, -1, "50%", "-30%", "100%"],
    );
  }
  return bool;
}

function strayOf(random: Random, { ids, leaves }: QuerySource): Scalar {
  return random() < 0.1 ? pick(random, ...ids) : pick(random, ...leaves).value;
}

function randomField(
  random: Random,
  { paths }: QuerySource,
  leafPath: string,
): string {
  const path = random() < 0.6 ? leafPath : pick(random, ...paths);
  const kind = random();
  if (kind < 0.35) return `${path}.text`;
  if (kind < 0.4) return "_id";
  if (kind < 0.45) return pick(random, "uuid", "uuid.text", "manifest.version");
  if (kind < 0.5) return pick(random, "no.such", "", ".", "_id.text", "text");
  if (kind < 0.55) return path.slice(0, path.lastIndexOf("."));
  return path;
}

function randomValue(random: Random, value: Scalar): Scalar {
  const kind = random();
  if (kind < 0.5) return value;
  const text = String(value);
  if (kind < 0.6) return text.toUpperCase();
  if (kind < 0.65) return text.toLowerCase();
  if (kind < 0.8) return pick(random, ...text.split(/[^\p{L}\p{N}_]+/u), text);
  if (kind < 0.85) return startOf(random, text);
  return text;
}

function startOf(random: Random, text: string): string {
  return text.slice(0, Math.floor(random() * Math.min(text.length + 1, 8)));
}

function patternOf(random: Random, text: string): string {
  const start = Math.floor(random() * text.length);
  const end = start + 1 + Math.floor(random() * 4);
  return pick(
    random,
    `${text.slice(0, end)}*`,
    `*${text.slice(start, end)}*`,
    `*${text.slice(start)}`,
    `${text.slice(0, start)}?${text.slice(start + 1)}`,
    `${text.slice(0, start)}*${text.slice(end)}`,
    text,
    `\\${text}`,
    `${text.slice(0, start)}\\${text.slice(start)}`,
    "*",
    "?*",
    "",
  );
}

function randomMatch(random: Random, value: () => Json): Json {
  const query = random() < 0.5 ? value() : `${value()} ${value()} ${value()}`;
  const kind = random();
  if (kind < 0.5) return query;
  if (kind < 0.7) return { query, operator: pick(random, "and", "or") };
  const spec = pick<Json>(random, 1, 2, 3, -1, "60%", "-50%", 20);
  return { query, minimum_should_match: spec };
}

function randomRange(random: Random, value: () => Json): JsonObject {
  const range: JsonObject = {};
  if (random() < 0.6) range[pick(random, "gt", "gte")] = value();
  if (random() < 0.6) range[pick(random, "lt", "lte")] = value();
  if (random() < 0.1) range["gte"] = null;
  if (random() < 0.1) range["gt"] = value();
  return range;
}
