import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import type { Environment } from "../../src/commands/mod.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const VERSION = "2019-08-01T200147.836832Z";

let hca: TestEnvironment;

Deno.test.beforeAll(async () => {
  hca = await TestEnvironment.create();
  await hca.addSamples();
});

Deno.test.afterAll(() => hca[Symbol.asyncDispose]());

Deno.test("hca local info", async () => {
  const { status, out, err } = await hca.runLine("hca local info");
  assert.equal(err, "");
  assert.equal(status, 0);
  const { bytes, ...facts } = JSON.parse(out);
  assert.deepEqual(facts, {
    data_dir: hca.dataDir,
    bundles: 3,
    files: 56,
    blobs: 56,
  });
  const blobs = namesBelow(`${hca.dataDir}/blobs`);
  const sizes = blobs.map((name) =>
    Deno.statSync(`${hca.dataDir}/blobs/${name}`).size
  );
  assert.equal(bytes, sizes.reduce((sum, size) => sum + size, 0));
});

Deno.test("hca local info --data-dir ../store", async () => {
  const { out } = await hca.runLine("hca local info --data-dir ../store");
  assert.equal(JSON.parse(out).data_dir, hca.dataDir);
});

Deno.test("hca local info --data-dir nowhere", async () => {
  const { status, out, err } = await hca.runLine(
    "hca local info --data-dir nowhere",
  );
  assert.equal(
    err,
    "hca local info: error: there is no local store in 'nowhere'. " +
      "'hca dss get-bundles-all --replica aws' makes one with sample " +
      "bundles, 'hca local import DIR' one of your own.\n",
  );
  assert.equal(out, "");
  assert.equal(status, 9);
  assert.deepEqual(namesBelow(hca.path("nowhere")), []);
});

/** A world with a directory of two files. */
async function withData(): Promise<TestEnvironment> {
  const own = await TestEnvironment.create();
  await own.write("data/cell_0.json", '{"a": 1}');
  await own.write("data/reads/r1.fastq.gz", "not really");
  return own;
}

Deno.test("hca local import data", async () => {
  await using own = await withData();
  const { status, out, err } = await own.runLine("hca local import data");
  assert.equal(err, "");
  assert.equal(status, 0);
  const { bundle_uuid, bundle_version, ...counts } = JSON.parse(out);
  assert.match(bundle_uuid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(bundle_version, /^\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z$/);
  assert.deepEqual(counts, { files: 2, bytes: 18, left_out: 0, new: true });
  const shown = await own.runLine(
    `hca dss get-bundle --replica aws --uuid ${bundle_uuid} --log-level ERROR`,
  );
  const { bundle } = JSON.parse(shown.out);
  assert.equal(bundle.version, bundle_version);
  assert.deepEqual(
    bundle.files.map((
      file: { name: string; indexed: boolean },
    ) => [file.name, file.indexed]),
    [["cell_0.json", true], ["reads/r1.fastq.gz", false]],
  );
});

Deno.test("hca local import data makes a store without samples", async () => {
  await using own = await withData();
  await own.runLine("hca local import data");
  await own.runLine("hca dss get-bundles-all --replica aws");
  const { out } = await own.runLine("hca local info");
  assert.equal(JSON.parse(out).bundles, 1);
});

Deno.test("hca local import data --bundle-uuid … --version …", async () => {
  await using own = await withData();
  const manifest = ["cell_0.json", "reads/r1.fastq.gz", "lost.bam"]
    .map((name, index) => ({
      name,
      uuid: UUID.replace("ffff", `000${index}`),
      version: VERSION,
    }));
  await own.write("m.json", JSON.stringify(manifest));
  const line = `hca local import data --bundle-uuid ${UUID} ` +
    `--version ${VERSION} --manifest m.json`;
  const { status, out, err } = await own.runLine(line);
  assert.equal(
    err,
    "hca: warning: left out 1 files of the manifest that are not in the " +
      "directory, as 'lost.bam'\n",
  );
  assert.equal(status, 0);
  const expected = {
    bundle_uuid: UUID,
    bundle_version: VERSION,
    files: 2,
    bytes: 18,
    left_out: 1,
    new: true,
  };
  assert.deepEqual(JSON.parse(out), expected);
  const again = await own.runLine(line);
  assert.deepEqual(JSON.parse(again.out), { ...expected, new: false });
});

/** Imports that are refused, and what is said. */
const REFUSED: [options: string, status: number, say: string][] = [
  ["nowhere", 9, "'nowhere' does not exist"],
  ["m.json", 9, "'m.json' is not a directory"],
  [
    "data --bundle-uuid x",
    2,
    "--bundle-uuid 'x' is not a uuid. See 'hca local import --help'.",
  ],
  [
    "data --version yesterday",
    2,
    "--version 'yesterday' is not a version. " +
    "It looks like 2019-08-01T200147.836832Z.",
  ],
  ["data --manifest no.json", 9, "manifest 'no.json' does not exist"],
  [
    "data --manifest latin.json",
    10,
    "manifest 'latin.json' is not text in UTF-8",
  ],
];

for (const [options, expected, say] of REFUSED) {
  Deno.test(`hca local import ${options}`, async () => {
    await using own = await withData();
    await own.write("m.json", "{}");
    await own.write("latin.json", new Uint8Array([0x22, 0xe9, 0x22]));
    const { status, out, err } = await own.runLine(
      `hca local import ${options}`,
    );
    assert.equal(err, `hca local import: error: ${say}\n`);
    assert.equal(out, "");
    assert.equal(status, expected);
    assert.deepEqual(namesBelow(own.dataDir), [], "no store was made");
  });
}

Deno.test("hca local import data of the same version with other files", async () => {
  await using own = await withData();
  const line =
    `hca local import data --bundle-uuid ${UUID} --version ${VERSION}`;
  assert.equal((await own.runLine(line)).status, 0);
  await own.write("data/more.txt", "more");
  const { status, out } = await own.runLine(line);
  assert.equal(out, "");
  assert.equal(status, 9);
});

Deno.test("hca local reset", async () => {
  const before = namesBelow(hca.dataDir);
  const { status, out, err } = await hca.runLine("hca local reset");
  assert.equal(
    err,
    "hca local reset: error: this would remove the local store in " +
      `'${hca.dataDir}'. Add --yes to do it.\n`,
  );
  assert.equal(out, "");
  assert.equal(status, 2);
  assert.deepEqual(namesBelow(hca.dataDir), before);
});

Deno.test("hca local reset --yes", async () => {
  await using own = await withData();
  await own.runLine("hca local import data");
  await Deno.writeTextFile(`${own.dataDir}/mine.txt`, "not of the store");
  const { status, out, err } = await own.runLine("hca local reset --yes");
  assert.equal(err, `hca: removed the local store in '${own.dataDir}'\n`);
  assert.equal(out, "");
  assert.equal(status, 0);
  assert.deepEqual(namesBelow(own.dataDir), ["mine.txt"]);
  assert.equal((await own.runLine("hca local reset --yes")).status, 9);
});

type ServeOptions = Parameters<Environment["serve"]>[1];

/** A `serve` that listens nowhere and asks the handler itself. */
function fakeServe(
  own: TestEnvironment,
  paths: string[],
  address = { host: "127.0.0.1", port: 12345 },
): { options: ServeOptions[]; answers: [number, unknown][] } {
  const options: ServeOptions[] = [];
  const answers: [number, unknown][] = [];
  own.serve = async (handler, given) => {
    options.push(given);
    given.onListen(address);
    for (const path of paths) {
      const url = `http://${address.host}:${address.port}${path}`;
      const response = await handler(new Request(url));
      answers.push([response.status, await response.json()]);
    }
  };
  return { options, answers };
}

Deno.test("hca local serve", async () => {
  const served = fakeServe(hca, [
    "/v1/swagger.json",
    "/v1/bundles/all?replica=aws",
    "/v1/bundles/all",
  ]);
  const { status, out, err } = await hca.runLine("hca local serve");
  assert.equal(
    out,
    `serving ${hca.dataDir}; to use it: ` +
      "export HCA_SWAGGER_URL=http://127.0.0.1:12345/v1/swagger.json\n",
  );
  assert.equal(err, "hca: stopped\n");
  assert.equal(status, 0);
  const [options] = served.options;
  assert.equal(options?.host, "127.0.0.1");
  assert.equal(options?.port, 8473);
  assert.equal(options?.signal, hca.controller.signal);
  const [document, all, refused] = served.answers;
  assert.equal(document?.[0], 200);
  assert.equal((document?.[1] as { host: string }).host, "127.0.0.1:12345");
  assert.equal((all?.[1] as { bundles: unknown[] }).bundles.length, 3);
  assert.equal(refused?.[0], 400);
});

Deno.test("hca local serve --host ::1 --port 9000 --data-dir d --no-samples", async () => {
  await using own = await TestEnvironment.create();
  const served = fakeServe(own, [], { host: "::1", port: 9000 });
  const { status, out } = await own.runLine(
    "hca local serve --host ::1 --port 9000 --data-dir d --no-samples",
  );
  assert.equal(status, 0);
  assert.equal(
    out,
    "serving d; to use it: " +
      "export HCA_SWAGGER_URL=http://[::1]:9000/v1/swagger.json\n",
  );
  assert.equal(served.options[0]?.host, "::1");
  assert.equal(served.options[0]?.port, 9000);
  const info = await own.runLine("hca local info --data-dir d");
  assert.equal(JSON.parse(info.out).bundles, 0);
  assert.deepEqual(namesBelow(own.dataDir), []);
});

Deno.test("hca local serve on a port that is taken", async () => {
  await using own = await TestEnvironment.create();
  own.serve = () =>
    Promise.reject(
      new LocalError("cannot listen on 127.0.0.1:80: permission denied"),
    );
  const { status, out, err } = await own.runLine(
    "hca local serve --port 80 --no-samples",
  );
  assert.equal(
    err,
    "hca local serve: error: cannot listen on 127.0.0.1:80: permission denied\n",
  );
  assert.equal(out, "");
  assert.equal(status, 9);
});
