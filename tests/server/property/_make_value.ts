import type { Schema } from "../../../src/server/document/mod.ts";
import type { Draw } from "./_draw.ts";
import type { Definitions } from "./_fits_schema.ts";
import { anyJson, NASTY_TEXTS, nastyText } from "./_nasty.ts";
import type { Known } from "./_property_world.ts";

/** What values are made with. */
export interface Maker {
  draw: Draw;
  known: Known;
  definitions: Definitions;
  /** How often a value is not what the schema says, 0 to 1. */
  wrong: number;
}

const USUAL_TEXTS = [
  "https://example.org/x",
  "http://127.0.0.1:9/hook",
  "s3://bucket/key",
  "a@b.example",
  "abc",
  "d",
  "some name.txt",
] as const;

/** A value for a schema, mostly of its type. */
export function makeValue(
  maker: Maker,
  schema: Schema,
  name: string,
): unknown {
  const { draw, definitions, wrong } = maker;
  if (draw.chance(wrong)) return anyJson(draw);
  if (schema.$ref !== undefined) {
    const key = schema.$ref.split("/").at(-1) ?? "";
    const target = definitions[key] ?? {};
    return itemOf(maker, key) ?? makeValue(maker, target, name);
  }
  const hint = draw.chance(0.8) ? hintFor(maker, name) : undefined;
  if (hint !== undefined) return hint;
  switch (schema.type) {
    case "array":
      return Array.from(
        { length: draw.chance(0.02) ? 1001 : draw.below(4) },
        () => makeValue(maker, schema.items ?? {}, name),
      );
    case "object":
      return makeObject(maker, schema);
    case "boolean":
      return draw.chance(0.5);
    case "integer":
    case "number":
      return draw.pick([0, 1, -1, 8008, 2 ** 53 - 1, 2 ** 31]);
    case "string":
      return makeText(maker, schema);
    default:
      return anyJson(draw);
  }
}

/** A text for a parameter or property, mostly one that fits. */
export function makeText(
  { draw, wrong }: Maker,
  { enum: choices, pattern, type, minimum, maximum }: Omit<Schema, "required">,
): string {
  if (draw.chance(wrong)) return nastyText(draw);
  if (choices !== undefined) return draw.pick(choices) ?? "";
  if (type === "boolean") return draw.pick(["true", "false", "True"]);
  if (type === "integer") {
    const least = minimum ?? 0;
    return String(least + draw.below((maximum ?? least + 30) - least + 1));
  }
  const pool = [draw.uuid(), draw.version(), ...USUAL_TEXTS, ...NASTY_TEXTS];
  const fitting = pattern === undefined
    ? pool
    : pool.filter((text) => new RegExp(pattern).test(text));
  return draw.pick(fitting) ?? "";
}

function makeObject(
  maker: Maker,
  { properties = {}, required = [], additionalProperties: others }: Schema,
): Record<string, unknown> {
  const { draw, wrong } = maker;
  const made: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(properties)) {
    const share = required.includes(key) ? 1 - wrong : 0.4;
    if (draw.chance(share)) made[key] = makeValue(maker, schema, key);
  }
  if (typeof others === "object" && draw.chance(0.7)) {
    const key = draw.pick(["field", "other", "_hidden"]);
    made[key] = makeValue(maker, others, "");
  }
  if (draw.chance(wrong)) made[nastyText(draw)] = anyJson(draw);
  return made;
}

/** Something that is in the store, for a definition. */
function itemOf(
  { draw, known }: Maker,
  definition: string,
): Record<string, unknown> | undefined {
  if (draw.chance(0.3)) return undefined;
  if (definition === "BundleFile") {
    const file = draw.pick(known.files);
    const name = draw.pick(["a.json", "b.json", "c/d.txt", "é.json"]);
    return file && { ...file, name, indexed: draw.chance(0.7) };
  }
  if (definition !== "CollectionItem") return undefined;
  const kinds = [
    ["file", known.files],
    ["bundle", known.bundles],
    ["collection", known.collections],
    ["part", known.files],
  ] as const;
  const [type, all] = draw.pick(kinds) ?? ["file", known.files];
  const item = draw.pick(all);
  const fragment = draw.pick(["", "/a/b/2/c", "/nothing", "a", "/a~2"]);
  return item && { type, ...item, ...(type === "part" && { fragment }) };
}

const QUERIES: readonly [unknown, ...unknown[]] = [
  {},
  { query: { match_all: {} } },
  { query: { match: { "uuid": "x" } } },
  { query: { term: { "files.project_json.describedBy": "y" } } },
  { query: { bool: { must: [{ exists: { field: "files" } }] } } },
  { query: { range: { "manifest.version": { gte: "2018", lt: "2030" } } } },
  { query: { wildcard: { "uuid": "*0*" } } },
  { query: { prefix: { "uuid": "a" } } },
  { query: { ids: { values: ["a"] } } },
  { query: { bool: { must_not: { terms: { "state": ["new"] } } } } },
  { query: { match_phrase: { "files.a": "b c" } }, size: 3, sort: [] },
  { query: { fuzzy: { a: "b" } } },
];

const EXPRESSIONS = [
  "event_type==`CREATE`",
  "files.*[].x",
  "length(@)",
  "abs('x')",
  "no_such_function(@)",
  "a..b",
  "",
] as const;

function hintFor({ draw, known }: Maker, name: string): unknown {
  switch (name) {
    case "source_url":
      return draw.pick(known.sources);
    case "es_query":
      return draw.pick(QUERIES);
    case "jmespath_query":
    case "expression":
      return draw.pick(EXPRESSIONS);
    case "callback_url":
      return draw.pick(["http://127.0.0.1:1/hook", "http://localhost/refuse"]);
    case "destination":
      return draw.pick(["sources", "", "nowhere"]);
    default:
      return undefined;
  }
}
