import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { sampleBundles, type SampleFile } from "../../src/server/sample/mod.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const PANCREAS = "7964d4b9-dc39-4c45-ac19-7ec68741d7c3";
const LINE = "hca dss download-manifest --replica aws --manifest";
const STORE = ".hca/v2/files_2_4";

let hca: TestEnvironment;

Deno.test.beforeAll(async () => {
  hca = await TestEnvironment.create();
  await hca.addSamples();
});

Deno.test.afterAll(() => hca[Symbol.asyncDispose]());

const bundle = sampleBundles({ readsPerFile: 50 })
  .find(({ uuid }) => uuid === PANCREAS);
assert.ok(bundle !== undefined, "the samples have other uuids");
const { files, version } = bundle;
const FQID = `${PANCREAS}.${version}`;
const chosen = [
  ...files.filter(({ indexed }) => indexed).slice(0, 2),
  ...files.filter(({ indexed }) => !indexed).slice(0, 1),
];

interface Entry {
  file: SampleFile;
  sha256: string;
  sizeBytes: number;
}

async function entriesOf(list: readonly SampleFile[]): Promise<Entry[]> {
  return await Promise.all(list.map(async (file) => {
    const bytes = await file.bytes();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { file, sha256, sizeBytes: bytes.length };
  }));
}

/** A manifest as the atlas exported it. */
function manifestOf(entries: readonly Entry[]): string {
  const rows = entries.map(({ file, sha256, sizeBytes }) =>
    [
      PANCREAS,
      version,
      file.name,
      file.uuid,
      file.version,
      sha256,
      sizeBytes,
      "elsewhere",
    ].join("\t")
  );
  const header = "bundle_uuid bundle_version file_name file_uuid " +
    "file_version file_sha256 file_size file_path";
  // Blank lines, as `echo -e "…\n"` leaves them.
  return [header.replaceAll(" ", "\t"), ...rows].join("\n\n") + "\n\n";
}

/** A world with an empty current directory and the samples. */
async function world(): Promise<TestEnvironment> {
  const own = await TestEnvironment.create();
  own.variables.set("HCA_LOCAL_DIR", hca.dataDir);
  return own;
}

Deno.test(`${LINE} manifest.tsv`, async () => {
  await using own = await world();
  const entries = await entriesOf(chosen);
  await own.write("manifest.tsv", manifestOf(entries));
  const { status, out, err } = await own.runLine(`${LINE} manifest.tsv`);
  assert.equal(status, 0, err);
  assert.equal(out, "");
  assert.match(err, /^hca: done: 3 files \(3 fetched, 0 there already\), /m);
  assert.match(err, /^hca: warning: overwriting manifest 'manifest\.tsv'$/m);
  assert.match(err, /^hca: rewrote manifest manifest\.tsv with the column /m);
  const pathOf = (sha256: string) =>
    `${STORE}/${sha256.slice(0, 2)}/${sha256.slice(2, 6)}/${sha256}`;
  assert.deepEqual(
    namesBelow(own.path()),
    ["manifest.tsv", ...entries.map(({ sha256 }) => pathOf(sha256))].sort(),
  );
  const [header = "", ...rows] =
    (await Deno.readTextFile(own.path("manifest.tsv"))).trimEnd()
      .split(/\r?\n/);
  const column = header.split("\t").indexOf("file_path");
  assert.equal(header.split("\t").length, 8);
  assert.deepEqual(
    rows.map((row) => row.split("\t")[column]),
    entries.map(({ sha256 }) => pathOf(sha256)),
  );
  for (const { file, sha256 } of entries) {
    assert.deepEqual(
      await Deno.readFile(own.path(pathOf(sha256))),
      new Uint8Array(await file.bytes()),
    );
  }
});

Deno.test(`${LINE} manifest.tsv twice fetches nothing the second time`, async () => {
  await using own = await world();
  await own.write("manifest.tsv", manifestOf(await entriesOf(chosen)));
  await own.runLine(`${LINE} manifest.tsv`);
  const { status, err } = await own.runLine(
    `${LINE} manifest.tsv --log-level DEBUG`,
  );
  assert.equal(status, 0);
  assert.match(err, /^hca: done: 3 files \(0 fetched, 3 there already\), /m);
  assert.doesNotMatch(err, /^hca: debug: GET /m);
});

Deno.test(`${LINE} lists/m.tsv --download-dir d leaves the first manifest as it is`, async () => {
  await using own = await world();
  const text = manifestOf(await entriesOf(chosen));
  const path = await own.write("lists/m.tsv", text);
  const { status, err } = await own.runLine(
    `${LINE} lists/m.tsv --download-dir d`,
  );
  assert.equal(status, 0, err);
  assert.doesNotMatch(err, /overwriting/);
  assert.equal(await Deno.readTextFile(path), text);
  const rewritten = await Deno.readTextFile(own.path("m.tsv"));
  assert.equal(rewritten.match(/\td\/\.hca\/v2\/files_2_4\//g)?.length, 3);
  assert.equal(namesBelow(own.path("d", STORE)).length, 3);
});

const metadata = files.filter(({ indexed }) => indexed).map(({ name }) => name);
const [data = ""] = files.filter(({ indexed }) => !indexed)
  .map(({ name }) => name);

/** Options of layout bundle, and the files that are there afterwards. */
const BUNDLES: [options: string, names: string[]][] = [
  ["", [...metadata, data]],
  ["--no-data", metadata],
  ["--no-metadata", [data]],
];

for (const [options, names] of BUNDLES) {
  Deno.test(`${LINE} m.tsv --layout bundle ${options}`.trim(), async () => {
    await using own = await world();
    await own.write("m.tsv", manifestOf(await entriesOf(chosen)));
    const { status, err } = await own.runLine(
      `${LINE} m.tsv --layout bundle ${options}`,
    );
    assert.equal(status, 0, err);
    assert.deepEqual(
      namesBelow(own.path(FQID)),
      ["bundle.json", ...names].sort(),
    );
  });
}

Deno.test(`${LINE} m.tsv when a row names a file that is not there`, async () => {
  await using own = await world();
  const [first, second] = await entriesOf(chosen);
  assert.ok(first !== undefined && second !== undefined);
  const uuid = "00000000-0000-4000-8000-000000000000";
  const lost: Entry = {
    file: { ...second.file, name: "lost.json", uuid },
    sha256: "0".repeat(64),
    sizeBytes: 5,
  };
  const text = manifestOf([first, lost]);
  await own.write("m.tsv", text);
  const { status, err } = await own.runLine(`${LINE} m.tsv`);
  assert.equal(status, 3, err);
  assert.match(
    err,
    /^hca dss download-manifest: error: lost\.json: not_found: Cannot find file!/m,
  );
  assert.match(err, /error: 1 of 2 files failed; the others are complete\. /);
  assert.equal(namesBelow(own.path(STORE)).length, 1);
  assert.equal(await Deno.readTextFile(own.path("m.tsv")), text);
});

/** Manifests that are refused, and what is said. */
const REFUSED: [options: string, text: string, status: number, say: RegExp][] =
  [
    ["nowhere.tsv", "", 9, /manifest 'nowhere\.tsv' does not exist$/],
    [".", "", 9, /manifest '\.' is a directory$/],
    [
      "m.tsv",
      "file_name\tfile_uuid\n",
      10,
      /manifest 'm\.tsv' lacks the columns file_version, file_sha256, file_size\. Layout none needs /,
    ],
    [
      "m.tsv",
      "file_name file_uuid file_version file_sha256 file_size\n",
      10,
      /; it is not tab-separated\. /,
    ],
    [
      "m.tsv --no-data",
      "",
      2,
      /--no-metadata and --no-data are only compatible with the 'bundle' layout\. /,
    ],
    [
      "m.tsv",
      "file_name\tfile_uuid\tfile_version\tfile_sha256\tfile_size\n" +
      `../../x\t${PANCREAS}\tv\t${"0".repeat(64)}\t1\n`,
      10,
      /line 2: file_name '\.\.\/\.\.\/x': it has the part '\.\.'$/,
    ],
  ];

for (const [options, text, expected, say] of REFUSED) {
  Deno.test(`${LINE} ${options}: exit ${expected}, ${say}`, async () => {
    await using own = await world();
    await own.write("m.tsv", text);
    const { status, out, err } = await own.runLine(`${LINE} ${options}`);
    assert.equal(status, expected, err);
    assert.equal(out, "");
    const [line = "", ...rest] = err.split("\n");
    assert.match(line, /^hca dss download-manifest: error: /);
    assert.match(line, say);
    assert.deepEqual(rest, [""]);
    assert.deepEqual(namesBelow(own.path()), ["m.tsv"]);
  });
}

Deno.test(`${LINE} m.tsv --report m.tsv refuses to replace the manifest`, async () => {
  await using own = await world();
  const text = manifestOf(await entriesOf(chosen));
  await own.write("lists/m.tsv", text);
  for (const report of ["m.tsv", "lists/m.tsv", "./lists/../lists/m.tsv"]) {
    const { status, err } = await own.runLine(
      `${LINE} lists/m.tsv --report ${report}`,
    );
    assert.equal(status, 2);
    assert.match(
      err,
      /error: --report '.*m\.tsv' would replace the manifest\./,
    );
  }
  assert.equal(await Deno.readTextFile(own.path("lists/m.tsv")), text);
  assert.deepEqual(namesBelow(own.path()), ["lists/m.tsv"]);
});
