import assert from "node:assert/strict";
import { ApiDocument, parseOperations } from "../../src/swagger/mod.ts";
import {
  DOCUMENT_URL,
  onlyOperation,
  openApi3,
  shown,
  swagger2,
} from "./_document_case.ts";

Deno.test("parseOperations reads an operation of Swagger 2.0", () => {
  const operation = onlyOperation(swagger2({
    "/files/{uuid}": {
      get: {
        summary: "Retrieve",
        description: "More *about* it",
        security: [{ dcpAuth: [] }],
        parameters: [
          { name: "uuid", in: "path", required: true, type: "string" },
          {
            name: "replica",
            in: "query",
            required: true,
            type: "string",
            enum: ["aws", "gcp"],
            description: "Which",
          },
          {
            name: "per_page",
            in: "query",
            type: "integer",
            minimum: 10,
            maximum: 500,
            default: 100,
          },
          { name: "X-Foo", in: "header", type: "string", pattern: "^a" },
        ],
        responses: { 200: {}, 206: {} },
      },
    },
  }));
  const { parameters, ...rest } = operation;
  assert.deepEqual(rest, {
    name: "get_file",
    method: "GET",
    summary: "Retrieve",
    description: "More *about* it",
    paths: [{ template: "/files/{uuid}", placeholders: ["uuid"] }],
    hasBody: false,
    isSecured: true,
    isPaged: true,
  });
  assert.deepEqual(shown(parameters), [
    "path uuid! string",
    "query replica! string",
    "query per_page integer",
    "header X-Foo string",
  ]);
  const [, replica, perPage, header] = parameters;
  assert.deepEqual(replica?.choices, ["aws", "gcp"]);
  assert.equal(replica?.description, "Which");
  assert.deepEqual(
    [perPage?.minimum, perPage?.maximum, perPage?.default],
    [10, 500, 100],
  );
  assert.equal(header?.pattern, "^a");
});

Deno.test("parseOperations keeps the order of the document", () => {
  const operations = parseOperations(swagger2({
    "/b": { post: {}, get: {} },
    "/a": { get: {} },
  }));
  assert.deepEqual([...operations.keys()], ["post_b", "get_b", "get_a"]);
});

Deno.test("parseOperations survives operations that say next to nothing", () => {
  for (const item of [{}, { get: {} }, { get: null }, { get: "x" }, null, []]) {
    const operations = parseOperations(swagger2({ "/a": item }));
    for (const operation of operations.values()) {
      assert.deepEqual(operation, {
        name: "get_a",
        method: "GET",
        summary: "",
        description: "",
        parameters: [],
        paths: [{ template: "/a", placeholders: [] }],
        hasBody: false,
        isSecured: false,
        isPaged: false,
      });
    }
  }
});

Deno.test("parseOperations takes parameters of the path, which operations override", () => {
  const operation = onlyOperation(swagger2({
    "/a/{id}": {
      summary: "All of them",
      "x-extra": {},
      parameters: [
        { name: "id", in: "path", type: "string" },
        { name: "q", in: "query", type: "string" },
        { $ref: "#/parameters/shared" },
      ],
      get: {
        parameters: [{
          name: "q",
          in: "query",
          type: "integer",
          required: true,
        }],
      },
    },
  }, { parameters: { shared: { name: "id", in: "header" } } }));
  assert.deepEqual(shown(operation.parameters), [
    "path id! string",
    "query q! integer",
    "header id string",
  ]);
});

Deno.test("parseOperations leaves out parameters that go to no known place", () => {
  const operation = onlyOperation(swagger2({
    "/a": {
      post: {
        parameters: [
          { name: "f", in: "formData", type: "file" },
          { name: "c", in: "cookie" },
          { name: "", in: "query" },
          { in: "query" },
          { name: "x" },
          "words",
          { name: "q", in: "query" },
        ],
      },
    },
  }));
  assert.deepEqual(shown(operation.parameters), ["query q string"]);
  assert.equal(operation.hasBody, false);
});

Deno.test("parseOperations makes body properties of Swagger 2.0 parameters, before the others", () => {
  const operation = onlyOperation(swagger2({
    "/subscriptions": {
      put: {
        parameters: [
          { name: "replica", in: "query", type: "string" },
          { name: "whatever", in: "body", schema: { $ref: "#/definitions/s" } },
        ],
      },
    },
  }, {
    definitions: {
      s: {
        required: ["es_query"],
        properties: {
          es_query: { type: "object" },
          labels: { items: {} },
          nested: { properties: {} },
          method: { enum: ["PUT", "POST", 1, 1.5, true, null, {}] },
          bare: {},
          odd: { type: "file" },
          nullable: { type: ["null", "integer"] },
          later: { $ref: "#/definitions/later" },
        },
      },
      later: { $ref: "#/definitions/last" },
      last: { type: "boolean" },
    },
  }));
  assert.equal(operation.hasBody, true);
  assert.deepEqual(shown(operation.parameters), [
    "body es_query! object",
    "body labels array",
    "body nested object",
    "body method string",
    "body bare string",
    "body odd string",
    "body nullable integer",
    "body later boolean",
    "query replica string",
  ]);
  assert.deepEqual(
    operation.parameters[3]?.choices,
    ["PUT", "POST", "1", "1.5", "true"],
  );
});

Deno.test("parseOperations keeps a choice that a double would not give back", () => {
  const document = ApiDocument.parse(
    '{"swagger":"2.0","paths":{"/a":{"get":{"parameters":' +
      '[{"in":"query","name":"v","enum":[1.0,2.50],"minimum":1.0}]}}}}',
    DOCUMENT_URL,
  );
  const [parameter] = onlyOperation(document).parameters;
  assert.deepEqual(parameter?.choices, ["1.0", "2.50"]);
  assert.equal(parameter?.minimum, 1);
});

Deno.test("parseOperations takes requirements of a body from its top level only", () => {
  const operation = onlyOperation(swagger2({
    "/a": {
      post: {
        parameters: [{
          name: "b",
          in: "body",
          schema: {
            required: ["deep", "own"],
            properties: { own: { type: "string" }, twice: { type: "string" } },
            allOf: [
              {
                required: ["other"],
                properties: {
                  other: { type: "integer" },
                  twice: { type: "string", enum: ["a"] },
                },
                allOf: [{
                  required: ["deeper"],
                  properties: { deep: {}, deeper: {} },
                }],
              },
              { $ref: "#/definitions/more" },
            ],
          },
        }],
      },
    },
  }, { definitions: { more: { properties: { more: { type: "number" } } } } }));
  assert.deepEqual(shown(operation.parameters), [
    "body own! string",
    "body twice string",
    "body other integer",
    "body deep! string",
    "body deeper string",
    "body more number",
  ]);
  assert.deepEqual(operation.parameters[1]?.choices, ["a"]);
});

Deno.test("parseOperations ends on schemas that contain each other", () => {
  // Each level doubles: taken literally, more schemas than there are atoms.
  const definitions: Record<string, unknown> = {};
  for (let level = 0; level < 300; level++) {
    const next = { $ref: `#/definitions/s${(level + 1) % 300}` };
    definitions[`s${level}`] = {
      properties: { [`p${level}`]: next },
      allOf: [next, next],
    };
  }
  const operation = onlyOperation(swagger2({
    "/a": {
      post: {
        parameters: [
          { name: "b", in: "body", schema: { $ref: "#/definitions/s0" } },
        ],
      },
    },
  }, { definitions }));
  assert.equal(operation.parameters.length, 300);
});

Deno.test("parseOperations reads types that allOf gives", () => {
  const operation = onlyOperation(swagger2({
    "/a": {
      post: {
        parameters: [{
          name: "b",
          in: "body",
          schema: {
            properties: {
              a: { allOf: [{}, { type: "file" }, { $ref: "#/definitions/i" }] },
            },
          },
        }],
      },
    },
  }, { definitions: { i: { type: "integer" } } }));
  assert.deepEqual(shown(operation.parameters), ["body a integer"]);
});

Deno.test("parseOperations reads body and parameters of OpenAPI 3", () => {
  const operation = onlyOperation(openApi3({
    "/a/{id}": {
      put: {
        requestBody: { $ref: "#/components/requestBodies/b" },
        parameters: [
          { $ref: "#/components/parameters/id" },
          {
            name: "q",
            in: "query",
            description: "outer",
            schema: {
              type: "integer",
              enum: [1, 2],
              default: 1,
              description: "inner",
            },
          },
          { name: "r", in: "query", schema: { description: "inner" } },
        ],
      },
    },
  }, {
    components: {
      parameters: {
        id: { name: "id", in: "path", schema: { type: "string" } },
      },
      requestBodies: {
        b: {
          content: {
            "application/json-patch+json": {
              schema: { properties: { wrong: {} } },
            },
            "Application/JSON; charset=utf-8": {
              schema: { required: ["x"], properties: { x: { type: "array" } } },
            },
          },
        },
      },
    },
  }));
  assert.deepEqual(shown(operation.parameters), [
    "body x! array",
    "path id! string",
    "query q integer",
    "query r string",
  ]);
  const [, , q, r] = operation.parameters;
  assert.deepEqual(q?.choices, ["1", "2"]);
  assert.equal(q?.default, 1);
  assert.equal(q?.description, "outer");
  assert.equal(r?.description, "inner");
});

Deno.test("parseOperations has no body when it has no properties", () => {
  for (
    const schema of [undefined, {}, { type: "array" }, { properties: {} }]
  ) {
    const operation = onlyOperation(swagger2({
      "/a": { post: { parameters: [{ name: "b", in: "body", schema }] } },
    }));
    assert.equal(operation.hasBody, false);
    assert.deepEqual(operation.parameters, []);
  }
});

Deno.test("parseOperations makes one operation of paths that yield one name", () => {
  const operation = onlyOperation(swagger2({
    "/bars/{a}/{b}": {
      get: {
        summary: "first",
        security: [{ x: [] }],
        parameters: [
          { name: "a", in: "path", type: "string" },
          { name: "b", in: "path", type: "string" },
          { name: "both", in: "query", required: true },
          { name: "once", in: "query", required: true },
          { name: "half", in: "query", required: true },
        ],
      },
    },
    "/bars/{a}": {
      get: {
        summary: "second",
        responses: { 206: {} },
        parameters: [
          { name: "a", in: "path", type: "string" },
          { name: "both", in: "query", required: true },
          { name: "half", in: "query" },
        ],
      },
    },
    "/bars": {
      get: {
        summary: "third",
        parameters: [
          { name: "both", in: "query", required: true },
          { name: "half", in: "query", required: true },
        ],
      },
    },
  }));
  assert.equal(operation.name, "get_bars");
  assert.equal(operation.summary, "third");
  assert.equal(operation.isSecured, true);
  assert.equal(operation.isPaged, true);
  assert.deepEqual(shown(operation.parameters), [
    "path a string",
    "path b string",
    "query both! string",
    "query once string",
    "query half string",
  ]);
  assert.deepEqual(
    operation.paths.map((path) => path.placeholders),
    [["a", "b"], ["a"], []],
  );
});

Deno.test("parseOperations takes names that mean something to the runtime for names", () => {
  const text = JSON.stringify({
    swagger: "2.0",
    paths: {
      "/PROTO": {
        post: {
          parameters: [
            { name: "PROTO", in: "query" },
            { name: "constructor", in: "header" },
            {
              name: "b",
              in: "body",
              schema: {
                required: ["PROTO"],
                properties: { PROTO: { type: "object" }, toString: {} },
              },
            },
          ],
          responses: { PROTO: {} },
        },
      },
    },
  }).replaceAll("PROTO", "__proto__");
  const operation = onlyOperation(ApiDocument.parse(text, DOCUMENT_URL));
  assert.equal(operation.name, "post___proto__");
  assert.deepEqual(shown(operation.parameters), [
    "body __proto__! object",
    "body toString string",
    "query __proto__ string",
    "header constructor string",
  ]);
  assert.equal(operation.isPaged, false);
});

Deno.test("parseOperations passes on that a reference leads nowhere", () => {
  const document = swagger2({
    "/a": { get: { parameters: [{ $ref: "#/parameters/none" }] } },
  });
  assert.throws(() => parseOperations(document), {
    name: "RefusedError",
    message:
      `the API document ${DOCUMENT_URL} refers to '#/parameters/none', which it does not have`,
  });
});

Deno.test("parseOperations does not take a square of the time for 20,000 paths of one name", () => {
  const paths = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index): [string, unknown] => [
      `/x/{a${index}}`,
      { get: { parameters: [{ in: "path", name: `a${index}` }] } },
    ]),
  );
  const operation = onlyOperation(swagger2(paths));
  assert.equal(operation.parameters.length, 20_000);
  assert.equal(operation.paths.length, 20_000);
});
