import assert from "node:assert/strict";
import type { Json } from "../../src/base/mod.ts";
import type { Schema } from "../../src/server/document/mod.ts";
import { whyUnfit } from "../../src/server/validate_body.ts";

const DEFINITIONS: Record<string, Schema> = {
  Item: {
    type: "object",
    properties: { id: { type: "integer" } },
    required: ["id"],
  },
};

const CASES: [schema: Schema, value: Json, why: string | undefined][] = [
  [{ type: "object" }, {}, undefined],
  [{ type: "object" }, [], "The request body is not a JSON object"],
  [{ type: "array" }, [], undefined],
  [{ type: "array" }, {}, "The request body is not a JSON array"],
  [
    { properties: { a: { type: "string" } } },
    { a: 1 },
    "'a' is not of type 'string'",
  ],
  [
    { properties: { a: { type: "string" } } },
    { a: null },
    "'a' is not of type 'string'",
  ],
  [{ properties: { a: { type: "string" } } }, { b: 1 }, undefined],
  [
    { properties: { a: { type: "string", "x-nullable": true } } },
    { a: null },
    undefined,
  ],
  [{ properties: { a: { type: "boolean" } } }, { a: false }, undefined],
  [
    { properties: { a: { type: "boolean" } } },
    { a: "false" },
    "'a' is not of type 'boolean'",
  ],
  [{ properties: { a: { type: "number" } } }, { a: 1.5 }, undefined],
  [
    { properties: { a: { type: "number" } } },
    { a: "1" },
    "'a' is not of type 'number'",
  ],
  [{ properties: { a: { type: "integer" } } }, { a: -7 }, undefined],
  [
    { properties: { a: { type: "integer" } } },
    { a: 1.5 },
    "'a' is not of type 'integer'",
  ],
  [
    { properties: { a: { type: "integer" } } },
    { a: 2 ** 53 },
    "'a' is not of type 'integer'",
  ],
  [{ required: ["a"] }, {}, "'a' is a required property"],
  [{ required: ["toString"] }, {}, "'toString' is a required property"],
  [{ properties: { a: { pattern: "b" } } }, { a: "abc" }, undefined],
  [
    { properties: { a: { pattern: "^b" } } },
    { a: "abc" },
    "'a' does not match ^b",
  ],
  [{ properties: { a: { enum: ["x", "y"] } } }, { a: "y" }, undefined],
  [
    { properties: { a: { enum: ["x", "y"] } } },
    { a: "z" },
    "'a' is not one of x, y",
  ],
  [
    { additionalProperties: false },
    { toString: 1 },
    "'toString' was not expected",
  ],
  [
    { properties: { a: {} }, additionalProperties: false },
    { a: 1, b: 1 },
    "'b' was not expected",
  ],
  [
    { properties: { a: { additionalProperties: { type: "string" } } } },
    { a: { b: "x", c: 1 } },
    "'a.c' is not of type 'string'",
  ],
  [
    { properties: { a: { type: "array", maxItems: 1 } } },
    { a: [1, 2] },
    "'a' has more than 1 items",
  ],
  [
    { properties: { a: { items: { $ref: "#/definitions/Item" } } } },
    { a: [{ id: 1 }, { id: "2" }] },
    "'a[1].id' is not of type 'integer'",
  ],
  [
    { properties: { a: { items: { $ref: "#/definitions/Item" } } } },
    { a: [{}] },
    "'a[0].id' is a required property",
  ],
  [
    { allOf: [{ required: ["a"] }, { required: ["b"] }] },
    { a: 1 },
    "'b' is a required property",
  ],
  [
    { properties: { a: { type: "string" } } },
    { a: "\0" },
    "'a' has a character that cannot be stored",
  ],
  [
    { properties: { a: { type: "string" } } },
    { a: "x\udc00" },
    "'a' has a character that cannot be stored",
  ],
  [{ properties: { a: { type: "string" } } }, { a: "\u{1f9ec}" }, undefined],
];

for (const [schema, value, why] of CASES) {
  Deno.test(`whyUnfit of ${JSON.stringify(value)} and ${JSON.stringify(schema)} is ${why}`, () => {
    assert.equal(whyUnfit(value, schema, DEFINITIONS), why);
  });
}
