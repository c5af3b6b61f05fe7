import assert from "node:assert/strict";
import { decodeJwt } from "../../src/jwt/mod.ts";
import { apiDocument } from "../../src/server/document/mod.ts";
import {
  FaultyDatabase,
  LocalStore,
  namesBelow,
  uuidOf,
} from "../support/local_store.ts";
import { OPEN, requestFor } from "./_request_for.ts";
import { ADMIN, SecuredStore } from "./_secured_store.ts";

const UUID = uuidOf(1);
const REQUEST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const GATEWAY = { message: "Missing Authentication Token" };

// Those that need a token are in authorization/authority_test.ts.
for (const found of OPEN) {
  const line = `${found.method.toUpperCase()} ${found.path}`;
  Deno.test(`the handler answers ${line} of its document`, async () => {
    await using store = await LocalStore.open();
    const { path, init } = requestFor(found);
    const answer = await store.request(path, init);
    const text = await answer.text();
    const what = `${path} ${init.body} ${answer.status} ${text}`;
    assert.ok(answer.status === 404 || answer.ok, what);
    assert.match(answer.headers.get("x-aws-request-id") ?? "", REQUEST_ID);
  });
}

const UNKNOWN: [method: string, path: string][] = [
  ["GET", "/"],
  ["GET", "/v1"],
  ["GET", "/v1/"],
  ["GET", "/v2/swagger.json"],
  ["GET", "/v1/nothing"],
  ["GET", "/v1/files"],
  ["PUT", "/v1/files/"],
  ["GET", `/v1/files/${UUID}/x`],
  ["GET", `/files/${UUID}`],
  ["POST", `/v1/files/${UUID}`],
  ["PATCH", `/v1/files/${UUID}`],
  ["DELETE", `/v1/files/${UUID}`],
  ["POST", `/v1/bundles/${UUID}`],
  ["GET", "/v1/search"],
  ["HEAD", "/v1/search"],
  ["POST", "/v1/bundles/all"],
  ["POST", "/v1/swagger.json"],
  ["POST", "/version"],
  ["POST", "/internal/health"],
  ["GET", "/internal/nothing"],
];

for (const [method, path] of UNKNOWN) {
  Deno.test(`the handler answers as the gateway does to ${method} ${path}`, async () => {
    await using store = await LocalStore.open();
    const answer = await store.request(path, { method });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get("content-type"), "application/json");
    assert.match(answer.headers.get("x-aws-request-id") ?? "", REQUEST_ID);
    if (method === "HEAD") assert.equal(answer.body, null);
    else assert.deepEqual(await answer.json(), GATEWAY);
  });
}

const HEADS: [path: string, status: number][] = [
  [`/v1/bundles/${UUID}?replica=aws`, 200],
  [`/v1/bundles/${uuidOf(2)}?replica=aws`, 404],
  ["/v1/bundles/all?replica=aws", 200],
  ["/v1/bundles/all", 400],
  ["/v1/swagger.json", 200],
  ["/version", 200],
  ["/internal/health", 200],
];

for (const [path, status] of HEADS) {
  Deno.test(`the handler answers HEAD ${path} as GET, without the body`, async () => {
    await using store = await LocalStore.open();
    await store.add({ uuid: UUID });
    const get = await store.request(path);
    const head = await store.request(path, { method: "HEAD" });
    assert.equal(get.status, status);
    assert.ok((await get.text()).length > 2);
    assert.equal(head.status, status);
    assert.equal(head.body, null);
    assert.equal(
      head.headers.get("content-type"),
      get.headers.get("content-type"),
    );
  });
}

Deno.test("the handler tolerates a slash at the end of a path", async () => {
  await using store = await LocalStore.open();
  await store.add({ uuid: UUID });
  const answer = await store.request(`/v1/bundles/${UUID}/?replica=aws`);
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).bundle.uuid, UUID);
});

Deno.test("the handler decodes the parts of a path, and bears what cannot be", async () => {
  await using store = await LocalStore.open();
  await store.add({ uuid: UUID });
  const encoded = `%62${UUID.slice(1)}`;
  const answer = await store.request(`/v1/bundles/${encoded}?replica=aws`);
  assert.equal((await answer.json()).bundle.uuid, UUID);
  const junk = await store.request("/v1/files/%FF?replica=aws", {
    method: "HEAD",
  });
  assert.equal(junk.status, 404);
});

Deno.test("the handler gives every answer an id of its own", async () => {
  await using store = await LocalStore.open();
  const paths = [
    "/version",
    "/version",
    "/v1/nothing",
    `/v1/bundles/${UUID}`,
    `/v1/files/${UUID}?replica=aws`,
    "/blobs/x",
  ];
  const ids = new Set<string>();
  for (const path of paths) {
    const { headers } = await store.request(path);
    assert.match(headers.get("x-aws-request-id") ?? "", REQUEST_ID, path);
    assert.equal(headers.get("access-control-allow-origin"), "*", path);
    ids.add(headers.get("x-aws-request-id") ?? "");
  }
  assert.equal(ids.size, paths.length);
});

for (
  const [origin, host, scheme] of [
    ["http://127.0.0.1:8123", "127.0.0.1:8123", "http"],
    ["http://localhost", "localhost", "http"],
    ["https://dss.example.org", "dss.example.org", "https"],
  ] as const
) {
  Deno.test(`the handler names ${origin} in the document it gives there`, async () => {
    await using store = await LocalStore.open();
    const answer = await store.request(`${origin}/v1/swagger.json`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "application/json");
    const document = await answer.json();
    assert.deepEqual(
      document,
      JSON.parse(
        JSON.stringify(apiDocument({ host, scheme, version: "1.2.3" })),
      ),
    );
    assert.equal(document.host, host);
    assert.deepEqual(document.schemes, [scheme]);
    assert.equal(document.basePath, "/v1");
    assert.equal(document.info.version, "1.2.3");
  });
}

Deno.test("the handler says its version and that it is healthy", async () => {
  await using store = await LocalStore.open();
  const version = await store.request("/version");
  assert.deepEqual(await version.json(), {
    version_info: { version: "1.2.3" },
  });
  const health = await store.request("/internal/health");
  assert.deepEqual(await health.json(), { Healthy: true });
});

/** A body of so many spaces around `{}`, in pieces; counts what is read. */
function paddedBody(
  sizeBytes: number,
): { body: ReadableStream<Uint8Array>; read: () => number } {
  const piece = new Uint8Array(1 << 20).fill(0x20);
  let sent = 0;
  const end = new TextEncoder().encode('{"es_query": {}}');
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const left = sizeBytes - sent;
      if (left <= end.length) {
        controller.enqueue(end);
        controller.close();
        return;
      }
      const part = piece.slice(0, Math.min(piece.length, left - end.length));
      sent += part.length;
      controller.enqueue(part);
    },
  }, { highWaterMark: 0 });
  return { body, read: () => sent };
}

const LIMIT_BYTES = 10 * 1024 * 1024;

Deno.test("the handler reads a body of ten MiB", async () => {
  await using store = await LocalStore.open();
  const { body } = paddedBody(LIMIT_BYTES);
  const answer = await store.request("/v1/search?replica=aws", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  assert.equal(answer.status, 200);
  await answer.body?.cancel();
});

Deno.test("the handler is 413 and stops reading when a body is larger", async () => {
  await using store = await LocalStore.open();
  const { body, read } = paddedBody(100 * LIMIT_BYTES);
  const answer = await store.request("/v1/search?replica=aws", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  assert.equal(answer.status, 413);
  assert.deepEqual(await answer.json(), {
    type: "about:blank",
    title: "Payload Too Large",
    detail: "The request body is larger than 10485760 bytes",
    status: 413,
  });
  assert.ok(read() < 2 * LIMIT_BYTES, String(read()));
});

const BROKEN: [method: string, path: string][] = [
  ["GET", `/v1/files/${UUID}?replica=aws`],
  ["HEAD", `/v1/files/${UUID}?replica=aws`],
  ["GET", `/v1/bundles/${UUID}?replica=aws`],
  ["GET", "/v1/bundles/all?replica=aws"],
  ["POST", "/v1/search?replica=aws"],
];

for (const [method, path] of BROKEN) {
  Deno.test(`the handler is 500 and says when to try again when ${method} ${path} fails`, async () => {
    const database = new FaultyDatabase();
    await using store = await LocalStore.open({ openDatabase: database.open });
    database.failsOn = "SELECT";
    const answer = await store.request(path, {
      method,
      headers: { "content-type": "application/json" },
      body: method === "POST" ? '{"es_query": {}}' : undefined,
    });
    assert.equal(answer.status, 500);
    assert.equal(answer.headers.get("retry-after"), "10");
    assert.match(answer.headers.get("x-aws-request-id") ?? "", REQUEST_ID);
    if (method === "HEAD") return assert.equal(answer.body, null);
    const body = await answer.json();
    assert.equal(body.code, "unhandled_exception");
    assert.equal(body.title, "the disk is on fire");
    assert.equal(body.stacktrace, "");
  });
}

Deno.test("createHandler keeps the order of the operations in swagger.json", async () => {
  await using store = await LocalStore.open();
  const served = await (await store.request("/v1/swagger.json")).json();
  assert.deepEqual(Object.keys(served.paths).slice(0, 3), [
    "/search",
    "/files/{uuid}",
    "/subscriptions",
  ]);
});

const PROVIDER_PATHS: [method: string, path: string, status: number][] = [
  ["GET", "/.well-known/openid-configuration", 200],
  ["GET", "/.well-known/jwks.json", 200],
  ["GET", "/internal/application_secrets", 200],
  ["GET", "/oauth/authorize", 400],
  ["POST", "/oauth/token", 401],
  ["POST", "/oauth/revoke", 401],
  ["GET", "/oauth/userinfo", 401],
  ["GET", "/echo?code=x", 200],
];

for (const [method, path, status] of PROVIDER_PATHS) {
  Deno.test(`the handler gives ${method} ${path} to the provider`, async () => {
    await using secured = await SecuredStore.open();
    const body = method === "POST" ? new URLSearchParams() : undefined;
    const answer = await secured.request(path, { method, body });
    await answer.body?.cancel();
    assert.equal(answer.status, status);
    assert.match(answer.headers.get("x-aws-request-id") ?? "", REQUEST_ID);
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  });
}

for (
  const path of ["/oauth/", "/oauth/x", "/.well-known/x", "/echo/x", "/oauth"]
) {
  Deno.test(`the handler answers as the gateway does to GET ${path}`, async () => {
    await using secured = await SecuredStore.open();
    const answer = await secured.request(path);
    assert.equal(answer.status, 403);
    assert.deepEqual(await answer.json(), GATEWAY);
  });
}

Deno.test("the handler names its provider in the document as the provider does itself", async () => {
  await using secured = await SecuredStore.open();
  const document = await (await secured.request("/v1/swagger.json")).json();
  const provider = await (await secured.request(
    "/.well-known/openid-configuration",
  )).json();
  const scheme = document.securityDefinitions.dcpAuth;
  assert.equal(scheme.authorizationUrl, provider.authorization_endpoint);
  assert.equal(scheme.tokenUrl, provider.token_endpoint);
  assert.equal(scheme["x-google-issuer"], provider.issuer);
  assert.equal(scheme["x-google-jwks_uri"], provider.jwks_uri);
  for (const scope of Object.keys(scheme.scopes)) {
    assert.ok(provider.scopes_supported.includes(scope), scope);
  }
  const { accessToken } = await secured.dss.issueTokens({ email: ADMIN });
  const [audience] = scheme["x-google-audiences"].split(",");
  const { aud } = decodeJwt(accessToken).claims;
  assert.ok(Array.isArray(aud) && aud.includes(audience));
});

Deno.test("the handler makes no key, password or session for who only reads", async () => {
  await using store = await LocalStore.open();
  await store.add({ uuid: UUID });
  for (const found of OPEN) {
    const { path, init } = requestFor(found);
    const headers = new Headers(init.headers);
    headers.set("authorization", "Bearer x.y.z");
    const answer = await store.request(path, { ...init, headers });
    await answer.body?.cancel();
  }
  await store.request("/v1/swagger.json");
  const names = namesBelow(store.dataDir).filter((name) =>
    !name.startsWith("blobs/")
  );
  assert.deepEqual(
    names.filter((name) => !name.startsWith("dss.sqlite")),
    [],
  );
});

Deno.test("the service does not load what checks tokens before it is needed", () => {
  const seen = new Set<string>();
  const visit = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const text = Deno.readTextFileSync(url);
    const imports =
      /(?:^|\n)(?:import|export)\s+(?!type\b)[^;"']*?from\s*"([^"]+)"/g;
    for (const [, specifier = ""] of text.matchAll(imports)) {
      visit(new URL(specifier, url));
    }
  };
  visit(new URL("../../src/server/mod.ts", import.meta.url));
  visit(new URL("../../src/server/local_dss.ts", import.meta.url));
  const names = [...seen].map((href) => href.replace(/^.*\/src\//, ""));
  assert.ok(names.includes("server/handler.ts"));
  assert.ok(names.includes("server/routes/get_file.ts"));
  const early = names.filter((name) =>
    /^(oidc|jwt)\/|authorization\/(authority|verify_token)/.test(name)
  );
  assert.deepEqual(early, []);
});
