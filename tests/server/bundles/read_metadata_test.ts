import assert from "node:assert/strict";
import { createNodeHash, denoFiles } from "../../../src/platform/mod.ts";
import { readMetadata } from "../../../src/server/bundles/read_metadata.ts";
import { copyContent } from "../../../src/server/files/mod.ts";
import type { BundleFileRecord } from "../../../src/server/records.ts";
import { ContentStore } from "../../../src/store/mod.ts";

const MIB = 1 << 20;

interface Blobs extends AsyncDisposable {
  blobs: ContentStore;
  add(
    name: string,
    sizeBytes: number,
    contentType?: string,
  ): Promise<BundleFileRecord>;
}

async function openBlobs(): Promise<Blobs> {
  const directory = await Deno.makeTempDir({ prefix: "hca-metadata-" });
  const blobs = new ContentStore(directory, {
    files: denoFiles,
    random: Math.random,
  });
  return {
    blobs,
    async add(name, sizeBytes, contentType = "application/json") {
      const bytes = new Uint8Array(sizeBytes).fill(name.charCodeAt(0));
      async function* chunks(): AsyncGenerator<Uint8Array> {
        yield bytes;
      }
      const { staged, digests } = await copyContent(
        { blobs, createHash: createNodeHash },
        { sizeBytes, chunks },
      );
      await staged.publish(digests.sha256);
      const facts = { uuid: name, version: "1", creatorUid: 0 };
      return { ...facts, ...digests, name, contentType, indexed: true };
    },
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

Deno.test("readMetadata reads JSON files, whatever parameters their type has, and no others", async () => {
  await using opened = await openBlobs();
  const { blobs, add } = opened;
  const members = [
    await add("a", 3),
    await add("b", 3, "text/plain"),
    await add("c", 3, 'application/json; dcp-type="x"'),
    await add("d", 3, "application/octet-stream"),
  ];
  const found = await readMetadata({ blobs, files: denoFiles }, members);
  assert.deepEqual(found.map(({ name }) => name), ["a", "c"]);
  assert.equal(new TextDecoder().decode(found[1]?.bytes), "ccc");
});

Deno.test("readMetadata leaves out what is larger than 16 MiB, and what exceeds 64 MiB in all", async () => {
  await using opened = await openBlobs();
  const { blobs, add } = opened;
  const members = [
    await add("a", 16 * MIB + 1),
    await add("b", 16 * MIB),
    await add("c", 16 * MIB),
    await add("d", 16 * MIB),
    await add("e", 16 * MIB),
    await add("f", 1),
  ];
  const found = await readMetadata({ blobs, files: denoFiles }, members);
  assert.deepEqual(found.map(({ name }) => name), ["b", "c", "d", "e"]);
});
