import assert from "node:assert/strict";
import { RefusedError } from "../../src/base/mod.ts";
import { ApiDocument, baseUrl } from "../../src/swagger/mod.ts";
import { DOCUMENT_URL, swagger2 } from "./_document_case.ts";

for (
  const text of [
    '{"swagger":"2.0","paths":{}}',
    '{"swagger":2.0,"paths":{}}',
    '{"swagger":2,"paths":{}}',
    '{"openapi":"3.0.1","paths":{}}',
    '{"openapi":"3.1.0","paths":{}}',
  ]
) {
  Deno.test(`ApiDocument.parse takes ${text}`, () => {
    const document = ApiDocument.parse(text, DOCUMENT_URL);
    assert.equal(document.isOpenApi3, text.includes("openapi"));
    assert.equal(document.url, DOCUMENT_URL);
  });
}

const NO_VERSION = `${DOCUMENT_URL} is not an API document: ` +
  "it names no Swagger 2.0 or OpenAPI 3 version";
const NO_PATHS = `the API document ${DOCUMENT_URL} has no paths`;

const REFUSED: [string, string][] = [
  ["{}", NO_VERSION],
  ["[]", NO_VERSION],
  ["null", NO_VERSION],
  ["1.0", NO_VERSION],
  ['{"swagger":"1.2","paths":{}}', NO_VERSION],
  ['{"openapi":"20","paths":{}}', NO_VERSION],
  ['{"swagger":{},"paths":{}}', NO_VERSION],
  ['{"__proto__":{"swagger":"2.0"},"paths":{}}', NO_VERSION],
  ['{"swagger":"2.0"}', NO_PATHS],
  ['{"swagger":"2.0","paths":[]}', NO_PATHS],
];

for (const [text, message] of REFUSED) {
  Deno.test(`ApiDocument.parse refuses ${text}`, () => {
    assert.throws(() => ApiDocument.parse(text, DOCUMENT_URL), {
      name: "RefusedError",
      message,
    });
  });
}

Deno.test("ApiDocument.parse refuses a page that is not JSON", () => {
  assert.throws(() => ApiDocument.parse("<html>", DOCUMENT_URL), {
    name: "RefusedError",
    message:
      /^the API document https:\/\/dss\.test\/v1\/swagger\.json is not valid JSON: /,
  });
});

const DEFINITIONS = {
  definitions: {
    first: { $ref: "#/definitions/second" },
    second: { $ref: "#/definitions/third" },
    third: { type: "object" },
    round: { $ref: "#/definitions/about" },
    about: { $ref: "#/definitions/round" },
    self: { $ref: "#/definitions/self" },
    "a/b~c d": { type: "string" },
    "%41": { type: "integer" },
    text: "words",
    list: [{ type: "boolean" }],
  },
};

// reference, what it leads to
const REFERENCES: [string, unknown][] = [
  ["#/definitions/third", { type: "object" }],
  ["#/definitions/first", { type: "object" }],
  ["#/definitions/a~1b~0c%20d", { type: "string" }],
  ["#/definitions/%2541", { type: "integer" }],
  ["#/definitions/list/0", { type: "boolean" }],
  ["#/definitions/text", {}],
  ["#/definitions/list", {}],
];

for (const [reference, expected] of REFERENCES) {
  Deno.test(`ApiDocument.resolve follows ${reference}`, () => {
    const document = swagger2({}, DEFINITIONS);
    assert.deepEqual(document.resolve({ $ref: reference }), expected);
  });
}

Deno.test("ApiDocument.resolve follows a reference to the whole document", () => {
  const document = swagger2({}, DEFINITIONS);
  assert.equal(document.resolve({ $ref: "#" }), document.root);
});

Deno.test("ApiDocument.resolve gives objects back and empty ones for the rest", () => {
  const document = swagger2({});
  const object = { type: "string" };
  assert.equal(document.resolve(object), object);
  for (const value of [undefined, null, "x", 1, true, [object]]) {
    assert.deepEqual(document.resolve(value), {});
  }
  assert.deepEqual(document.resolve({ $ref: 5 }), { $ref: 5 });
});

const CIRCLE =
  `the API document ${DOCUMENT_URL} has references that lead in a circle`;
const nowhere = (reference: string) =>
  `the API document ${DOCUMENT_URL} refers to '${reference}', which it does not have`;
const remote = (reference: string) =>
  `the API document ${DOCUMENT_URL} refers to another document ` +
  `('${reference}'), which is not followed`;

const REFUSED_REFERENCES: [string, string][] = [
  ["#/definitions/round", CIRCLE],
  ["#/definitions/self", CIRCLE],
  ["#/definitions/none", nowhere("#/definitions/none")],
  ["#/definitions/toString", nowhere("#/definitions/toString")],
  ["#/__proto__/polluted", nowhere("#/__proto__/polluted")],
  ["#/constructor", nowhere("#/constructor")],
  ["#name", nowhere("#name")],
  ["#/definitions/\x1b[2J", nowhere("#/definitions/\\u{1b}[2J")],
  ["#/definitions/%zz", nowhere("#/definitions/%zz")],
  ["https://evil.test/x.json#/a", remote("https://evil.test/x.json#/a")],
  ["other.json", remote("other.json")],
  ["file:///etc/passwd", remote("file:///etc/passwd")],
  ["\x1b[2J", remote("\\u{1b}[2J")],
];

for (const [reference, message] of REFUSED_REFERENCES) {
  Deno.test(`ApiDocument.resolve refuses ${JSON.stringify(reference)}`, () => {
    const document = swagger2({}, DEFINITIONS);
    assert.throws(() => document.resolve({ $ref: reference }), {
      name: "RefusedError",
      message,
    });
  });
}

Deno.test("ApiDocument tells nothing secret of its address", () => {
  const url = "https://user:PLANTED@dss.test/s.json?key=PLANTED&auth=PLANTED";
  const shown = "https://***@dss.test/s.json?key=***&auth=***";
  const parse = (text: string) => () => ApiDocument.parse(text, url);
  const swagger2 = '{"swagger":"2.0","paths":{}';
  for (
    const attempt of [
      parse("{}"),
      parse("no JSON"),
      parse('{"swagger":"2.0"}'),
      () => parse(`${swagger2}}`)().resolve({ $ref: "#/none" }),
      () => parse(`${swagger2}}`)().resolve({ $ref: "other.json" }),
      () =>
        parse(`${swagger2},"round":{"$ref":"#/round"}}`)()
          .resolve({ $ref: "#/round" }),
      () => baseUrl(parse(`${swagger2},"host":"{host}"}`)()),
      () =>
        baseUrl(
          parse(
            '{"openapi":"3.0.0","paths":{},"servers":[{"url":"ftp://x/"}]}',
          )(),
        ),
    ]
  ) {
    assert.throws(attempt, (error) => {
      assert.ok(error instanceof RefusedError);
      assert.ok(error.message.includes(shown), error.message);
      return true;
    });
  }
});
