import assert from "node:assert/strict";
import { createDenoFetch } from "../../src/platform/mod.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const LINE = "hca dss refresh-swagger";

/** A service with an API document and one operation. */
interface Service extends AsyncDisposable {
  /** Where its document is. */
  url: string;
  /** What was asked for, in order. */
  requests: string[];
  /** What its operation is called. */
  path: string;
}

function startService(): Service {
  const requests: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { pathname } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      if (pathname !== "/v1/swagger.json") {
        return Response.json({ found: true });
      }
      return Response.json({
        swagger: "2.0",
        basePath: "/v1",
        schemes: ["http"],
        paths: { [service.path]: { get: { summary: "List things." } } },
      });
    },
  );
  const service: Service = {
    url: `http://127.0.0.1:${server.addr.port}/v1/swagger.json`,
    requests,
    path: "/things",
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return service;
}

Deno.test(`${LINE} needs nothing for the embedded service`, async () => {
  await using hca = await TestEnvironment.create();
  const { status, out, err } = await hca.runLine(LINE);
  assert.equal(err, "hca: the embedded service needs no API document\n");
  assert.equal(out, "");
  assert.equal(status, 0);
  assert.deepEqual(namesBelow(hca.root), []);
});

Deno.test(`${LINE} --swagger-url http://…/v1/swagger.json`, async () => {
  await using service = startService();
  await using hca = await TestEnvironment.create();
  using fetch = createDenoFetch();
  hca.runtime.fetch = fetch;
  hca.variables.set("HCA_SWAGGER_URL", service.url);
  const cache = `${hca.root}/home/config/hca`;

  const things = await hca.runLine("hca dss get-things");
  assert.deepEqual(JSON.parse(things.out), { found: true });
  assert.deepEqual(
    service.requests,
    ["GET /v1/swagger.json", "GET /v1/things"],
  );
  // The name under which the old client kept it.
  const name = `${
    btoa(service.url).replaceAll("+", "-").replaceAll("/", "_")
  }.json`;
  assert.deepEqual(namesBelow(cache), [name]);
  const before = await Deno.readTextFile(`${cache}/${name}`);
  assert.ok("/things" in JSON.parse(before).paths);

  service.requests.length = 0;
  service.path = "/others";
  await hca.runLine("hca dss get-things");
  assert.deepEqual(service.requests, ["GET /v1/things"], "asked only once");

  service.requests.length = 0;
  const { status, out, err } = await hca.runLine(LINE);
  assert.equal(
    err,
    `hca: fetched the API document of ${service.url}: 1 paths\n`,
  );
  assert.equal(out, "");
  assert.equal(status, 0);
  assert.deepEqual(service.requests, ["GET /v1/swagger.json"]);
  assert.deepEqual(namesBelow(cache), [name], "one file, nothing half-written");
  const after = await Deno.readTextFile(`${cache}/${name}`);
  assert.deepEqual(Object.keys(JSON.parse(after).paths), ["/others"]);

  service.requests.length = 0;
  assert.equal((await hca.runLine("hca dss get-others")).status, 0);
  assert.deepEqual(service.requests, ["GET /v1/others"]);
  const gone = await hca.runLine("hca dss get-things");
  assert.match(gone.err, /^hca: error: unknown command 'get-things'/);
});

Deno.test(`${LINE} when the service answers with no document`, async () => {
  await using hca = await TestEnvironment.create();
  hca.runtime.fetch = () => Promise.resolve(new Response("<html>"));
  const { status, err } = await hca.runLine(
    `${LINE} --swagger-url https://dss.test/swagger.json`,
  );
  assert.match(
    err,
    /^hca dss refresh-swagger: error: the API document https:\/\/dss\.test\/swagger\.json is not valid JSON: .*\n$/,
  );
  assert.equal(status, 10);
  assert.deepEqual(namesBelow(`${hca.root}/home`), []);
});

Deno.test(`${LINE} hides a password in the address`, async () => {
  await using hca = await TestEnvironment.create();
  hca.runtime.fetch = () =>
    Promise.resolve(Response.json({ swagger: "2.0", paths: {} }));
  const { status, err } = await hca.runLine(
    `${LINE} --swagger-url https://dss.test/swagger.json?token=hush`,
  );
  assert.equal(
    err,
    "hca: fetched the API document of https://dss.test/swagger.json?token=***: 0 paths\n",
  );
  assert.equal(status, 0);
});
