import assert from "node:assert/strict";
import {
  apiDocument,
  type Operation,
  type SwaggerDocument,
} from "../../../src/server/document/mod.ts";
import {
  commandLine,
  methodName,
  operationsOf,
  resolve,
} from "./client_view.ts";

function make(): SwaggerDocument {
  return apiDocument({ host: "dss.test:8080", scheme: "http", version: "1.2" });
}

function operation(document: SwaggerDocument, id: string): Operation {
  const found = operationsOf(document).find((one) =>
    one.operation.operationId === id
  );
  assert.ok(found, id);
  return found.operation;
}

// `!` required, `=` choices, `:` converter, `+` several; A sends credentials,
// P has pages; p path, q query, b body. As the reference client shows them.
const COMMANDS = `
post-search P | POST /search | b --es-query!:json; q --output-format=summary|raw --replica!=aws|gcp --per-page --search-after
head-file | HEAD /files/{uuid} | p --uuid!; q --replica!=aws|gcp --version
get-file | GET /files/{uuid} | p --uuid!; q --replica!=aws|gcp --version --token --directurl --content-disposition
put-file A | PUT /files/{uuid} | b --source-url! --creator-uid!:int; p --uuid!; q --version!
get-subscriptions A | GET /subscriptions | q --replica!=aws|gcp --subscription-type=elasticsearch|jmespath
put-subscription A | PUT /subscriptions | b --es-query:json --jmespath-query --callback-url! --method=POST|PUT --encoding=application/json|multipart/form-data --form-fields:json --payload-form-field --hmac-secret-key --hmac-key-id --attachments:json; q --replica!=aws|gcp
get-subscription A | GET /subscriptions/{uuid} | p --uuid!; q --replica!=aws|gcp --subscription-type=elasticsearch|jmespath
delete-subscription A | DELETE /subscriptions/{uuid} | p --uuid!; q --replica!=aws|gcp --subscription-type=elasticsearch|jmespath
get-collections A P | GET /collections | q --per-page --start-at
put-collection A | PUT /collections | b --name! --description! --details!:json --contents!:json+; q --replica!=aws|gcp --uuid! --version!
get-collection A | GET /collections/{uuid} | p --uuid!; q --replica!=aws|gcp --version
patch-collection A | PATCH /collections/{uuid} | b --add-contents:array --remove-contents:array --name --description --details:json; p --uuid!; q --replica!=aws|gcp --version!
delete-collection A | DELETE /collections/{uuid} | p --uuid!; q --replica!=aws|gcp
get-bundles-all P | GET /bundles/all | q --replica!=aws|gcp --prefix --token --per-page --search-after
get-bundle P | GET /bundles/{uuid} | p --uuid!; q --version --replica!=aws|gcp --directurls --presignedurls --token --per-page --start-at
put-bundle A | PUT /bundles/{uuid} | b --files!:json+ --creator-uid!:int; p --uuid!; q --version! --replica!=aws|gcp
patch-bundle A | PATCH /bundles/{uuid} | b --add-files:array --remove-files:array; p --uuid!; q --replica!=aws|gcp --version!
delete-bundle A | DELETE /bundles/{uuid} | b --reason!; p --uuid!; q --replica!=aws|gcp --version
post-bundles-checkout | POST /bundles/{uuid}/checkout | b --email --destination; p --uuid!; q --version --replica!=aws|gcp
get-bundles-checkout | GET /bundles/checkout/{checkout_job_id} | q --replica!=aws|gcp; p --checkout-job-id!
get-events P | GET /events | q --from-date --to-date --replica!=aws|gcp --per-page --token
get-event | GET /events/{uuid} | p --uuid!; q --version! --replica!=aws|gcp
`.trim().split("\n");

Deno.test("apiDocument() gives the reference client's commands and flags in order", () => {
  const document = make();
  assert.deepEqual(
    operationsOf(document).map((found) => commandLine(document, found)),
    COMMANDS,
  );
});

Deno.test("apiDocument() states where the service is", () => {
  const document = make();
  assert.equal(document.swagger, "2.0");
  assert.equal(document.host, "dss.test:8080");
  assert.equal(document.basePath, "/v1");
  assert.deepEqual(document.schemes, ["http"]);
  assert.equal(document.info.version, "1.2");
  const other = apiDocument({ host: "h", scheme: "https", version: "1" });
  assert.deepEqual(other.schemes, ["https"]);
});

Deno.test("apiDocument() names each operation after the client's method", () => {
  for (const { method, path, operation } of operationsOf(make())) {
    assert.equal(operation.operationId, methodName(method, path));
  }
});

Deno.test("apiDocument() asks for the declared token scheme on secured operations only", () => {
  const document = make();
  const secured = operationsOf(document).filter(({ operation }) =>
    operation.security !== undefined
  );
  assert.deepEqual(Object.keys(document.securityDefinitions), ["dcpAuth"]);
  for (const { operation } of secured) {
    assert.deepEqual(operation.security, [{ dcpAuth: [] }]);
    assert.ok(operation.responses["401"]);
    assert.ok(operation.responses["403"]);
  }
  assert.deepEqual(secured.map(({ operation }) => operation.operationId), [
    "put_file",
    "get_subscriptions",
    "put_subscription",
    "get_subscription",
    "delete_subscription",
    "get_collections",
    "put_collection",
    "get_collection",
    "patch_collection",
    "delete_collection",
    "put_bundle",
    "patch_bundle",
    "delete_bundle",
  ]);
});

Deno.test("apiDocument() says where tokens come from, for whom and who signs them", () => {
  const { dcpAuth } = make().securityDefinitions;
  assert.ok(dcpAuth);
  const { description, scopes, ...facts } = dcpAuth;
  assert.match(description, /JSON Web Token/);
  assert.deepEqual(Object.keys(scopes), ["openid", "email", "offline_access"]);
  assert.deepEqual(facts, {
    type: "oauth2",
    flow: "accessCode",
    authorizationUrl: "http://dss.test:8080/oauth/authorize",
    tokenUrl: "http://dss.test:8080/oauth/token",
    "x-google-issuer": "http://dss.test:8080/",
    "x-google-jwks_uri": "http://dss.test:8080/.well-known/jwks.json",
    "x-google-audiences":
      "https://dss.hca.localhost/,https://dev.data.humancellatlas.org/",
  });
  const other = apiDocument({ host: "h", scheme: "https", version: "1" });
  assert.equal(
    other.securityDefinitions.dcpAuth?.tokenUrl,
    "https://h/oauth/token",
  );
});

Deno.test("apiDocument() describes every operation, parameter, property and answer", () => {
  const document = make();
  for (const { operation } of operationsOf(document)) {
    const id = operation.operationId;
    assert.match(operation.summary, /^[A-Z][^\n]*\.$/, id);
    assert.notEqual(operation.description, "", id);
    assert.ok("default" in operation.responses, id);
    for (const parameter of operation.parameters) {
      assert.match(parameter.description, /\S/, `${id} ${parameter.name}`);
      const schema = parameter.in === "body" ? parameter.schema : {};
      for (const [name, property] of Object.entries(schema.properties ?? {})) {
        assert.match(property.description ?? "", /\S/, `${id} ${name}`);
      }
    }
    for (const [status, response] of Object.entries(operation.responses)) {
      assert.match(response.description, /\S/, `${id} ${status}`);
    }
  }
});

Deno.test("apiDocument() names path parameters as in the path", () => {
  for (const { path, operation } of operationsOf(make())) {
    const named = operation.parameters.filter(({ in: place }) =>
      place === "path"
    );
    assert.deepEqual(
      named.map(({ name }) => `{${name}}`),
      path.match(/\{\w+\}/g) ?? [],
    );
    const bodies = operation.parameters.filter(({ in: place }) =>
      place === "body"
    );
    assert.ok(bodies.length <= 1);
    for (const body of bodies) assert.equal(body.name, "json_request_body");
  }
});

Deno.test("apiDocument() refers only to definitions that exist, and to each of them", () => {
  const document = make();
  const used = new Set<string>();
  walk(document, (node) => {
    const ref = (node as { $ref?: unknown }).$ref;
    if (typeof ref !== "string") return;
    resolve(document, { $ref: ref });
    used.add(ref.replace("#/definitions/", ""));
  });
  assert.deepEqual([...used].sort(), Object.keys(document.definitions).sort());
});

Deno.test("apiDocument() is unchanged by a trip through JSON text", () => {
  const document = make();
  assert.deepEqual(JSON.parse(JSON.stringify(document)), document);
});

Deno.test("apiDocument() shares nothing between calls, nor within a document", () => {
  const seen = new Set<object>();
  for (const document of [make(), make()]) {
    walk(document, (node, where) => {
      assert.ok(!seen.has(node), where);
      seen.add(node);
    });
  }
});

Deno.test("apiDocument() is not changed by changing an earlier result", () => {
  const before = JSON.stringify(make());
  walk(make(), (node) => {
    for (const key of Object.keys(node)) {
      if (typeof Reflect.get(node, key) !== "object") {
        Reflect.set(node, key, "changed");
      }
    }
    Reflect.set(node, "added", true);
  });
  assert.equal(JSON.stringify(make()), before);
});

Deno.test("apiDocument() lists the redirects that happen", () => {
  const document = make();
  const redirecting = (status: string) =>
    operationsOf(document).filter(({ operation }) =>
      status in operation.responses
    ).map(({ operation }) => operation.operationId);
  assert.deepEqual(redirecting("301"), ["get_file", "get_bundle"]);
  assert.deepEqual(redirecting("302"), ["get_file"]);
  for (const id of redirecting("301")) {
    const { headers } = operation(document, id).responses["301"] ?? {};
    assert.deepEqual(Object.keys(headers ?? {}), ["Location", "Retry-After"]);
  }
});

Deno.test("apiDocument() names the list that pages share out", () => {
  const document = make();
  const keys = operationsOf(document)
    .filter(({ operation }) => "206" in operation.responses)
    .map(({ operation: { operationId, responses } }) => {
      const header = "X-OpenAPI-Paginated-Content-Key";
      assert.ok(responses["206"]?.headers?.["Link"]);
      assert.equal(responses["200"]?.headers?.["Link"], undefined);
      return [
        operationId,
        responses["200"]?.headers?.[header]?.enum?.join(),
        responses["206"]?.headers?.[header]?.enum?.join(),
      ];
    });
  assert.deepEqual(keys, [
    ["post_search", "results", "results"],
    ["get_collections", "collections", "collections"],
    ["get_bundles_all", "bundles", "bundles"],
    ["get_bundle", "bundle.files", "bundle.files"],
    ["get_events", "event_streams", "event_streams"],
  ]);
});

/** Calls `visit` with every object and array inside `node`. */
function walk(
  node: object,
  visit: (node: object, where: string) => void,
  where = "#",
): void {
  const inside = Object.entries(node);
  visit(node, where);
  for (const [key, value] of inside) {
    if (typeof value === "object" && value !== null) {
      walk(value, visit, `${where}/${key}`);
    }
  }
}
