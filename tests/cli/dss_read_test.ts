import assert from "node:assert/strict";
import {
  type SampleBundle,
  sampleBundles,
} from "../../src/server/sample/mod.ts";
import { TestEnvironment } from "../support/test_environment.ts";

const KIDNEY = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";
const PANCREAS = "7964d4b9-dc39-4c45-ac19-7ec68741d7c3";
const ORGANOID = "080eb40d-0268-4967-b4c6-8746a9821ab7";
const NOBODY = "00000000-0000-4000-8000-000000000000";

let hca: TestEnvironment;

Deno.test.beforeAll(async () => {
  hca = await TestEnvironment.create();
  await hca.addSamples();
});

Deno.test.afterAll(() => hca[Symbol.asyncDispose]());

/** What was put into the store. */
function sample(uuid: string): SampleBundle {
  const found = sampleBundles({ readsPerFile: 50 })
    .find((bundle) => bundle.uuid === uuid);
  assert.ok(found !== undefined, "the samples have other uuids");
  return found;
}

function sampleFile(name: string): SampleBundle["files"][number] {
  const found = sample(KIDNEY).files.find((file) => file.name === name);
  assert.ok(found !== undefined, `the sample has no ${name}`);
  return found;
}

interface Fqid {
  uuid: string;
  version: string;
}

interface BundleList {
  bundles: Fqid[];
  has_more: boolean;
}

interface Bundle {
  bundle: Fqid & {
    creator_uid: number;
    files: (Fqid & { name: string; indexed: boolean; url?: string })[];
  };
}

interface Found {
  es_query: unknown;
  results: { bundle_fqid: string }[];
  total_hits: number;
}

type Headers = Record<string, string>;

/** Runs a line that must go well, and gives its output as JSON. */
async function json<T>(line: string): Promise<T> {
  const { status, out, err } = await hca.runLine(line);
  assert.equal(status, 0, err);
  const value: T = JSON.parse(out);
  assert.equal(out, `${JSON.stringify(value, null, 2)}\n`);
  return value;
}

const NOTICE =
  /^hca: no service is configured; using the embedded one in \S+\n$/;

Deno.test("hca dss create-version", async () => {
  await using own = await TestEnvironment.create();
  own.runtime.clock = {
    ...own.runtime.clock,
    now: () => Date.UTC(1985, 3, 12, 23, 20, 50, 520),
  };
  own.runtime.random = () => 0.0421;
  assert.deepEqual(await own.runLine("hca dss create-version"), {
    status: 0,
    out: "1985-04-12T232050.520042Z\n",
    outBytes: new TextEncoder().encode("1985-04-12T232050.520042Z\n"),
    err: "",
  });
});

Deno.test("hca dss get-bundles-all --replica aws", async () => {
  const { bundles, has_more } = await json<BundleList>(
    "hca dss get-bundles-all --replica aws",
  );
  const expected = [ORGANOID, PANCREAS, KIDNEY].map((uuid) => ({
    uuid,
    version: sample(uuid).version,
  }));
  assert.deepEqual(bundles, expected);
  assert.equal(has_more, false);
});

Deno.test("hca dss get-bundles-all --replica aws --prefix 79", async () => {
  const { bundles } = await json<BundleList>(
    "hca dss get-bundles-all --replica aws --prefix 79",
  );
  assert.deepEqual(bundles.map(({ uuid }) => uuid), [PANCREAS]);
});

Deno.test("hca dss get-bundle --replica aws --uuid …", async () => {
  const value = await json<Bundle>(
    `hca dss get-bundle --replica aws --uuid ${KIDNEY}`,
  );
  assert.deepEqual(Object.keys(value), ["bundle"]);
  assert.deepEqual(
    Object.keys(value.bundle),
    ["creator_uid", "files", "uuid", "version"],
  );
  const { uuid, version, creatorUid, files } = sample(KIDNEY);
  assert.equal(value.bundle.uuid, uuid);
  assert.equal(value.bundle.version, version);
  assert.equal(value.bundle.creator_uid, creatorUid);
  assert.deepEqual(
    value.bundle.files.map(({ name, uuid, version, indexed }) => ({
      name,
      uuid,
      version,
      indexed,
    })),
    files.map(({ name, uuid, version, indexed }) => ({
      name,
      uuid,
      version,
      indexed,
    })),
  );
});

Deno.test("hca dss get-bundle --replica aws --uuid … --per-page 10 merges all pages", async () => {
  const line = `hca dss get-bundle --replica gcp --uuid ${KIDNEY}`;
  const whole = await json<Bundle>(line);
  const { length } = whole.bundle.files;
  assert.ok(length > 10 && length <= 30, `${length} files`);
  const { err } = await hca.runLine(`${line} --per-page 10 --log-level DEBUG`);
  assert.equal(
    err.match(/^hca: debug: GET \S+ answered 20[06] /gm)?.length,
    Math.ceil(length / 10),
  );
  assert.deepEqual(await json<Bundle>(`${line} --per-page 10`), whole);
});

Deno.test("hca dss get-bundle --replica aws --uuid … --per-page 10 --no-paginate", async () => {
  const value = await json<Bundle>(
    `hca dss get-bundle --replica aws --uuid ${KIDNEY} --per-page 10 --no-paginate`,
  );
  assert.deepEqual(Object.keys(value), ["bundle"]);
  assert.equal(value.bundle.files.length, 10);
});

Deno.test("hca dss get-bundle --replica aws --uuid … --presignedurls true", async () => {
  const { bundle } = await json<Bundle>(
    `hca dss get-bundle --replica aws --uuid ${KIDNEY} --presignedurls true`,
  );
  for (const file of bundle.files) assert.match(file.url ?? "", /^http:\/\//);
});

Deno.test("hca dss get-bundle --replica aws --uuid … of no bundle", async () => {
  const { status, out, err } = await hca.runLine(
    `hca dss get-bundle --replica aws --uuid ${NOBODY} --log-level WARNING`,
  );
  assert.match(
    err,
    /^hca dss get-bundle: error: not_found: Cannot find bundle! \(HTTP 404.*\) for GET \S+\n$/,
  );
  assert.equal(out, "");
  assert.equal(status, 5);
});

Deno.test("hca dss get-file --replica aws --uuid … of a metadata file", async () => {
  const { uuid, bytes } = sampleFile("links.json");
  const { status, out, err } = await hca.runLine(
    `hca dss get-file --replica aws --uuid ${uuid}`,
  );
  assert.equal(status, 0);
  assert.match(err, NOTICE);
  const text = new TextDecoder().decode(await bytes());
  assert.deepEqual(JSON.parse(out), JSON.parse(text));
});

Deno.test("hca dss get-file --replica aws --uuid … indents what is sent as JSON anew", async () => {
  await using own = await TestEnvironment.create();
  const body = '{"schema_type":"file","n":[1.0,"\u00e9"]}\n';
  own.runtime.fetch = (request) =>
    Promise.resolve(
      request.url.endsWith("/swagger.json")
        ? Response.json({
          swagger: "2.0",
          paths: {
            "/files/{uuid}": {
              get: {
                parameters: [{ name: "uuid", in: "path", type: "string" }],
              },
            },
          },
        })
        : new Response(body, {
          headers: { "content-type": 'application/json; dcp-type="metadata"' },
        }),
    );
  assert.deepEqual(
    await own.runLine(
      `hca dss get-file --uuid x --swagger-url https://dss.test/swagger.json`,
    ),
    {
      status: 0,
      out:
        '{\n  "schema_type": "file",\n  "n": [\n    1.0,\n    "\\u00e9"\n  ]\n}\n',
      outBytes: own.terminal.outChunks[0],
      err: "",
    },
  );
});

Deno.test("hca dss get-file --replica aws --uuid … gives other bytes as they are", async () => {
  const file = sample(KIDNEY).files.find(({ name }) =>
    name.endsWith("_R1_001.fastq.gz")
  );
  assert.ok(file !== undefined);
  const { status, outBytes, err } = await hca.runLine(
    `hca dss get-file --replica aws --uuid ${file.uuid} --version ${file.version}`,
  );
  assert.equal(status, 0);
  assert.deepEqual(outBytes.subarray(0, 2), new Uint8Array([0x1f, 0x8b]));
  assert.deepEqual(outBytes, new Uint8Array(await file.bytes()));
  assert.match(err, NOTICE);
});

Deno.test("hca dss get-file --replica aws --uuid … of an empty file", async () => {
  const { uuid } = sampleFile("sequencing_run.done");
  const { status, outBytes } = await hca.runLine(
    `hca dss get-file --replica aws --uuid ${uuid}`,
  );
  assert.equal(status, 0);
  assert.equal(outBytes.length, 0);
});

Deno.test("hca dss get-file --replica aws --uuid … | head ends well", async () => {
  await using own = await TestEnvironment.create();
  own.variables.set("HCA_LOCAL_DIR", hca.dataDir);
  own.terminal.outLimit = 0;
  const { uuid } = sampleFile("links.json");
  const { status, err } = await own.runLine(
    `hca dss get-file --replica aws --uuid ${uuid} --log-level WARNING`,
  );
  assert.equal(err, "");
  assert.equal(status, 0);
});

Deno.test("hca dss get-file --replica aws --uuid … of no file", async () => {
  const { status, out } = await hca.runLine(
    `hca dss get-file --replica aws --uuid ${NOBODY}`,
  );
  assert.equal(out, "");
  assert.equal(status, 5);
});

Deno.test("hca dss head-file --replica aws --uuid … shows the headers as JSON", async () => {
  const { uuid, version, contentType, bytes } = sampleFile("links.json");
  const headers = await json<Headers>(
    `hca dss head-file --replica aws --uuid ${uuid}`,
  );
  const content = await bytes();
  const digest = await crypto.subtle.digest("SHA-256", content);
  assert.equal(headers["X-DSS-SHA256"], hex(digest));
  assert.equal(
    headers["X-DSS-SHA1"],
    hex(await crypto.subtle.digest("SHA-1", content)),
  );
  assert.equal(headers["X-DSS-SIZE"], String(content.length));
  assert.equal(headers["X-DSS-VERSION"], version);
  assert.equal(headers["X-DSS-CONTENT-TYPE"], contentType);
  assert.equal(headers["X-DSS-CREATOR-UID"], "8008");
  assert.match(headers["X-DSS-CRC32C"] ?? "", /^[0-9a-f]{8}$/);
  assert.match(headers["X-DSS-S3-ETAG"] ?? "", /^[0-9a-f]{32}$/);
  assert.equal(headers["Content-Type"], "text/html; charset=utf-8");
});

Deno.test("hca file-head --replica aws --uuid … is hca dss head-file", async () => {
  const { uuid } = sampleFile("links.json");
  const headers = await json<Headers>(
    `hca file-head --replica aws --uuid ${uuid}`,
  );
  assert.equal(headers["X-DSS-VERSION"], sampleFile("links.json").version);
});

Deno.test("hca dss post-search --replica aws --es-query {} --no-paginate", async () => {
  const value = await json<Found>(
    "hca dss post-search --replica aws --es-query {} --no-paginate",
  );
  assert.deepEqual(value.es_query, {});
  assert.equal(value.total_hits, 3);
  assert.deepEqual(
    value.results.map(({ bundle_fqid }) => bundle_fqid),
    [KIDNEY, PANCREAS, ORGANOID].map((uuid) =>
      `${uuid}.${sample(uuid).version}`
    ),
  );
});

Deno.test("hca dss post-search --replica aws --es-query '{…}'", async () => {
  const query = JSON.stringify({
    query: {
      match: {
        "files.donor_organism_json.biomaterial_core.ncbi_taxon_id": 10090,
      },
    },
  });
  const { results } = await json<Found>(
    `hca dss post-search --replica aws --es-query '${query}'`,
  );
  assert.deepEqual(
    results.map(({ bundle_fqid }) => bundle_fqid.slice(0, 36)),
    [PANCREAS],
  );
});

for (
  const line of [
    "hca dss get-bundles-all --replica aws",
    `hca dss get-bundle --replica aws --uuid ${KIDNEY}`,
    "hca dss post-search --replica aws --es-query {}",
  ]
) {
  Deno.test(`${line} keeps data and messages apart`, async () => {
    const loud = await hca.runLine(line);
    const quiet = await hca.runLine(`${line} --log-level WARNING`);
    assert.match(loud.err, NOTICE);
    assert.equal(quiet.err, "");
    const without = ({ out }: { out: string }) =>
      out.replace(/"event_timestamp": .*\n/, "");
    assert.equal(without(quiet), without(loud));
    assert.doesNotThrow(() => JSON.parse(loud.out));
    assert.deepEqual(hca.refusedRequests, []);
  });
}

Deno.test("hca dss get-bundles-all --replica aws --log-level DEBUG shows requests on standard error", async () => {
  const { out, err } = await hca.runLine(
    "hca dss get-bundles-all --replica aws --log-level DEBUG",
  );
  assert.match(
    err,
    /^hca: debug: GET http:\/\/\S+\/v1\/bundles\/all\?replica=aws answered 200 in \d+ ms$/m,
  );
  assert.doesNotThrow(() => JSON.parse(out));
});

function hex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
