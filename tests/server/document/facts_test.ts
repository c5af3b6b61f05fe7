import assert from "node:assert/strict";
import {
  apiDocument,
  type Operation,
  type Schema,
  type SwaggerDocument,
} from "../../../src/server/document/mod.ts";
import { operationsOf, resolve } from "./client_view.ts";

function make(): SwaggerDocument {
  return apiDocument({ host: "dss.test", scheme: "http", version: "1" });
}

function operation(document: SwaggerDocument, id: string): Operation {
  const found = operationsOf(document).find((one) =>
    one.operation.operationId === id
  );
  assert.ok(found, id);
  return found.operation;
}

function body(document: SwaggerDocument, id: string): Schema {
  const found = operation(document, id).parameters.find((parameter) =>
    parameter.in === "body"
  );
  assert.ok(found?.in === "body", id);
  return found.schema;
}

function answerOf(id: string, status: string): Schema {
  const document = make();
  const schema = operation(document, id).responses[status]?.schema;
  assert.ok(schema, `${id} ${status}`);
  return resolve(document, schema);
}

const UUID =
  "[A-Za-z0-9]{8}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{12}";
const VERSION = { type: "string", format: "DSS_VERSION" };
const TEXT = { type: "string" };
const FLAG = { type: "boolean" };
const OFFSET = { type: "integer", default: 0 };
const SUBSCRIPTION_TYPE = { ...TEXT, default: "jmespath" };

function page(minimum: number, maximum: number, standard: number): object {
  const type = { type: "integer", format: "int32" };
  return { ...type, minimum, maximum, default: standard };
}

// What a value must be, beyond what the flags show; uuid and replica aside.
const CONSTRAINTS: Record<string, Record<string, object>> = {
  post_search: {
    output_format: { ...TEXT, default: "summary" },
    per_page: page(10, 500, 100),
    search_after: TEXT,
  },
  head_file: { version: TEXT },
  get_file: {
    version: TEXT,
    token: TEXT,
    directurl: FLAG,
    content_disposition: TEXT,
  },
  put_file: { version: VERSION },
  get_subscriptions: { subscription_type: SUBSCRIPTION_TYPE },
  put_subscription: {},
  get_subscription: { subscription_type: SUBSCRIPTION_TYPE },
  delete_subscription: { subscription_type: SUBSCRIPTION_TYPE },
  get_collections: { per_page: page(10, 500, 500), start_at: OFFSET },
  put_collection: { version: VERSION },
  get_collection: { version: TEXT },
  patch_collection: { version: VERSION },
  delete_collection: {},
  get_bundles_all: {
    prefix: { ...TEXT, pattern: "^[a-zA-Z0-9][a-zA-Z0-9-]*$" },
    token: TEXT,
    per_page: page(10, 500, 100),
    search_after: TEXT,
  },
  get_bundle: {
    version: TEXT,
    directurls: FLAG,
    presignedurls: FLAG,
    token: TEXT,
    per_page: page(10, 500, 500),
    start_at: OFFSET,
  },
  put_bundle: { version: VERSION },
  patch_bundle: { version: VERSION },
  delete_bundle: { version: TEXT },
  post_bundles_checkout: { version: TEXT },
  get_bundles_checkout: {},
  get_events: {
    from_date: TEXT,
    to_date: TEXT,
    per_page: page(1, 10, 1),
    token: TEXT,
  },
  get_event: { version: TEXT },
};

Deno.test("apiDocument() limits each parameter as the service does", () => {
  const found = operationsOf(make()).map(({ operation }) => [
    operation.operationId,
    Object.fromEntries(
      operation.parameters.flatMap((parameter) => {
        const { name, in: place, description, required, ...rest } = parameter;
        if (place === "body" || /uuid|replica|job_id/.test(name)) return [];
        assert.ok(description !== "" && typeof required === "boolean");
        return [[name, withoutEnum(rest)]];
      }),
    ),
  ]);
  assert.deepEqual(Object.fromEntries(found), CONSTRAINTS);
});

// Choices are compared with the flags, in the test of the commands.
function withoutEnum(constraints: object): object {
  return Object.fromEntries(
    Object.entries(constraints).filter(([key]) => key !== "enum"),
  );
}

Deno.test("apiDocument() checks uuids everywhere but on HEAD", () => {
  for (const { operation } of operationsOf(make())) {
    for (const parameter of operation.parameters) {
      if (parameter.in === "body") continue;
      if (!/uuid|job_id/.test(parameter.name)) continue;
      const expected = operation.operationId === "head_file" ? undefined : UUID;
      assert.equal(parameter.pattern, expected, operation.operationId);
    }
  }
});

Deno.test("apiDocument() requires every body that it declares", () => {
  const required = operationsOf(make()).flatMap(({ operation }) =>
    operation.parameters.filter(({ in: place }) => place === "body")
      .map((parameter) => [operation.operationId, parameter.required])
  );
  assert.deepEqual(Object.fromEntries(required), {
    post_search: true,
    put_file: true,
    put_subscription: true,
    put_collection: true,
    patch_collection: true,
    put_bundle: true,
    patch_bundle: true,
    delete_bundle: true,
    post_bundles_checkout: true,
  });
});

Deno.test("apiDocument() takes unknown properties, except in a subscription", () => {
  const document = make();
  const closed = operationsOf(document).filter(({ operation }) =>
    operation.parameters.some((parameter) =>
      parameter.in === "body" && parameter.schema.additionalProperties === false
    )
  );
  assert.deepEqual(closed.map(({ operation }) => operation.operationId), [
    "put_subscription",
  ]);
});

Deno.test("apiDocument() limits the lists of a PATCH, not those of a PUT", () => {
  const document = make();
  const limits = (id: string, ...names: string[]) =>
    names.map((name) => body(document, id).properties?.[name]?.maxItems);
  assert.deepEqual(limits("patch_bundle", "add_files", "remove_files"), [
    1000,
    1000,
  ]);
  assert.deepEqual(
    limits("patch_collection", "add_contents", "remove_contents"),
    [1000, 1000],
  );
  assert.deepEqual(limits("put_bundle", "files"), [undefined]);
  assert.deepEqual(limits("put_collection", "contents"), [undefined]);
});

Deno.test("apiDocument() limits the properties of bodies as the service does", () => {
  const document = make();
  const file = body(document, "put_file").properties ?? {};
  const subscription = body(document, "put_subscription").properties ?? {};
  const checkout = body(document, "post_bundles_checkout").properties ?? {};
  assert.equal(file["source_url"]?.pattern, "^(gs|s3|wasb|file|https?)://");
  assert.equal(file["creator_uid"]?.format, "int64");
  assert.equal(subscription["callback_url"]?.pattern, "https?://");
  assert.equal(subscription["method"]?.default, "POST");
  assert.equal(subscription["encoding"]?.default, "application/json");
  assert.equal(subscription["payload_form_field"]?.default, "payload");
  assert.deepEqual(subscription["form_fields"]?.default, {});
  assert.deepEqual(subscription["form_fields"]?.additionalProperties, {
    type: "string",
  });
  assert.equal(checkout["email"]?.format, "email");
  const bucket = new RegExp(checkout["destination"]?.pattern ?? "never^");
  assert.ok(bucket.test("my-bucket"));
  assert.ok(!bucket.test("my-bucket/folder"));
});

Deno.test("BundleFile refuses the file names that would leave the bundle", () => {
  const file = make().definitions["BundleFile"];
  assert.deepEqual(file?.required, ["uuid", "version", "name", "indexed"]);
  const source = file?.properties?.["name"]?.pattern ?? "";
  assert.equal(
    source,
    String
      .raw`(?=^((?!\.\/).)*$)(?=^((?!\\).)*$)(?=^((?!\/\.).)*$)(?=^(?!\/).*$)(?=^(?!~\/).*$)(?=^(?!\.\.$).*)(?=^(?!\.$).*)`,
  );
  const pattern = new RegExp(source);
  const refused = ["./a", "a./b", "../a", "a/.b", "a/..", "a\\b", "\\", "/a"]
    .concat(["/", "~/", "~/a", ".", "..", "a\nb", "\n", "a\r"]);
  const accepted = ["", "~", "...", "..a", ".hidden", "a//b", "a/", "a b", "~a"]
    .concat(["a/b_0.json", "é/日本.txt", "😀", "a~/b"]);
  assert.deepEqual(refused.filter((name) => pattern.test(name)), []);
  assert.deepEqual(accepted.filter((name) => !pattern.test(name)), []);
});

Deno.test("apiDocument() shows collections and subscriptions unwrapped", () => {
  assert.deepEqual(
    Object.keys(answerOf("get_collection", "200").properties ?? {}),
    ["name", "description", "details", "contents", "owner"],
  );
  const subscription = answerOf("get_subscription", "200");
  assert.ok(subscription.properties?.["callback_url"]);
  assert.ok(subscription.properties?.["owner"]);
  assert.equal(subscription.properties?.["subscription"], undefined);
});

Deno.test("apiDocument() shows the secret key to the maker of a subscription only", () => {
  const made = answerOf("put_subscription", "201");
  assert.deepEqual(made.required, ["uuid"]);
  assert.ok(made.properties?.["hmac_secret_key"]);
  const read = answerOf("get_subscription", "200").properties ?? {};
  assert.ok(read["hmac_key_id"]);
  assert.equal(read["hmac_secret_key"], undefined);
});

Deno.test("apiDocument() wraps a bundle and writes its ETags with an underscore", () => {
  const document = make();
  assert.deepEqual(
    Object.keys(answerOf("get_bundle", "200").properties ?? {}),
    ["bundle"],
  );
  const keys = (name: string) =>
    document.definitions[name]?.properties?.["files"]?.items?.required ?? [];
  assert.ok(keys("Bundle").includes("s3_etag"));
  assert.ok(!keys("Bundle").includes("s3-etag"));
  assert.ok(keys("Manifest").includes("s3-etag"));
  assert.ok(!keys("Manifest").includes("s3_etag"));
});

Deno.test("apiDocument() lists what the answers really hold", () => {
  const document = make();
  const has = (name: string) =>
    Object.keys(document.definitions[name]?.properties ?? {});
  assert.ok(has("CheckoutStatus").includes("location"));
  assert.ok(has("EventStream").includes("stream_url"));
  assert.ok(has("BundleList").includes("dss_api"));
  assert.deepEqual(has("CollectionItem"), [
    "type",
    "uuid",
    "version",
    "fragment",
  ]);
  assert.deepEqual(answerOf("put_collection", "201").required, [
    "uuid",
    "version",
  ]);
  for (const status of ["200", "201"]) {
    assert.deepEqual(answerOf("put_bundle", status).required, [
      "version",
      "manifest",
    ]);
    assert.deepEqual(answerOf("put_file", status).required, ["version"]);
  }
  assert.ok(answerOf("put_file", "202").properties?.["task_id"]);
});

// The codes of each status that are an operation's own.
const OWN_CODES: Record<string, Record<string, string>> = {
  post_search: {
    400: "elasticsearch_bad_request",
    404: "elasticsearch_context_not_found",
    500: "internal_server_error",
  },
  get_file: { 400: "illegal_token", 404: "not_found", 422: "missing_checksum" },
  put_file: {
    400: "illegal_version unknown_source_schema",
    409: "file_already_exists",
    422: "missing_checksum invalid_checksum",
  },
  get_subscriptions: {},
  put_subscription: {
    400: "elasticsearch_bad_request invalid_jmespath invalid_attachment_name " +
      "invalid_attachment_expression",
    406: "not_acceptable",
  },
  get_subscription: { 404: "not_found" },
  delete_subscription: { 404: "not_found" },
  get_collections: {},
  put_collection: { 400: "illegal_version", 422: "invalid_link" },
  get_collection: { 404: "not_found" },
  patch_collection: {
    400: "illegal_version",
    404: "not_found",
    422: "invalid_link",
  },
  delete_collection: { 404: "not_found" },
  get_bundles_all: {},
  get_bundle: {
    400: "illegal_token only_one_urltype",
    404: "not_found",
    500: "checkout_error",
  },
  put_bundle: {
    400: "illegal_version duplicate_filename file_missing",
    409: "bundle_already_exists",
  },
  patch_bundle: {
    400: "illegal_version duplicate_filename file_missing",
    404: "not_found",
  },
  delete_bundle: { 404: "not_found", 409: "bundle_tombstone_already_exists" },
  post_bundles_checkout: { 404: "not_found" },
  get_bundles_checkout: { 404: "not_found" },
  get_events: { 400: "bad_request" },
  get_event: { 404: "not_found" },
};

const USUAL_CODES = new Set([
  "illegal_arguments",
  "OAuthProblem",
  "Unauthorized",
  "Forbidden",
  "unhandled_exception",
  "service_unavailable",
  "read_only",
  "timed_out",
]);

Deno.test("apiDocument() lists the codes of each error", () => {
  const found = operationsOf(make())
    .filter(({ method }) => method !== "head")
    .map(({ operation }) => [operation.operationId, ownCodes(operation)]);
  assert.deepEqual(Object.fromEntries(found), OWN_CODES);
});

function ownCodes(operation: Operation): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [status, { schema }] of Object.entries(operation.responses)) {
    const codes = codesOf(schema).filter((code) => !USUAL_CODES.has(code));
    if (codes.length > 0) own[status] = codes.join(" ");
  }
  return own;
}

function codesOf(schema: Schema | undefined): string[] {
  return schema?.allOf?.[1]?.properties?.["code"]?.enum ?? [];
}

Deno.test("apiDocument() lists the usual errors of every operation", () => {
  for (const { method, operation } of operationsOf(make())) {
    const { operationId, responses } = operation;
    for (const status of ["400", "500", "502", "503", "504"]) {
      assert.ok(responses[status], `${operationId} ${status}`);
    }
    const reads = method === "get" || operationId === "post_search";
    assert.equal(
      responses["503"]?.description.includes("read_only"),
      !reads,
      operationId,
    );
  }
});

Deno.test("apiDocument() shows Retry-After where the service sends it", () => {
  const fewer: Record<string, string[]> = {
    patch_bundle: ["503"],
    patch_collection: ["503"],
    post_bundles_checkout: [],
  };
  for (
    const { operation: { operationId, responses } } of operationsOf(make())
  ) {
    const waits = Object.entries(responses).filter(([status, { headers }]) =>
      status.startsWith("5") && headers?.["Retry-After"] !== undefined
    ).map(([status]) => status);
    assert.deepEqual(
      waits,
      fewer[operationId] ?? ["500", "502", "503", "504"],
      operationId,
    );
  }
});

Deno.test("apiDocument() gives the facts of a file as headers, and HEAD no bodies", () => {
  const document = make();
  const { responses } = operation(document, "head_file");
  const names = ["CREATOR-UID", "VERSION", "CONTENT-TYPE", "SIZE", "CRC32C"]
    .concat(["S3-ETAG", "SHA1", "SHA256"]).map((name) => `X-DSS-${name}`);
  assert.deepEqual(Object.keys(responses["200"]?.headers ?? {}), names);
  assert.deepEqual(
    Object.keys(
      operation(document, "get_file").responses["302"]?.headers ?? {},
    ),
    ["Location", ...names],
  );
  assert.ok(responses["404"] && responses["422"]);
  for (const { schema } of Object.values(responses)) {
    assert.equal(schema, undefined);
  }
});
