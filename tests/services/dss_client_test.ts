import assert from "node:assert/strict";
import {
  isVersion,
  NotFoundError,
  RefusedError,
  UsageError,
} from "../../src/base/mod.ts";
import { DssClient, type DssClientOptions } from "../../src/services/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { createNodeHash } from "../support/node_hash.ts";
import {
  jsonAnswer,
  type ScriptedAnswer,
  scriptedFetch,
} from "../support/scripted_fetch.ts";

const SWAGGER_URL = "https://dss.test/v1/swagger.json";
const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const VERSION = "2019-08-01T200147.836832Z";

const parameter = (name: string, place: string) => ({
  name,
  in: place,
  type: "string",
});
const uuid = parameter("uuid", "path");
const query = ["version", "replica"].map((name) => parameter(name, "query"));
const DOCUMENT = {
  swagger: "2.0",
  host: "dss.test",
  basePath: "/v1",
  schemes: ["https"],
  paths: {
    "/bundles/{uuid}": {
      get: { parameters: [uuid, ...query], responses: { 206: {} } },
    },
    "/files/{uuid}": {
      get: { parameters: [uuid, ...query], responses: { 302: {} } },
    },
  },
};

async function createCase(
  script: ScriptedAnswer[],
  options: Partial<DssClientOptions> = {},
) {
  const scripted = scriptedFetch([
    { request: `GET ${SWAGGER_URL}`, answer: jsonAnswer(DOCUMENT) },
    ...script,
  ]);
  const files = new MemoryFiles();
  const client = await DssClient.create({
    runtime: {
      fetch: scripted.fetch,
      clock: new FakeClock({ startMs: Date.UTC(2019, 7, 1, 20, 1, 47, 836) }),
      random: () => 0.832,
      files,
      createHash: createNodeHash,
      log: createMemoryLog().log,
    },
    swaggerUrl: SWAGGER_URL,
    ...options,
  });
  return { client, files, ...scripted };
}

const file = (name: string) => ({ name, size: 1 });

/** A page of a bundle's files. */
function page(names: string[], next?: string): Response {
  return jsonAnswer(
    { bundle: { files: names.map(file), uuid: UUID, version: VERSION } },
    {
      status: next === undefined ? 200 : 206,
      headers: {
        "x-openapi-paginated-content-key": "bundle.files",
        ...(next &&
          { link: `<https://dss.test/v1/bundles/${next}>; rel='next'` }),
      },
    },
  );
}

Deno.test("DssClient.getBundle merges all pages and adds no key of its own", async () => {
  const next = `${UUID}?version=${VERSION}&start_at=2`;
  const given = await createCase([
    {
      request: `GET https://dss.test/v1/bundles/${UUID}?replica=aws`,
      answer: page(["a", "b"], next),
    },
    {
      request: `GET https://dss.test/v1/bundles/${next}`,
      answer: page(["c"], `${next}0`),
    },
    { request: `GET https://dss.test/v1/bundles/${next}0`, answer: page([]) },
  ]);
  const bundle = await given.client.getBundle({ uuid: UUID, replica: "aws" });
  given.done();
  assert.deepEqual(bundle, {
    bundle: {
      files: ["a", "b", "c"].map(file),
      uuid: UUID,
      version: VERSION,
    },
  });
  assert.deepEqual(Object.keys(bundle), ["bundle"]);
});

Deno.test("DssClient.getBundle keeps a bundle as it is when the service does not page", async () => {
  const body = { bundle: { files: [file("a")], uuid: UUID, version: VERSION } };
  const given = await createCase([{
    request: `GET https://dss.test/v1/bundles/${UUID}?replica=gcp`,
    answer: jsonAnswer(body),
  }]);
  assert.deepEqual(
    await given.client.getBundle({ uuid: UUID, replica: "gcp" }),
    body,
  );
});

Deno.test("DssClient.getBundle sends a version only when it has one", async () => {
  const url = `GET https://dss.test/v1/bundles/${UUID}`;
  const given = await createCase([
    { request: `${url}?replica=aws`, answer: page([]) },
    {
      request: `${url}?version=${VERSION.replaceAll(":", "%3A")}&replica=aws`,
      answer: page([]),
    },
  ]);
  const args = { uuid: UUID, replica: "aws" as const };
  await given.client.getBundle({ ...args, version: "" });
  await given.client.getBundle({ ...args, version: VERSION });
  given.done();
});

Deno.test("DssClient.getBundle refuses an answer that is no object", async () => {
  const given = await createCase([{
    request: `GET https://dss.test/v1/bundles/${UUID}?replica=aws`,
    answer: jsonAnswer([1]),
  }]);
  await assert.rejects(
    given.client.getBundle({ uuid: UUID, replica: "aws" }),
    (error) =>
      error instanceof RefusedError &&
      error.message === "the service's answer is not a bundle",
  );
});

Deno.test("DssClient.createVersion is the clock's time as the DSS writes it", async () => {
  const { client } = await createCase([]);
  assert.equal(client.createVersion(), VERSION);
  assert.ok(isVersion(client.createVersion()));
});

Deno.test("DssClient.fileSource pins the version of a file", async () => {
  const { client } = await createCase([]);
  const url = "https://dss.test/v1/files/u";
  const pinned = client.fileSource({ uuid: "u", version: VERSION }, "aws");
  const latest = client.fileSource({ uuid: "u", version: "" }, "gcp");
  assert.ok(pinned.kind === "request" && latest.kind === "request");
  assert.equal(pinned.url, `${url}?version=${VERSION}&replica=aws`);
  assert.equal(latest.url, `${url}?replica=gcp`);
});

Deno.test("DssClient.create refuses what is not an http or https address", async () => {
  for (
    const swaggerUrl of [
      "",
      "dss.test/swagger.json",
      "file:///etc/passwd",
      "ftp://x/y",
      "https://",
      "javascript:1",
    ]
  ) {
    await assert.rejects(createCase([], { swaggerUrl }), (error) => {
      assert.ok(error instanceof UsageError, swaggerUrl);
      assert.match(
        error.message,
        /is not the http or https address of an API document$/,
      );
      assert.equal(error.hint, "It looks like https://host/v1/swagger.json.");
      return true;
    });
  }
});

Deno.test("DssClient.create shows no secret of an address that it refuses", async () => {
  const swaggerUrl = "ftp://me:secret@dss.test/x?access_token=secret";
  await assert.rejects(createCase([], { swaggerUrl }), {
    name: "UsageError",
    message: "'ftp://***@dss.test/x?access_token=***' is not the http or " +
      "https address of an API document",
  });
});

Deno.test("DssClient.create keeps the document where it is told, and nowhere else", async () => {
  const without = await createCase([]);
  assert.deepEqual([...without.files.contents().keys()], []);
  const given = await createCase([], { cacheDir: "/cache" });
  const [kept, ...others] = given.files.contents();
  assert.deepEqual(others, []);
  assert.equal(
    // python: base64.urlsafe_b64encode(b"https://dss.test/v1/swagger.json")
    kept?.[0],
    "/cache/aHR0cHM6Ly9kc3MudGVzdC92MS9zd2FnZ2VyLmpzb24=.json",
  );
});

Deno.test("DssClient.create refuses what is not an API document", async () => {
  const scripted = scriptedFetch([{
    request: `GET ${SWAGGER_URL}`,
    answer: jsonAnswer({ hello: "world" }),
  }]);
  await assert.rejects(
    createCase([], {
      runtime: {
        fetch: scripted.fetch,
        clock: new FakeClock(),
        random: () => 0,
        files: new MemoryFiles(),
        createHash: createNodeHash,
        log: createMemoryLog().log,
      },
    }),
    (error) =>
      error instanceof RefusedError &&
      /is not an API document/.test(error.message),
  );
});

Deno.test("DssClient.download does nothing before it is read", async () => {
  const given = await createCase([]);
  given.client.download({ bundleUuid: UUID, replica: "aws" });
  await Promise.resolve();
  given.done();
});

Deno.test("DssClient.download throws what the service says of the bundle", async () => {
  const given = await createCase([{
    request: `GET https://dss.test/v1/bundles/${UUID}?replica=aws`,
    answer: jsonAnswer({ code: "not_found", title: "Cannot find bundle!" }, {
      status: 404,
    }),
  }]);
  await assert.rejects(
    given.client.download({ bundleUuid: UUID, replica: "aws" }).finished(),
    NotFoundError,
  );
  assert.deepEqual([...given.files.contents().keys()], []);
});

Deno.test("DssClient.download refuses contradicting filters before it asks", async () => {
  const given = await createCase([]);
  const transfer = given.client.download({
    bundleUuid: UUID,
    replica: "aws",
    noData: true,
    dataFilter: ["*"],
  });
  await assert.rejects(transfer.finished(), UsageError);
  given.done();
});

Deno.test("DssClient.download writes nothing when a name is hostile", async () => {
  const hostile = {
    ...file("../../evil"),
    uuid: UUID,
    version: VERSION,
    sha256: "a".repeat(64),
  };
  const given = await createCase([{
    request: `GET https://dss.test/v1/bundles/${UUID}?replica=aws`,
    answer: jsonAnswer({
      bundle: { uuid: UUID, version: VERSION, files: [hostile] },
    }),
  }]);
  await assert.rejects(
    given.client.download({ bundleUuid: UUID, replica: "aws" }).finished(),
    (error) =>
      error instanceof RefusedError && error.message.includes("'../../evil'"),
  );
  given.done();
  assert.deepEqual([...given.files.contents().keys()], []);
});

for (
  const [what, answered, asked] of [
    ["another bundle", { uuid: UUID.replace("f", "0") }, {}],
    ["another version", {}, { version: "2019-08-02T200147.836832Z" }],
  ] as const
) {
  Deno.test(`DssClient.readManifest refuses ${what} than the one asked for`, async () => {
    const query = "version" in asked ? `version=${asked.version}` : "";
    const { client, done } = await createCase([{
      request: `GET https://dss.test/v1/bundles/${UUID}?` +
        [query, "replica=aws"].filter(Boolean).join("&"),
      answer: jsonAnswer({
        bundle: { files: [], uuid: UUID, version: VERSION, ...answered },
      }),
    }]);
    await assert.rejects(
      client.readManifest({ uuid: UUID, replica: "aws", ...asked }),
      (error) =>
        error instanceof RefusedError &&
        error.message.includes("when asked for") &&
        error.message.includes(UUID),
    );
    done();
  });
}
