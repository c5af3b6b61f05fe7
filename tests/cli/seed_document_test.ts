/**
 * The calls that read, of those that the atlas's document on its command line
 * shows, with the shape of the answer that it documents: against an embedded
 * store that has its bundles and files. What changes something is in
 * `seed_document_scripts_test.ts`.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { JsonObject } from "../../src/base/mod.ts";
import { manifestOf, type SmallFile } from "../support/local_store.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const DOWNLOADED = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const DOWNLOADED_VERSION = "2019-08-01T200147.836832Z";
const FQID = `${DOWNLOADED}.${DOWNLOADED_VERSION}`;
const SHOWN = "fff746b3-e3eb-496a-88a3-5fa1fa358392";
const SHOWN_VERSION = "2019-08-01T200147.130156Z";
const LINKS = "dbf7bd27-b58e-431d-ba05-6a48f29e7cef";
const LINKS_VERSION = "2019-08-03T150636.118831Z";
const READ = "666ff3f0-67a1-4ead-82e9-3f96a8c0a9b1";
const OLD_FILE = "6887bd52-8bea-47d9-bbd9-ff71e05faeee";
const OLD_FILE_VERSION = "2019-01-30T165057.189000Z";

const METADATA = 'application/json; dcp-type="metadata/file"';
const LINKS_TEXT = '{"describedBy":"https://schema.test/links","links":[]}';
// A metadata document with the members that are shown.
const READ_DOCUMENT = {
  describedBy: "https://schema.test/type/file/9.0.0/sequence_file",
  schema_type: "file",
  file_core: { file_name: "21935_7#154_1.fastq.gz", format: "fastq.gz" },
  read_index: "read1",
  insdc_run: ["ERR2238423"],
  technical_replicate_group: "Rep_id_7031",
  provenance: { document_id: READ, submission_date: "2019-05-16" },
};

const sha256 = (text: string) =>
  createHash("sha256").update(text).digest("hex");

let store: TestEnvironment;

Deno.test.beforeAll(async () => {
  store = await TestEnvironment.create();
  using dss = await store.openStore();
  await dss.decideSamples(false);
  const put = async (uuid: string, version: string, files: SmallFile[]) => {
    for (const { name, content = "" } of files) {
      await store.write(`${uuid}/${name}`, content);
    }
    await dss.importDirectory({
      directory: store.path(uuid),
      manifest: manifestOf({ uuid, version, files }),
    });
  };
  await put(DOWNLOADED, DOWNLOADED_VERSION, [
    {
      name: "links.json",
      content: LINKS_TEXT,
      uuid: LINKS,
      version: LINKS_VERSION,
      contentType: METADATA,
    },
    { name: "21935_7#154_1.fastq.gz", content: "@r\nACGT\n+\n!!!!\n" },
  ]);
  await put(SHOWN, SHOWN_VERSION, [
    {
      name: "sequence_file_0.json",
      content: JSON.stringify(READ_DOCUMENT),
      uuid: READ,
      version: "2019-05-16T211813.059000Z",
      contentType: METADATA,
    },
    {
      name: "project_0.json",
      content: "{}",
      uuid: OLD_FILE,
      version: OLD_FILE_VERSION,
      contentType: METADATA,
    },
  ]);
});

Deno.test.afterAll(() => store[Symbol.asyncDispose]());

/** A world with that store and an empty current directory. */
async function world(): Promise<TestEnvironment> {
  const hca = await TestEnvironment.create();
  hca.variables.set("HCA_LOCAL_DIR", store.dataDir);
  return hca;
}

/** Runs a line that must go well, and gives its output as JSON. */
async function json(hca: TestEnvironment, line: string): Promise<JsonObject> {
  const { status, out, err } = await hca.runLine(line);
  assert.equal(status, 0, err);
  const value: JsonObject = JSON.parse(out);
  assert.equal(out, `${JSON.stringify(value, null, 2)}\n`);
  return value;
}

// The document calls the commands `hca X` and writes `hca dss X`.
for (const hcaDss of ["hca dss", "hca"]) {
  Deno.test(`${hcaDss} create-version`, async () => {
    await using hca = await world();
    const { status, out, err } = await hca.runLine(`${hcaDss} create-version`);
    assert.equal(status, 0);
    // As in 1985-04-12T232050.520000Z.
    assert.match(out, /^\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z\n$/);
    assert.equal(err, "");
  });

  Deno.test(`${hcaDss} download --replica aws --bundle-uuid … --version … --download-dir download_test`, async () => {
    await using hca = await world();
    const { status, out, err } = await hca.runLine(
      `${hcaDss} download --replica aws --bundle-uuid ${DOWNLOADED} ` +
        `--version ${DOWNLOADED_VERSION} --download-dir download_test`,
    );
    assert.equal(status, 0, err);
    assert.equal(out, "");
    const names = namesBelow(hca.path("download_test"));
    assert.deepEqual(names.filter((name) => !name.startsWith(".hca/")), [
      `${FQID}/21935_7#154_1.fastq.gz`,
      `${FQID}/bundle.json`,
      `${FQID}/links.json`,
    ]);
    assert.equal(names.filter((name) => name.startsWith(".hca/")).length, 3);
    const { bundle, ...others } = JSON.parse(
      await Deno.readTextFile(
        hca.path("download_test", FQID, "bundle.json"),
      ),
    );
    assert.deepEqual(others, {});
    const { creator_uid, files, uuid, version, ...more } = bundle;
    assert.deepEqual(more, {});
    assert.equal(uuid, DOWNLOADED);
    assert.equal(version, DOWNLOADED_VERSION);
    assert.equal(typeof creator_uid, "number");
    assert.deepEqual(Object.keys(files[0]).sort(), FILE_KEYS);
  });

  Deno.test(`${hcaDss} get-bundle --replica aws --uuid … --version …`, async () => {
    await using hca = await world();
    const { bundle, ...more } = await json(
      hca,
      `${hcaDss} get-bundle --replica aws --uuid ${SHOWN} ` +
        `--version ${SHOWN_VERSION}`,
    );
    assert.deepEqual(more, {});
    const { creator_uid, files, uuid, version, ...rest } = bundle as JsonObject;
    assert.deepEqual(rest, {});
    assert.equal(typeof creator_uid, "number");
    assert.equal(uuid, SHOWN);
    assert.equal(version, SHOWN_VERSION);
    assert.ok(Array.isArray(files));
    assert.equal(files.length, 2);
    const [file] = files as JsonObject[];
    assert.deepEqual(Object.keys(file ?? {}).sort(), FILE_KEYS);
    assert.equal(file?.name, "sequence_file_0.json");
    assert.equal(file.indexed, true);
    assert.equal(file["content-type"], METADATA);
    assert.equal(file.size, JSON.stringify(READ_DOCUMENT).length);
    assert.equal(file.sha256, sha256(JSON.stringify(READ_DOCUMENT)));
  });

  Deno.test(`${hcaDss} get-file --replica aws --uuid …`, async () => {
    await using hca = await world();
    assert.deepEqual(
      await json(hca, `${hcaDss} get-file --replica aws --uuid ${READ}`),
      READ_DOCUMENT,
    );
  });

  Deno.test(`${hcaDss} post-search --replica aws --es-query {} --no-paginate`, async () => {
    await using hca = await world();
    const page = await json(
      hca,
      `${hcaDss} post-search --replica aws --es-query {} --no-paginate`,
    );
    assert.deepEqual(page.es_query, {});
    assert.equal(page.total_hits, 2);
    const results = page.results as JsonObject[];
    assert.equal(results.length, 2);
    for (const { bundle_url, ...result } of results) {
      assert.match(String(bundle_url), /^http:\/\/.+\/v1\/bundles\/.+/);
      assert.ok(
        [FQID, `${SHOWN}.${SHOWN_VERSION}`].includes(
          String(result.bundle_fqid),
        ),
      );
      assert.deepEqual(Object.keys(result), ["bundle_fqid", "search_score"]);
      assert.equal(result.search_score, null);
    }
  });
}

const FILE_KEYS = [
  "content-type",
  "crc32c",
  "indexed",
  "name",
  "s3_etag",
  "sha1",
  "sha256",
  "size",
  "uuid",
  "version",
];

for (
  const line of [
    `hca dss head-file --replica aws --uuid ${READ}`,
    `hca dss head-file --replica aws --uuid ${OLD_FILE} --version ${OLD_FILE_VERSION}`,
    `hca dss file-head --replica aws --uuid ${READ}`,
    `hca file-head --replica aws --uuid ${READ}`,
  ]
) {
  Deno.test(line, async () => {
    await using hca = await world();
    const headers = await json(hca, line);
    const isRead = line.includes(READ);
    const text = isRead ? JSON.stringify(READ_DOCUMENT) : "{}";
    assert.equal(headers["X-DSS-SHA256"], sha256(text));
    assert.equal(headers["X-DSS-SIZE"], String(text.length));
    assert.equal(headers["X-DSS-CONTENT-TYPE"], METADATA);
    assert.equal(
      headers["X-DSS-VERSION"],
      isRead ? "2019-05-16T211813.059000Z" : OLD_FILE_VERSION,
    );
    for (
      const name of [
        "X-DSS-SHA1",
        "X-DSS-S3-ETAG",
        "X-DSS-CRC32C",
        "X-DSS-CREATOR-UID",
        "Content-Type",
      ]
    ) assert.equal(typeof headers[name], "string", name);
  });
}

const HEADER = "bundle_uuid bundle_version file_name file_uuid file_version " +
  "file_sha256 file_size file_path";
const LINKS_SHA256 = sha256(LINKS_TEXT);
const PATH_IN_STORE = ".hca/v2/files_2_4/" +
  `${LINKS_SHA256.slice(0, 2)}/${LINKS_SHA256.slice(2, 6)}/${LINKS_SHA256}`;
const ROW = [
  DOWNLOADED,
  DOWNLOADED_VERSION,
  "links.json",
  LINKS,
  LINKS_VERSION,
  LINKS_SHA256,
  LINKS_TEXT.length,
  PATH_IN_STORE,
].join("\t");

Deno.test("hca dss download-manifest --replica aws --manifest manifest.tsv, as the script writes it", async () => {
  await using hca = await world();
  // `echo -e "…\n"` leaves a blank line after each line.
  const header = HEADER.replaceAll(" ", "\t");
  await hca.write("manifest.tsv", `${header}\n\n${ROW}\n\n`);
  const { status, out, err } = await hca.runLine(
    "hca dss download-manifest --replica aws --manifest manifest.tsv",
  );
  assert.equal(status, 0, err);
  assert.equal(out, "");
  assert.equal(await Deno.readTextFile(hca.path(PATH_IN_STORE)), LINKS_TEXT);
  const rewritten = await Deno.readTextFile(hca.path("manifest.tsv"));
  assert.deepEqual(rewritten.split(/\r?\n/), [header, ROW, ""]);
});

Deno.test("hca dss download-manifest --replica aws --manifest, whose value was lost", async () => {
  await using hca = await world();
  const { status, out, err } = await hca.runLine(
    "hca dss download-manifest --replica aws --manifest",
  );
  assert.match(
    err,
    /^hca dss download-manifest: error: --manifest needs a value\. /,
  );
  assert.equal(out, "");
  assert.equal(status, 2);
});

Deno.test("hca dss download-manifest of the sample manifest, which has blanks for tabs", async () => {
  await using hca = await world();
  await hca.write(
    "manifest.tsv",
    `${HEADER.replaceAll(" ", "   ")}\n` +
      "002aeac5-4d74-462d-baea-88f5c620cb50   x   cell_suspension_0.json\n",
  );
  const { status, err } = await hca.runLine(
    "hca dss download-manifest --replica aws --manifest manifest.tsv",
  );
  assert.match(err, /not tab-separated/);
  assert.equal(status, 10);
});

Deno.test("hca dss refresh-swagger", async () => {
  await using hca = await world();
  const { status, out } = await hca.runLine("hca dss refresh-swagger");
  assert.equal(out, "");
  assert.equal(status, 0);
});
