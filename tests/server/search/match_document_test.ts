import assert from "node:assert/strict";
import {
  type Json,
  type JsonObject,
  parseJson,
} from "../../../src/base/mod.ts";
import { matchDocument, parseQuery } from "../../../src/server/search/mod.ts";
import {
  exampleDocument,
  FQID,
  TOMBSTONE,
  UUID,
  VERSION,
} from "./example_bundle.ts";

const DOCUMENT = exampleDocument();
const SUSPENSION = "files.cell_suspension_json";
const TAXON = `${SUSPENSION}.biomaterial_core.ncbi_taxon_id`;
const NAME = `${SUSPENSION}.biomaterial_core.biomaterial_name`;
const SPECIES = `${SUSPENSION}.genus_species.text`;
const SUBMITTED = `${SUSPENSION}.provenance.submission_date`;
const SPECIMEN = "files.specimen_from_organism_json";
const PROJECT = "files.project_json.project_core";
const PAIRED = "files.sequencing_protocol_json.paired_end";

function matches(query: Json, document: JsonObject = DOCUMENT): boolean {
  return matchDocument(parseQuery({ query }), document, FQID);
}

/** One test per query: the text of the query and whether it matches. */
function table(group: string, rows: [query: Json, expected: boolean][]): void {
  for (const [query, expected] of rows) {
    const verb = expected ? "matches" : "does not match";
    const shown = JSON.stringify(query);
    Deno.test(`matchDocument ${verb} when ${group}: ${shown}`, () => {
      assert.equal(matches(query), expected);
    });
  }
}

table("a fixed query", [
  [{ match_all: {} }, true],
  [{ match_all: { boost: 2 } }, true],
  [{ match_none: {} }, false],
  [{}, true],
]);

table("keywords are compared", [
  [{ match: { [`${SUSPENSION}.schema_type`]: "biomaterial" } }, true],
  [{ match: { [NAME]: "HESC-derived Inhibitory interneurons" } }, true],
  [{ match: { [NAME]: "interneurons" } }, false],
  [{ term: { [NAME]: "hesc-derived inhibitory INTERNEURONS" } }, true],
  [{ term: { [NAME]: { value: "interneurons", boost: 1.5 } } }, false],
  [{ match_phrase: { [NAME]: "hESC-derived inhibitory interneurons" } }, true],
  [{ match_phrase: { [NAME]: "inhibitory interneurons" } }, false],
  [{ match: { state: "NEW" } }, true],
  [
    { match: { "manifest.files.s3-etag": "D35373d17f0b8d6e0adbcf2635e90927" } },
    true,
  ],
  [{ match: { "manifest.files.version": "2019-04-17t165831.889000z" } }, true],
  [{ term: { shape_descriptor: "v11" } }, false],
  [{
    match: {
      [`${PROJECT}.project_short_name`]: "single cell of οδοσ, PART_one",
    },
  }, true],
]);

table("a field is exact", [
  [{ match: { uuid: UUID } }, true],
  [{ match: { uuid: UUID.toUpperCase() } }, false],
  [{ match: { "uuid.text": "ffee3a9b" } }, false],
  [{ term: { "manifest.version": VERSION } }, true],
  [{ term: { "manifest.version": VERSION.toLowerCase() } }, false],
  [{ term: { _id: FQID } }, true],
  [{ match: { _id: UUID } }, false],
  [{ terms: { _id: ["a.b", FQID] } }, true],
  [{ prefix: { _id: `${UUID}.` } }, true],
  [{ prefix: { _id: UUID.toUpperCase() } }, false],
  [{ ids: { values: ["x", FQID] } }, true],
  [{ ids: { values: FQID } }, true],
  [{ ids: { values: [] } }, false],
  [{ ids: { values: [UUID] } }, false],
]);

table("the path leads through arrays and objects", [
  [{ match: { [SPECIES]: "homo sapiens" } }, true],
  [{ match: { [SPECIES]: "mus musculus" } }, true],
  [{ match: { [SPECIES]: "homo musculus" } }, false],
  [{ match: { [`${SUSPENSION}.0.schema_type`]: "biomaterial" } }, false],
  [{ match: { [`${SUSPENSION}.length`]: 2 } }, false],
  [{ match: { [`${SUSPENSION}.genus_species`]: "homo sapiens" } }, false],
  [{ match: { [`${SUSPENSION}.dotted.name`]: "found" } }, true],
  [{ match: { "files.sequencing_protocol_json.constructor": "named" } }, true],
  [{ match: { "files.constructor.name": "Object" } }, false],
  [{ match: { "__proto__.x": 1 } }, false],
  [{ match: { "toString": "x" } }, false],
  [{ match: { "no.such.field": "x" } }, false],
  [{ match: { "": "x" } }, false],
]);

table("clauses match different elements", [
  [{
    bool: {
      must: [
        { term: { [SPECIES]: "Homo sapiens" } },
        {
          term: { [`${SUSPENSION}.genus_species.ontology`]: "NCBITaxon:10090" },
        },
      ],
    },
  }, true],
]);

table("numbers and booleans are typed", [
  [{ match: { [TAXON]: 9606 } }, true],
  [{ match: { [TAXON]: "9606" } }, true],
  [{ match: { [TAXON]: "9606.0" } }, true],
  [{ match: { [TAXON]: "0x2586" } }, false],
  [{ match: { [TAXON]: 9607 } }, false],
  [{ match: { [TAXON]: true } }, false],
  [{ term: { [`${SUSPENSION}.estimated_cell_count`]: 1.5 } }, true],
  [{ match: { [`${SUSPENSION}.timecourse.value`]: 54 } }, true],
  [{ match: { "manifest.files.size": 1189 } }, true],
  [{ term: { [PAIRED]: true } }, true],
  [{ term: { [PAIRED]: "true" } }, true],
  [{ match: { [PAIRED]: "false" } }, false],
  [{ match: { [PAIRED]: 1 } }, false],
  [{ range: { [PAIRED]: { gte: false } } }, true],
  [{ range: { [PAIRED]: { lt: true } } }, false],
  [{ range: { [PAIRED]: { gte: "x" } } }, false],
]);

table("terms are listed", [
  [{ terms: { [TAXON]: [1, "10090"] } }, true],
  [{ terms: { [TAXON]: [1, 2], boost: 1, _name: "n" } }, false],
  [{ terms: { [TAXON]: [] } }, false],
]);

const SHORT_TEXT = `${NAME}.text`;
const LONG_TEXT = `${PROJECT}.project_title.text`;

table("a path ends in .text", [
  [{ match: { [`${SPECIMEN}.organ.text`]: "EMBRYO" } }, true],
  [{ match: { [`${SPECIMEN}.organ.text.text`]: "embryo" } }, true],
  [{ match: { [SHORT_TEXT]: "Interneurons" } }, true],
  [{ match: { [SHORT_TEXT]: "nothing INHIBITORY" } }, true],
  [{ match: { [SHORT_TEXT]: "nothing" } }, false],
  [{ match: { [SHORT_TEXT]: "!?" } }, false],
  [
    {
      match: { [SHORT_TEXT]: { query: "interneurons hesc", operator: "AND" } },
    },
    true,
  ],
  [{
    match: { [SHORT_TEXT]: { query: "interneurons nothing", operator: "and" } },
  }, false],
  [{
    match: {
      [SHORT_TEXT]: { query: "interneurons hesc no", minimum_should_match: 2 },
    },
  }, true],
  [{
    match: {
      [SHORT_TEXT]: { query: "interneurons no nay", minimum_should_match: 2 },
    },
  }, false],
  [{
    match: {
      [SHORT_TEXT]: {
        query: "interneurons hesc no nay",
        minimum_should_match: "50%",
      },
    },
  }, true],
  [{
    match: {
      [SHORT_TEXT]: {
        query: "interneurons no nay not",
        minimum_should_match: "-25%",
      },
    },
  }, false],
  [{
    match: {
      [SHORT_TEXT]: { query: "interneurons hesc no", minimum_should_match: -1 },
    },
  }, true],
  [{
    match: { [`${SPECIES}.text`]: { query: "homo musculus", operator: "and" } },
  }, true],
  [{ match_phrase: { [`${SPECIES}.text`]: "homo musculus" } }, false],
  [{ match_phrase: { [SHORT_TEXT]: "Derived, inhibitory" } }, true],
  [{ match_phrase: { [SHORT_TEXT]: { query: "inhibitory derived" } } }, false],
  [{ match_phrase: { [SHORT_TEXT]: "" } }, false],
  [{ match: { [`${PROJECT}.project_short_name.text`]: "part_one" } }, true],
  [{ match: { [`${PROJECT}.project_short_name.text`]: "part" } }, false],
  [{ term: { [SHORT_TEXT]: "derived" } }, true],
  [{ term: { [SHORT_TEXT]: "Derived" } }, false],
  [{ prefix: { [SHORT_TEXT]: "inter" } }, true],
  [{ prefix: { [SHORT_TEXT]: "Inter" } }, false],
  [{ wildcard: { [SHORT_TEXT]: "inter*s" } }, true],
  [{ range: { [SHORT_TEXT]: { gte: "interm", lt: "intero" } } }, true],
  [{ range: { [SHORT_TEXT]: { gte: "interz" } } }, false],
  [{ match: { [`${SUBMITTED}.text`]: "2019" } }, false],
  [{ match: { [`${TAXON}.text`]: "9606" } }, false],
]);

table("a string is longer than 256 characters", [
  [{ prefix: { [`${PROJECT}.project_title`]: "inter" } }, false],
  [{ match: { [LONG_TEXT]: "brain" } }, true],
  [{ exists: { field: `${PROJECT}.project_title` } }, false],
  [{ exists: { field: LONG_TEXT } }, true],
  [{ exists: { field: `${SPECIMEN}.sampled_by` } }, true],
]);

table("existence is asked", [
  [{ exists: { field: "files.specimen_from_organism_json" } }, true],
  [{ exists: { field: `${SPECIES}` } }, true],
  [{ exists: { field: "files.project_json.links" } }, false],
  [{ exists: { field: `${SUSPENSION}.notes` } }, false],
  [{ exists: { field: `${SUSPENSION}.tags` } }, false],
  [{ exists: { field: "admin_deleted" } }, false],
  [{ exists: { field: PAIRED } }, true],
  [{ exists: { field: "uuid" } }, true],
  [{ exists: { field: "_id" } }, true],
]);

const DAY = `${SPECIMEN}.collection_day`;
const MINUTE = `${SPECIMEN}.collection_minute`;

table("dates are compared", [
  [{ range: { [SUBMITTED]: { gte: "2019-04-17", lte: "2019-04-17" } } }, true],
  [{ range: { [SUBMITTED]: { lte: "2019-04-16" } } }, false],
  [{ range: { [SUBMITTED]: { lt: "2019-04-17" } } }, false],
  [{ range: { [SUBMITTED]: { lt: "2019-04-18" } } }, true],
  [{ range: { [SUBMITTED]: { gt: "2019-04-17" } } }, false],
  [{ range: { [SUBMITTED]: { gt: "2019-04-16" } } }, true],
  [{ range: { [SUBMITTED]: { gte: "2019-04-17T16:51:39.733Z" } } }, true],
  [{ range: { [SUBMITTED]: { gt: "2019-04-17T16:51:39.733Z" } } }, false],
  [{ range: { [SUBMITTED]: { gt: "2019-04-17T16:51:39" } } }, false],
  [{ range: { [SUBMITTED]: { lte: "2019-04-17T16:51" } } }, true],
  [{ range: { [SUBMITTED]: { lt: "2019-04-17T16:51" } } }, false],
  [{ range: { [SUBMITTED]: { lte: 2019 } } }, true],
  [{ range: { [SUBMITTED]: { gte: "2019-04-17T18:00+02:00" } } }, true],
  [{ range: { [SUBMITTED]: { gte: "2019-04-17T16:00-02:00" } } }, false],
  [
    {
      range: { [SUBMITTED]: { gte: "2019-04-17T18:00", time_zone: "+02:00" } },
    },
    true,
  ],
  [
    { range: { [SUBMITTED]: { lte: "2019-04-17", time_zone: "+09:00" } } },
    false,
  ],
  [
    { range: { [SUBMITTED]: { lte: "2019-04-17", format: "yyyy-MM-dd" } } },
    true,
  ],
  [{ range: { [SUBMITTED]: { gte: "alphabetic" } } }, false],
  [{ range: { [SUBMITTED]: { gte: null } } }, true],
  [{ range: { [SUBMITTED]: {} } }, true],
  [{ range: { [DAY]: { gte: "2018-07-22", lte: "2018-07-22" } } }, true],
  [{
    range: {
      [MINUTE]: { gt: "2018-07-22T10:15:29Z", lt: "2018-07-22 10:15:31" },
    },
  }, true],
  [{ match: { [SUBMITTED]: "2019-04-17T16:51:39.733Z" } }, true],
  [{ term: { [SUBMITTED]: "2019-04-17" } }, true],
  [{ term: { [SUBMITTED]: "2019-04-18" } }, false],
  [{ prefix: { [SUBMITTED]: "2019-04-17T" } }, true],
]);

table("numbers and strings have an order", [
  [{ range: { [TAXON]: { gt: 9606, lt: 20000 } } }, true],
  [{ range: { [TAXON]: { gt: 9606, lt: 10090 } } }, false],
  [{ range: { [TAXON]: { gte: "10090" } } }, true],
  [{ range: { [TAXON]: { gte: "abc" } } }, false],
  [
    { range: { "manifest.version": { gte: "2019-04-17", lt: "2019-04-18" } } },
    true,
  ],
  [{ range: { "manifest.version": { gt: VERSION } } }, false],
  [{ range: { "manifest.version": { gte: VERSION, boost: 2 } } }, true],
  [{ range: { [NAME]: { gte: "HESC", lt: "HESD" } } }, true],
  [{ range: { [NAME]: { lt: "HESC" } } }, false],
]);

table("a prefix or pattern is given", [
  [{ prefix: { [NAME]: "HESC-d" } }, true],
  [{ prefix: { [NAME]: { value: "derived" } } }, false],
  [{ prefix: { [NAME]: { prefix: "hesc" } } }, true],
  [
    { prefix: { [`${PROJECT}.project_short_name`]: "single cell of ΟΔΟΣ" } },
    true,
  ],
  [{ prefix: { [TAXON]: "96" } }, false],
  [{ wildcard: { [NAME]: "*INHIBITORY*" } }, true],
  [{ wildcard: { [NAME]: { value: "hesc?derived*" } } }, true],
  [{ wildcard: { [NAME]: { wildcard: "inhibitory" } } }, false],
  [{ wildcard: { [`${PROJECT}.code`]: "A\\*B\\?C\\\\D" } }, true],
  [{ wildcard: { [`${PROJECT}.code`]: "A\\*C*" } }, false],
  [{ wildcard: { uuid: "ffee*dabe" } }, true],
  [{ wildcard: { uuid: "FFEE*" } }, false],
]);

const YES = { match_all: {} };
const NO = { match_none: {} };

table("queries are combined", [
  [{ bool: {} }, true],
  [{ bool: { must: [] } }, true],
  [{ bool: { must: [YES, NO] } }, false],
  [{ bool: { must: YES } }, true],
  [{ bool: { filter: [YES, NO] } }, false],
  [{ bool: { must: YES, filter: NO } }, false],
  [{ bool: { must_not: NO } }, true],
  [{ bool: { must_not: [NO, YES] } }, false],
  [{ bool: { should: [NO, YES] } }, true],
  [{ bool: { should: [NO, NO] } }, false],
  [{ bool: { should: [NO], must_not: [NO] } }, false],
  [{ bool: { should: [NO], must: [YES] } }, true],
  [{ bool: { should: [NO], filter: [YES] } }, true],
  [{ bool: { should: [NO], must: [YES], minimum_should_match: 1 } }, false],
  [{ bool: { should: [NO, YES, YES], minimum_should_match: 2 } }, true],
  [{ bool: { should: [NO, YES, YES], minimum_should_match: 3 } }, false],
  [{ bool: { should: [YES, YES], minimum_should_match: 3 } }, false],
  [{ bool: { should: [NO, YES, YES], minimum_should_match: "-1" } }, true],
  [{ bool: { should: [NO], minimum_should_match: 0 } }, false],
  [{ bool: { must: [YES], should: [NO], minimum_should_match: 0 } }, true],
  [{ bool: { must: [{}], should: [NO], boost: 1.0, _name: "x" } }, false],
  [{ bool: { filter: { bool: { must: [YES], should: [NO] } } } }, false],
  [{ bool: { must_not: { bool: { must: [YES], should: [NO] } } } }, true],
  [{ bool: { must: { bool: { must_not: { bool: { must: [NO] } } } } } }, true],
  [{ constant_score: { filter: YES, boost: 1.2 } }, true],
  [{ constant_score: { filter: NO } }, false],
]);

Deno.test("matchDocument finds and excludes tombstones when admin_deleted is asked", () => {
  for (const value of [true, "true"]) {
    const dead = { term: { admin_deleted: value } };
    assert.equal(matches(dead, TOMBSTONE), true);
    assert.equal(matches(dead), false);
    const alive = { bool: { must_not: dead } };
    assert.equal(matches(alive, TOMBSTONE), false);
    assert.equal(matches(alive), true);
  }
  assert.equal(
    matches({ match: { email: "admin@example.org" } }, TOMBSTONE),
    true,
  );
  assert.equal(matches({ match_all: {} }, TOMBSTONE), true);
});

Deno.test("matchDocument finds nothing when a whole-bundle tombstone has no version", () => {
  const dead: JsonObject = { uuid: UUID, manifest: { version: null } };
  assert.equal(matches({ exists: { field: "manifest.version" } }, dead), false);
  assert.equal(matches({ exists: { field: "manifest" } }, dead), false);
  assert.equal(matches({ prefix: { "manifest.version": "" } }, dead), false);
});

Deno.test("matchDocument keeps the digits when numbers were written unusually", () => {
  const document = parseJson('{"big": 9606.0, "text": "1.0"}') as JsonObject;
  const search = (text: string) => {
    const query = parseQuery(parseJson(text));
    return matchDocument(query, document, "id");
  };
  assert.equal(search('{"query": {"match": {"big": 9606}}}'), true);
  assert.equal(search('{"query": {"match": {"big": 9.606e3}}}'), true);
  assert.equal(search('{"query": {"match": {"text": 1.0}}}'), true);
  assert.equal(search('{"query": {"match": {"text": 1}}}'), false);
});

Deno.test("matchDocument compares own properties only when keys look inherited", () => {
  const document = JSON.parse('{"__proto__": {"x": "own"}}') as JsonObject;
  assert.equal(matches({ match: { "__proto__.x": "own" } }, document), true);
  const body = '{"query": {"match": {"__proto__": "own"}}}';
  const query = parseQuery(JSON.parse(body) as Json);
  assert.equal(matchDocument(query, { a: "own" }, "id"), false);
  const heir: JsonObject = Object.create({ a: "own" });
  assert.equal(matches({ match: { a: "own" } }, heir), false);
});

Deno.test("matchDocument ends quickly when a pattern has many stars", () => {
  const document = { long: "a".repeat(20_000), short: "a".repeat(256) };
  const pattern = "*a*a*a*a*a*b";
  assert.equal(
    matches({ wildcard: { "long.text": pattern } }, document),
    false,
  );
  assert.equal(matches({ wildcard: { short: pattern } }, document), false);
});

Deno.test("matchDocument walks a deep document without recursion", () => {
  let deep: Json = "leaf";
  for (let level = 0; level < 50_000; level++) deep = [{ a: deep }];
  assert.equal(matches({ exists: { field: "a" } }, { a: deep }), true);
  assert.equal(matches({ match: { "a.a.a": "leaf" } }, { a: deep }), false);
});
