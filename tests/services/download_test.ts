import assert from "node:assert/strict";
import { PartialError } from "../../src/base/mod.ts";
import type { DownloadOptions } from "../../src/services/mod.ts";
import {
  CELLS,
  contentsOf,
  createDssCase,
  type DssCase,
  NEW,
  OLD,
  sha256,
  UUID,
} from "./_dss_case.ts";

function download(given: DssCase, options: Partial<DownloadOptions> = {}) {
  return given.client.download({ bundleUuid: UUID, replica: "aws", ...options })
    .finished();
}

function asks(given: DssCase, part: string): number {
  return given.requests.filter((line) => line.includes(part)).length;
}

Deno.test("DssClient.download puts the latest version beside its bundle.json", async () => {
  await using given = await createDssCase();
  const totals = await download(given);
  const directory = `${UUID}.${NEW}`;
  const contents = contentsOf(NEW);
  assert.deepEqual(
    await given.paths(),
    ["bundle.json", ...Object.keys(contents)]
      .map((name) => `${directory}/${name}`).sort(),
  );
  for (const [name, text] of Object.entries(contents)) {
    assert.equal(await given.text(`${directory}/${name}`), text);
  }
  assert.deepEqual(
    [totals.contents, totals.fetched, totals.present, totals.failed],
    [6, 6, 0, 0],
  );
  assert.equal(totals.doneBytes, totals.sizeBytes);
  // The empty file is made without asking for it.
  assert.equal(asks(given, "/v1/files/"), 4);
});

Deno.test("DssClient.download writes bundle.json as the service tells it, keys sorted", async () => {
  await using given = await createDssCase();
  await download(given);
  const text = await given.text(`${UUID}.${NEW}/bundle.json`);
  const bundle = await given.client.getBundle({ uuid: UUID, replica: "aws" });
  assert.deepEqual(JSON.parse(text), bundle);
  assert.match(
    text,
    /^\{\n {4}"bundle": \{\n {8}"creator_uid": 0,\n {8}"files": \[\n {12}\{\n {16}"content-type": /,
  );
  assert.ok(text.endsWith("}"));
});

Deno.test("DssClient.download pins a version although there is a newer one", async () => {
  await using given = await createDssCase();
  await download(given, { version: OLD });
  const cells = await given.text(`${UUID}.${OLD}/cells.csv`);
  assert.equal(cells, CELLS[OLD]);
  assert.ok((await given.paths()).every((path) => path.includes(OLD)));
});

Deno.test("DssClient.download links the files of its store", async () => {
  await using given = await createDssCase();
  await download(given, { downloadDir: "dd" });
  const hash = sha256(CELLS[NEW] ?? "");
  const stored = await Deno.stat(
    `${given.here}/dd/.hca/v2/files_2_4/${hash.slice(0, 2)}/` +
      `${hash.slice(2, 6)}/${hash}`,
  );
  const placed = await Deno.stat(`${given.here}/dd/${UUID}.${NEW}/cells.csv`);
  assert.equal(stored.ino, placed.ino);
  assert.ok((await given.paths()).every((path) => path.startsWith("dd/")));
});

Deno.test("DssClient.download fetches only what is missing the next time", async () => {
  await using given = await createDssCase();
  await download(given, { version: OLD });
  given.requests.length = 0;
  const again = await download(given, { version: OLD });
  assert.deepEqual([again.fetched, again.present], [0, 6]);
  assert.deepEqual(given.requests, [`GET /v1/bundles/${UUID}`]);
  // The newer version shares all contents but one, and its bundle.json.
  const newer = await download(given);
  assert.deepEqual([newer.fetched, newer.present], [2, 4]);
  assert.equal(asks(given, "/v1/files/"), 1);
});

Deno.test("DssClient.download takes the files that the filters want, and bundle.json", async () => {
  const cases: [Partial<DownloadOptions>, string[]][] = [
    [{ noData: true }, ["cell_suspension_0.json", "links.json"]],
    [{ noMetadata: true, dataFilter: ["*.gz"] }, ["sub/dir/r1.fastq.gz"]],
    [{ metadataFilter: ["links*"], dataFilter: [""] }, ["links.json"]],
    [{ noMetadata: true, noData: true }, []],
  ];
  for (const [options, names] of cases) {
    await using given = await createDssCase();
    await download(given, options);
    assert.deepEqual(
      await given.paths(),
      ["bundle.json", ...names].map((name) => `${UUID}.${NEW}/${name}`),
    );
  }
});

Deno.test("DssClient.download names the files that fail and keeps the others", async () => {
  let refused = 0;
  await using given = await createDssCase({
    answer: ({ url }) => {
      const { pathname } = new URL(url);
      const isLinks = pathname.includes(
        sha256(contentsOf(NEW)["links.json"] ?? ""),
      );
      if (!pathname.startsWith("/blobs/") || !isLinks) return undefined;
      refused++;
      return new Response("gone", { status: 404 });
    },
  });
  await assert.rejects(download(given), (error) => {
    assert.ok(error instanceof PartialError);
    assert.equal(
      error.message,
      "1 of 6 files failed; the others are complete",
    );
    assert.deepEqual(
      error.failures.map(({ name, error }) => [name, error.code]),
      [["links.json", "not_found"]],
    );
    return true;
  });
  // A signed address may have expired: the service is asked for another twice.
  assert.equal(refused, 3);
  assert.equal((await given.paths()).length, 5);
});

Deno.test("DssClient.download leaves a file of the user's where it is", async () => {
  await using given = await createDssCase();
  const path = `${given.here}/${UUID}.${NEW}/cells.csv`;
  await Deno.mkdir(`${given.here}/${UUID}.${NEW}`);
  await Deno.writeTextFile(path, "my own notes");
  await assert.rejects(download(given), (error) => {
    assert.ok(error instanceof PartialError);
    assert.match(
      error.failures[0]?.error.message ?? "",
      /exists with another content and is not overwritten$/,
    );
    return true;
  });
  assert.equal(await Deno.readTextFile(path), "my own notes");
});
