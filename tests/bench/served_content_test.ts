import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ContentMaker } from "../../scripts/bench/served_content.ts";
import { writeManifest } from "../../scripts/bench/listings.ts";
import { isUuid } from "../../src/base/mod.ts";

Deno.test("ContentMaker writes what it says, different and incompressible", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const maker = new ContentMaker(directory);
    const blobs = [
      ...await maker.makeMany(2, 4096),
      await maker.make(0, 2 ** 20 + 1),
    ];
    assert.equal(new Set(blobs.map((blob) => blob.sha256)).size, 3);
    for (const { uuid, sha256, sizeBytes } of blobs) {
      const name = uuid.replaceAll("-", "");
      const bytes = await Deno.readFile(join(directory, name));
      assert.equal(bytes.length, sizeBytes);
      assert.equal(createHash("sha256").update(bytes).digest("hex"), sha256);
      assert.ok(isUuid(uuid) && sha256.startsWith(name));
      assert.ok(gzipSync(bytes).length >= sizeBytes);
    }
    const again = join(directory, "again");
    await Deno.mkdir(again);
    assert.deepEqual(await new ContentMaker(again).make(1, 4096), blobs[1]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("writeManifest writes a header and every row once", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, "manifest.tsv");
    const blob = { uuid: "u", sha256: "s", sizeBytes: 7 };
    await writeManifest(path, 9000, () => blob);
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    assert.equal(lines.length, 9001);
    assert.equal(
      lines[0],
      "bundle_uuid\tbundle_version\tfile_name\tfile_uuid\tfile_version\t" +
        "file_sha256\tfile_size",
    );
    const names = new Set(lines.slice(1).map((line) => line.split("\t")[2]));
    assert.equal(names.size, 9000);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
