import assert from "node:assert/strict";
import { type Json, parseJson } from "../../../src/base/mod.ts";
import { parseQuery, QueryError } from "../../../src/server/search/mod.ts";

Deno.test("parseQuery matches everything when the body has no query", () => {
  const all = { type: "match_all" };
  assert.deepEqual(parseQuery({}), all);
  assert.deepEqual(parseQuery({ size: 3, sort: ["uuid"] }), all);
  assert.deepEqual(parseQuery({ query: {} }), all);
});

Deno.test("parseQuery ignores keys when they only shape the answer", () => {
  const keys = ["_source", "docvalue_fields", "explain", "from", "highlight"]
    .concat(["indices_boost", "min_score", "profile", "search_after", "size"])
    .concat(["sort", "stats", "stored_fields", "timeout", "track_scores"])
    .concat(["version"]);
  const body = Object.fromEntries(keys.map((key) => [key, "x"]));
  const query = parseQuery({ ...body, query: { match_none: {} } });
  assert.deepEqual(query, { type: "match_none" });
});

Deno.test("parseQuery takes the bare form when there is no query key", () => {
  assert.deepEqual(parseQuery({ bool: {} }), {
    type: "bool",
    must: [],
    should: [],
    mustNot: [],
    minimumShouldMatch: 0,
  });
  const bare = parseQuery({ match: { a: "B" }, size: 1 });
  assert.deepEqual(bare, parseQuery({ query: { match: { a: "B" } } }));
});

Deno.test("parseQuery reads a value in every way when fields may be typed", () => {
  assert.deepEqual(parseQuery({ query: { term: { a: "2018-07-22" } } }), {
    type: "terms",
    field: "a",
    values: [{
      text: "2018-07-22",
      folded: "2018-07-22",
      number: undefined,
      boolean: undefined,
      period: { startMs: 1532217600000, endMs: 1532303999999 },
    }],
  });
});

Deno.test("parseQuery keeps words only when the field is analysed", () => {
  const words = (field: string) => {
    const query = parseQuery({ match_phrase: { [field]: "One, two-THREE" } });
    return query.type === "phrase" ? query.words : undefined;
  };
  assert.deepEqual(words("a.text"), ["one", "two", "three"]);
  assert.deepEqual(words("a"), []);
});

Deno.test("parseQuery merges filter into must and unwraps constant_score", () => {
  const exists = (field: string) => ({ exists: { field } });
  const query = parseQuery({
    query: {
      constant_score: {
        filter: {
          bool: {
            filter: exists("c"),
            must: [exists("a"), exists("b")],
            should: exists("d"),
          },
        },
      },
    },
  });
  assert.deepEqual(query, {
    type: "bool",
    must: ["a", "b", "c"].map((field) => ({ type: "exists", field })),
    should: [{ type: "exists", field: "d" }],
    mustNot: [],
    minimumShouldMatch: 1,
  });
});

const REFUSALS: [body: Json, message: string][] = [
  [[], "the query must be an object"],
  ["text", "the query must be an object"],
  [null, "the query must be an object"],
  [{ aggs: {} }, "unsupported key 'aggs' in the search"],
  [{ mtch: { a: 1 } }, "unsupported key 'mtch' in the search"],
  [
    { query: {}, post_filter: {} },
    "unsupported key 'post_filter' in the search",
  ],
  [
    { query: {}, script_fields: {} },
    "unsupported key 'script_fields' in the search",
  ],
  [{ query: {}, match_all: {} }, "unsupported key 'match_all' in the search"],
  [{ query: null }, "expected an object, got null at query"],
  [{ query: [] }, "expected an object, got an array at query"],
  [{ bool: {}, match: {} }, "unexpected 'match' beside 'bool' at the top"],
  [
    { bool: { must: [{ x: 1 }] } },
    "unsupported query type 'x' at bool.must[0]",
  ],
];

const CLAUSE_REFUSALS: [clause: Json, message: string][] = [
  [{ mtch: { a: 1 } }, "unsupported query type 'mtch' at query"],
  [
    { query_string: { query: "x" } },
    "unsupported query type 'query_string' at query",
  ],
  [{ regexp: { a: ".*" } }, "unsupported query type 'regexp' at query"],
  [{ nested: { path: "a" } }, "unsupported query type 'nested' at query"],
  [{ fuzzy: { a: "b" } }, "unsupported query type 'fuzzy' at query"],
  [{ script: {} }, "unsupported query type 'script' at query"],
  [{ constructor: {} }, "unsupported query type 'constructor' at query"],
  [{ "a\nb": {} }, "unsupported query type 'a\\u{a}b' at query"],
  [
    { match_all: {}, term: {} },
    "unexpected 'term' beside 'match_all' at query",
  ],
  [{ match_all: [] }, "expected an object, got an array at query.match_all"],
  [{ match_all: { x: 1 } }, "unsupported option 'x' at query.match_all"],
  [
    { match_all: { boost: "1" } },
    "'boost' must be a number at query.match_all",
  ],
  [{ match: "x" }, "expected an object, got a string at query.match"],
  [{ match: {} }, "expected one field, got 0 at query.match"],
  [{ match: { a: 1, b: 2 } }, "expected one field, got 2 at query.match"],
  [{ match: { a: [1] } }, "expected a value, got an array at query.match.a"],
  [{ match: { a: null } }, "expected a value, got null at query.match.a"],
  [{ match: { a: {} } }, "expected a value, got nothing at query.match.a"],
  [
    { match: { a: { query: {} } } },
    "expected a value, got an object at query.match.a",
  ],
  [
    { match: { a: { query: 1, fuzziness: 2 } } },
    "unsupported option 'fuzziness' at query.match.a",
  ],
  [
    { match: { a: { query: 1, operator: "xor" } } },
    "unsupported operator 'xor' at query.match.a",
  ],
  [
    { match: { a: { query: 1, operator: 1 } } },
    "unsupported operator at query.match.a",
  ],
  [
    { match: { a: { query: 1, minimum_should_match: "2<75%" } } },
    "unsupported minimum_should_match '2<75%' at query.match.a",
  ],
  [{ match: { _all: "x" } }, "unsupported field '_all' at query.match"],
  [
    { match: { ["f".repeat(1001)]: 1 } },
    "a field of more than 1000 characters at query.match",
  ],
  [
    { match: { "a.text": "w ".repeat(1025) } },
    "more than 1024 words at query.match.a.text",
  ],
  [
    { match_phrase: { a: { query: "b c", slop: 2 } } },
    "'slop' must be 0 at query.match_phrase.a",
  ],
  [
    { match_phrase: { a: { query: "b", analyzer: "x" } } },
    "unsupported option 'analyzer' at query.match_phrase.a",
  ],
  [{ term: { a: [1] } }, "expected a value, got an array at query.term.a"],
  [{ term: { a: null } }, "expected a value, got null at query.term.a"],
  [
    { term: { a: { value: null } } },
    "expected a value, got null at query.term.a",
  ],
  [{ term: { a: { query: 1 } } }, "unsupported option 'query' at query.term.a"],
  [{ terms: {} }, "expected one field, got 0 at query.terms"],
  [{ terms: { a: [1], b: [2] } }, "expected one field, got 2 at query.terms"],
  [{ terms: { a: 1 } }, "expected an array, got a number at query.terms.a"],
  [
    { terms: { a: { index: "i" } } },
    "expected an array, got an object at query.terms.a",
  ],
  [
    { terms: { a: [1, null] } },
    "expected a value, got null at query.terms.a[1]",
  ],
  [
    { terms: { a: [[1]] } },
    "expected a value, got an array at query.terms.a[0]",
  ],
  [{ terms: { _type: ["doc"] } }, "unsupported field '_type' at query.terms"],
  [
    { terms: { a: new Array<Json>(10_001).fill(1) } },
    "more than 10000 values in the query at query.terms.a",
  ],
  [
    {
      bool: {
        should: [
          { terms: { a: new Array<Json>(6000).fill(1) } },
          { terms: { b: new Array<Json>(6000).fill(1) } },
        ],
      },
    },
    "more than 10000 values in the query at query.bool.should[1].terms.b",
  ],
  [{ ids: {} }, "expected an array, got nothing at query.ids.values"],
  [
    { ids: { type: "doc", values: [] } },
    "unsupported option 'type' at query.ids",
  ],
  [
    { ids: { values: [null] } },
    "expected a value, got null at query.ids.values[0]",
  ],
  [{ exists: {} }, "'field' must be the name of a field at query.exists"],
  [
    { exists: { field: ["a"] } },
    "'field' must be the name of a field at query.exists",
  ],
  [
    { exists: { field: "a.*" } },
    "unsupported pattern of fields 'a.*' at query.exists",
  ],
  [
    { exists: { field: "_source" } },
    "unsupported field '_source' at query.exists",
  ],
  [
    { prefix: { a: { value: "x", rewrite: "y" } } },
    "unsupported option 'rewrite' at query.prefix.a",
  ],
  [
    { prefix: { a: ["x"] } },
    "expected a value, got an array at query.prefix.a",
  ],
  [
    { wildcard: { a: { value: "x", wildcard: "y" } } },
    "expected a value, got nothing at query.wildcard.a",
  ],
  [{ wildcard: { a: null } }, "expected a value, got null at query.wildcard.a"],
  [{ range: { a: 5 } }, "expected an object, got a number at query.range.a"],
  [{ range: { a: { from: 1 } } }, "unsupported option 'from' at query.range.a"],
  [
    { range: { a: { gte: [1] } } },
    "expected a value, got an array at query.range.a",
  ],
  [
    { range: { a: { gte: "now-1d/d" } } },
    "unsupported date arithmetic 'now-1d/d' at query.range.a",
  ],
  [
    { range: { a: { lt: "2018-07-22||+1M" } } },
    "unsupported date arithmetic '2018-07-22||+1M' at query.range.a",
  ],
  [
    { range: { a: { lt: "22/07/2018", format: "dd/MM/yyyy" } } },
    "unsupported format 'dd/MM/yyyy' at query.range.a",
  ],
  [
    { range: { a: { lt: "2018-07", format: "yyyy-MM-dd" } } },
    "not a date in the stated format: '2018-07' at query.range.a",
  ],
  [
    { range: { a: { lt: "x", time_zone: "Z" } } },
    "not a date in the stated format: 'x' at query.range.a",
  ],
  [
    { range: { a: { lt: "2018", time_zone: "Europe/Paris" } } },
    "unsupported time_zone 'Europe/Paris' at query.range.a",
  ],
  [
    { range: { a: { lt: "2018", time_zone: 1 } } },
    "unsupported time_zone 'a number' at query.range.a",
  ],
  [
    { constant_score: {} },
    "expected an object, got null at query.constant_score.filter",
  ],
  [
    { constant_score: { query: {} } },
    "unsupported option 'query' at query.constant_score",
  ],
  [{ bool: [] }, "expected an object, got an array at query.bool"],
  [{ bool: { shoud: [] } }, "unsupported option 'shoud' at query.bool"],
  [
    { bool: { must: "x" } },
    "expected an object, got a string at query.bool.must",
  ],
  [
    { bool: { must: [[{}]] } },
    "expected an object, got an array at query.bool.must[0]",
  ],
  [
    { bool: { must: [{ match_all: {} }, { mtch: 1 }] } },
    "unsupported query type 'mtch' at query.bool.must[1]",
  ],
  [
    { bool: { must_not: { bool: { should: [{ mtch: 1 }] } } } },
    "unsupported query type 'mtch' at query.bool.must_not.bool.should[0]",
  ],
  [
    { bool: { minimum_should_match: 1.5 } },
    "unsupported minimum_should_match '1.5' at query.bool",
  ],
  [
    { bool: { minimum_should_match: true } },
    "unsupported minimum_should_match at query.bool",
  ],
  [
    { bool: { adjust_pure_negative: false } },
    "'adjust_pure_negative' must be true at query.bool",
  ],
];

const ALL_REFUSALS = REFUSALS.concat(
  CLAUSE_REFUSALS.map(([query, message]) => [{ query }, message]),
);

for (const [body, message] of ALL_REFUSALS) {
  const shown = JSON.stringify(body).slice(0, 100);
  Deno.test(`parseQuery refuses when the body is ${shown}`, () => {
    assert.throws(() => parseQuery(body), (error: unknown) => {
      assert.ok(error instanceof QueryError);
      assert.equal(error.name, "QueryError");
      assert.equal(error.message, message);
      return true;
    });
  });
}

Deno.test("parseQuery refuses when an unknown key is named __proto__", () => {
  const body = JSON.parse('{"query": {"__proto__": {}}}') as Json;
  assert.throws(() => parseQuery(body), {
    name: "QueryError",
    message: "unsupported query type '__proto__' at query",
  });
});

function nest(depth: number): Json {
  let query: Json = { match_all: {} };
  for (let level = 1; level < depth; level++) query = { bool: { must: query } };
  return { query };
}

Deno.test("parseQuery refuses when clauses are nested more than 100 deep", () => {
  assert.equal(parseQuery(nest(100)).type, "bool");
  const message = "more than 100 nested clauses";
  assert.throws(() => parseQuery(nest(101)), { name: "QueryError", message });
  assert.throws(() => parseQuery(nest(50_000)), {
    name: "QueryError",
    message,
  });
});

Deno.test("parseQuery refuses when the query has more than 1024 clauses", () => {
  const many = (count: number): Json => ({
    bool: { should: new Array<Json>(count).fill({ match_all: {} }) },
  });
  assert.equal(parseQuery(many(1023)).type, "bool");
  const message = "more than 1024 clauses in the query";
  assert.throws(() => parseQuery(many(1024)), { name: "QueryError", message });
});

Deno.test("parseQuery counts a number when it was written with a point", () => {
  const text = '{"bool": {"should": [{"match_all": {"boost": 1.0}}], ' +
    '"minimum_should_match": 1.0}}';
  const query = parseQuery(parseJson(text));
  assert.equal(query.type === "bool" && query.minimumShouldMatch, 1);
});
