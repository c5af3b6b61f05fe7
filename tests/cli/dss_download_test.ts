import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { sampleBundles } from "../../src/server/sample/mod.ts";
import {
  namesBelow,
  type RunResult,
  TestEnvironment,
} from "../support/test_environment.ts";

const KIDNEY = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";
const LINE = `hca dss download --replica aws --bundle-uuid ${KIDNEY}`;
const STORE = ".hca/v2/files_2_4";

let hca: TestEnvironment;
let count = 0;

Deno.test.beforeAll(async () => {
  hca = await TestEnvironment.create();
  await hca.addSamples();
});

Deno.test.afterAll(() => hca[Symbol.asyncDispose]());

/** A directory that is not there yet. */
function nextDirectory(): string {
  return `download-${count++}`;
}

const bundle = sampleBundles({ readsPerFile: 50 })
  .find(({ uuid }) => uuid === KIDNEY);
assert.ok(bundle !== undefined, "the samples have other uuids");
const { files, version } = bundle;
const FQID = `${KIDNEY}.${version}`;

const metadata = files.filter(({ indexed }) => indexed).map(({ name }) => name);
const data = files.filter(({ indexed }) => !indexed).map(({ name }) => name);

function assertDone({ status, out, err }: RunResult, summary: RegExp): void {
  assert.equal(status, 0, err);
  assert.equal(out, "");
  assert.match(err.trimEnd().split("\n").at(-1) ?? "", summary);
}

/** The names in the directory of the bundle. */
function bundleFiles(directory: string): string[] {
  return namesBelow(hca.path(directory, FQID));
}

Deno.test(`${LINE} puts everything below the current directory`, async () => {
  await using own = await TestEnvironment.create();
  own.variables.set("HCA_LOCAL_DIR", hca.dataDir);
  const result = await own.runLine(LINE);
  assertDone(
    result,
    new RegExp(
      `^hca: done: ${files.length + 1} files ` +
        `\\(${files.length + 1} fetched, 0 there already\\), ` +
        "[0-9.]+ [KM]?i?B in [0-9.]+ s \\(.*/s\\), 0 retried, 0 failed$",
    ),
  );
  assert.deepEqual(
    namesBelow(own.path(FQID)),
    ["bundle.json", ...files.map(({ name }) => name)].sort(),
  );
  for (const { name, bytes } of files) {
    assert.deepEqual(
      await Deno.readFile(own.path(FQID, name)),
      new Uint8Array(await bytes()),
      name,
    );
  }
  assert.equal(namesBelow(own.path(STORE)).length, files.length + 1);
  // No line for each file.
  assert.doesNotMatch(result.err, /links\.json/);
});

Deno.test(`${LINE} twice fetches nothing the second time`, async () => {
  const line = `${LINE} --download-dir ${nextDirectory()} --log-level DEBUG`;
  const asked = ({ err }: RunResult) =>
    err.match(/^hca: debug: GET \S+\/(files|blobs)\/\S+ answered/gm) ?? [];
  const first = await hca.runLine(line);
  assertDone(first, /^hca: done: .* 0 there already\)/);
  assert.match(
    first.err,
    /^hca: debug: links\.json, .*: fetched and verified$/m,
  );
  assert.ok(asked(first).length >= files.length);
  const second = await hca.runLine(line);
  assertDone(
    second,
    new RegExp(`\\(0 fetched, ${files.length + 1} there already\\), 0 B in`),
  );
  assert.deepEqual(asked(second), []);
  assert.match(
    second.err,
    /^hca: debug: links\.json, .*: there already, at \S+$/m,
  );
});

Deno.test(`${LINE} fetches only what is missing`, async () => {
  const directory = nextDirectory();
  const line = `${LINE} --download-dir ${directory}`;
  await hca.runLine(line);
  const listed = JSON.parse(
    await Deno.readTextFile(hca.path(directory, FQID, "bundle.json")),
  );
  const { sha256 } = listed.bundle.files.find(
    (file: { name: string }) => file.name === "links.json",
  );
  const [stored = ""] = namesBelow(hca.path(directory, STORE))
    .filter((name) => name.endsWith(sha256));
  await Deno.remove(hca.path(directory, STORE, stored));
  await Deno.remove(hca.path(directory, FQID, "links.json"));
  assertDone(
    await hca.runLine(line),
    new RegExp(`\\(1 fetched, ${files.length} there already\\)`),
  );
  assert.ok(bundleFiles(directory).includes("links.json"));
});

/** Options, and the files that are there afterwards. */
const FILTERS: [options: string, names: readonly string[]][] = [
  ["--no-data", metadata],
  ["--no-metadata", data],
  ["--no-metadata --no-data", []],
  [
    "--no-metadata --data-filter '*_R1_*'",
    data.filter((name) => name.includes("_R1_")),
  ],
  [
    "--data-filter '*_R1_*' '*_R2_*' --metadata-filter links.json",
    [
      "links.json",
      ...data.filter((name) => /_R[12]_/.test(name)),
    ],
  ],
  [
    "--no-data --metadata-filter '*_file_[!0].json'",
    metadata.filter((name) => /_file_[^0]\.json$/.test(name)),
  ],
  ["--data-filter nothing --metadata-filter nothing", []],
];

for (const [options, names] of FILTERS) {
  Deno.test(`${LINE} ${options}`, async () => {
    const directory = nextDirectory();
    const line = `${LINE} ${options} --download-dir ${directory}`;
    const { status, err } = await hca.runLine(line);
    assert.equal(status, 0, err);
    assert.deepEqual(
      bundleFiles(directory),
      ["bundle.json", ...names].sort(),
    );
  });
}

Deno.test("the filters above choose some files and not all", () => {
  for (
    const [options, names] of FILTERS.slice(0, 2).concat(FILTERS.slice(3, 6))
  ) {
    assert.ok(names.length > 0 && names.length < files.length, options);
  }
});

/** Options that are refused, and what is said. */
const REFUSED: [line: string, status: number, message: string][] = [
  [
    `${LINE} --no-data --data-filter '*'`,
    2,
    "--data-filter and --no-data are mutually exclusive options. " +
    "See 'hca dss download --help'.",
  ],
  [
    `${LINE} --no-metadata --metadata-filter '*'`,
    2,
    "--metadata-filter and --no-metadata are mutually exclusive options. " +
    "See 'hca dss download --help'.",
  ],
  [
    "hca dss download --replica aws --bundle-uuid ../../etc",
    2,
    "--bundle-uuid '../../etc' is not a uuid. See 'hca dss download --help'.",
  ],
];

for (const [line, status, message] of REFUSED) {
  Deno.test(line, async () => {
    const directory = nextDirectory();
    const result = await hca.runLine(`${line} --download-dir ${directory}`);
    assert.equal(result.err, `hca dss download: error: ${message}\n`);
    assert.equal(result.status, status);
    assert.deepEqual(namesBelow(hca.path(directory)), []);
  });
}

Deno.test(`${LINE} --version of another time`, async () => {
  const directory = nextDirectory();
  const { status, err } = await hca.runLine(
    `${LINE} --version 2001-01-01T000000.000000Z --download-dir ${directory}`,
  );
  assert.equal(status, 5);
  assert.match(err, /^hca dss download: error: not_found: /m);
  assert.deepEqual(namesBelow(hca.path(directory)), []);
});

Deno.test(`${LINE} --log-level WARNING says nothing when all is well`, async () => {
  const { status, out, err } = await hca.runLine(
    `${LINE} --log-level WARNING --download-dir ${nextDirectory()}`,
  );
  assert.deepEqual({ status, out, err }, { status: 0, out: "", err: "" });
});

Deno.test(`${LINE} on a terminal draws lines that never wrap, and takes them away`, async () => {
  await using own = await TestEnvironment.create();
  own.variables.set("HCA_LOCAL_DIR", hca.dataDir);
  own.terminal.errIsTerminal = true;
  own.terminal.width = 40;
  const { status, err } = await own.runLine(LINE);
  assert.equal(status, 0);
  const drawn = err.split("\r").slice(1);
  assert.ok(drawn.length > 1, "nothing was drawn");
  // deno-lint-ignore no-control-regex -- what moves the cursor or colours
  const plain = drawn.map((frame) => frame.replace(/\x1b\[\d*[AJKm]/g, ""));
  const last = plain.pop() ?? "";
  for (const line of plain.join("\n").split("\n")) {
    assert.ok(line.length < 40, line);
  }
  assert.ok(drawn.at(-1)?.includes("\x1b[J"));
  assert.match(last, /^hca: done: \d+ files .*\n$/);
});

Deno.test(`${LINE} when the service lost a file`, async () => {
  await using own = await TestEnvironment.create();
  await own.addSamples();
  const file = files.find(({ name }) => name === "links.json");
  assert.ok(file !== undefined);
  const digest = createHash("sha256").update(await file.bytes()).digest("hex");
  const [blob = ""] = namesBelow(`${own.dataDir}/blobs`)
    .filter((name) => name.endsWith(digest));
  await Deno.remove(`${own.dataDir}/blobs/${blob}`);
  const { status, out, err } = await own.runLine(
    `${LINE} --num-retries 0 --min-delay-seconds 0`,
  );
  assert.equal(status, 3, err);
  assert.equal(out, "");
  assert.match(err, /^hca: warning: links\.json: failed: .+$/m);
  assert.match(err, /^hca: ended: \d+ of \d+ files .*, 1 failed$/m);
  assert.match(err, /^hca dss download: error: links\.json: .+$/m);
  const last = err.trimEnd().split("\n").at(-1) ?? "";
  assert.match(last, /^hca dss download: error: 1 of \d+ /);
  assert.deepEqual(
    namesBelow(own.path(FQID)),
    ["bundle.json", ...files.map(({ name }) => name)]
      .filter((name) => name !== "links.json").sort(),
  );
  assert.equal(namesBelow(own.path(STORE)).length, files.length);
});
