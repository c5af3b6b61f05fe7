import assert from "node:assert/strict";
import { denoClock, denoFiles } from "../../src/platform/mod.ts";
import { LocalTransferStore } from "../../src/store/mod.ts";
import { openTransferStore } from "../../src/thread/mod.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { createNodeHash } from "../support/node_hash.ts";
import { contentOf, NOWHERE, patternBytes } from "../store/_store_case.ts";

const MIB = 1024 * 1024;

/** Opens a store for so much work and says whether it has a thread. */
async function open(contents: number, sizeBytes: number) {
  const { log, messages } = createMemoryLog();
  const root = await Deno.makeTempDir();
  try {
    const store = await openTransferStore(root, {
      clock: denoClock,
      createHash: createNodeHash,
      files: denoFiles,
      log,
      random: Math.random,
    }, { contents, sizeBytes });
    const bytes = patternBytes(1_000);
    await store.put(contentOf(bytes), bytes, NOWHERE);
    assert.equal(await store.verify(contentOf(patternBytes(1_000))), "present");
    await store.close();
    const isThreaded = !(store instanceof LocalTransferStore);
    return { isThreaded, messages: messages() };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("openTransferStore starts a thread only where there is much to do", async () => {
  const works = [
    [1, 0, false],
    [99, 64 * MIB - 1, false],
    [100, 0, true],
    [1, 64 * MIB, true],
  ] as const;
  for (const [contents, sizeBytes, expected] of works) {
    const { isThreaded, messages } = await open(contents, sizeBytes);
    assert.equal(isThreaded, expected, `${contents}, ${sizeBytes}`);
    assert.deepEqual(messages, []);
  }
});

/** Lets something else stand in for the class of workers meanwhile. */
async function withWorker(
  stand: new (url: URL) => unknown,
  work: () => Promise<void>,
): Promise<void> {
  const { Worker } = globalThis;
  globalThis.Worker = stand as typeof Worker;
  try {
    await work();
  } finally {
    globalThis.Worker = Worker;
  }
}

Deno.test("openTransferStore does without a thread where none can be had", async () => {
  class Forbidden {
    constructor() {
      throw new Deno.errors.NotCapable("Requires read access");
    }
  }
  await withWorker(Forbidden, async () => {
    const { isThreaded, messages } = await open(1_000, 0);
    assert.equal(isThreaded, false);
    assert.deepEqual(messages, [
      "no thread for the store: Requires read access",
    ]);
  });
});

Deno.test("openTransferStore does without a thread whose program cannot be loaded", async () => {
  const { Worker } = globalThis;
  class Broken extends Worker {
    constructor() {
      super("data:application/javascript,throw new Error('cannot load')", {
        type: "module",
      });
    }
  }
  await withWorker(Broken, async () => {
    const { isThreaded, messages } = await open(1_000, 0);
    assert.equal(isThreaded, false);
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? "", /^no thread for the store: .*cannot load/);
  });
});
