import assert from "node:assert/strict";
import { IntegrityError } from "../../../src/base/mod.ts";
import { createNodeHash, denoFiles } from "../../../src/platform/mod.ts";
import { copyContent } from "../../../src/server/files/mod.ts";
import { ContentStore } from "../../../src/store/mod.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { namesBelow, uuidOf } from "../../support/local_store.ts";
import { WritingStore } from "../_writing_store.ts";

const MIB = 1 << 20;

async function inDirectory(
  work: (blobs: ContentStore, directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "hca-copy-" });
  const runtime = { files: denoFiles, random: Math.random };
  try {
    await work(new ContentStore(directory, runtime), directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

for (const [what, sizes] of [["fewer", [3, 3]], ["more", [3, 3, 3]]] as const) {
  Deno.test(`copyContent leaves nothing of a content with ${what} bytes than stated`, async () => {
    await inDirectory(async (blobs, directory) => {
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for (const size of sizes) yield new Uint8Array(size);
      }
      const copying = copyContent(
        { blobs, createHash: createNodeHash },
        { sizeBytes: 7, chunks },
      );
      await assert.rejects(copying, IntegrityError);
      assert.deepEqual(namesBelow(directory), []);
    });
  });
}

Deno.test("copyContent stops reading a content without an end", async () => {
  await inDirectory(async (blobs) => {
    let given = 0;
    let isClosed = false;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        while (true) {
          given++;
          yield new Uint8Array(10);
        }
      } finally {
        isClosed = true;
      }
    }
    const copying = copyContent(
      { blobs, createHash: createNodeHash },
      { sizeBytes: 25, chunks },
    );
    await assert.rejects(copying, { message: /more than 25 bytes/ });
    assert.equal(given, 3);
    assert.equal(isClosed, true);
  });
});

/** What this thread holds; the whole process has those of other tests. */
function heldBytes(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

Deno.test("a file of 192 MiB is copied in a few MiB of memory", async () => {
  const sizeBytes = 192 * MIB;
  let peakBytes = 0;
  let left = sizeBytes / MIB;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      peakBytes = Math.max(peakBytes, heldBytes());
      if (left-- > 0) controller.enqueue(new Uint8Array(MIB));
      else controller.close();
    },
  });
  const headers = { "content-length": String(sizeBytes) };
  await using store = await WritingStore.open({
    clock: new FakeClock(),
    settings: { asyncAboveBytes: Infinity },
    fetch: () => Promise.resolve(new Response(body, { headers })),
  });
  await store.token();
  const before = heldBytes();
  const answer = await store.putFile(uuidOf(1, "f"), "http://localhost/big");
  assert.equal(answer.status, 201);
  const usedMib = Math.round((peakBytes - before) / MIB);
  // Garbage is collected late; what is held at once is a piece or two.
  assert.ok(usedMib < 96, `${usedMib} MiB`);
});
