/**
 * What every store of a transfer does, whichever thread works on it.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  type HcaError,
  IntegrityError,
  LocalError,
  silentLog,
} from "../../src/base/mod.ts";
import { denoClock, denoFiles } from "../../src/platform/mod.ts";
import {
  LocalTransferStore,
  type Placing,
  type TransferStore,
} from "../../src/store/mod.ts";
import { openTransferStore } from "../../src/thread/mod.ts";
import { createNodeHash } from "../support/node_hash.ts";
import {
  contentOf,
  createStoreCase,
  DOWNLOAD_DIR,
  NOWHERE,
  patternBytes,
  rejection,
} from "../store/_store_case.ts";
import { overChannel } from "../thread/_channel.ts";

interface Subject {
  /** A store that is used and closed. */
  store: TransferStore;
  /** Opens the same directory again, as the next run does. */
  reopen(): Promise<TransferStore>;
  /** The download directory. */
  root: string;
  /** The content of a file; undefined if there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Puts a file there. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Every file below the download directory, in order. */
  files(): Promise<string[]>;
}

type Work = (subject: Subject) => Promise<void>;

const SUBJECTS: Record<string, (work: Work) => Promise<void>> = {
  "in memory": (work) => inMemory((store) => Promise.resolve(store), work),
  "in memory, over a channel": (work) =>
    inMemory((store) => Promise.resolve(overChannel(store)), work),
  "on disk": (work) => onDisk(false, work),
  "on disk, in a worker": (work) => onDisk(true, work),
};

async function inMemory(
  wrap: (store: TransferStore) => Promise<TransferStore>,
  work: Work,
): Promise<void> {
  const { files, runtime, store } = createStoreCase();
  const opened = [await wrap(store)];
  const [first] = opened;
  assert.ok(first);
  try {
    await work({
      store: first,
      reopen: async () => {
        const next = await wrap(new LocalTransferStore(DOWNLOAD_DIR, runtime));
        opened.push(next);
        return next;
      },
      root: DOWNLOAD_DIR,
      read: (path) => Promise.resolve(files.contents().get(path)),
      write: (path, bytes) => Promise.resolve(files.put(path, bytes)),
      files: () => Promise.resolve([...files.contents().keys()].sort()),
    });
  } finally {
    for (const store of opened) await store.close();
  }
}

async function onDisk(isThreaded: boolean, work: Work): Promise<void> {
  const root = await Deno.makeTempDir();
  const runtime = {
    clock: denoClock,
    createHash: createNodeHash,
    files: denoFiles,
    log: silentLog,
    random: Math.random,
  };
  const much = isThreaded ? 1e6 : 1;
  const opened: TransferStore[] = [];
  const open = async () => {
    const next = await openTransferStore(root, runtime, {
      contents: much,
      sizeBytes: 0,
    });
    assert.equal(next instanceof LocalTransferStore, !isThreaded);
    opened.push(next);
    return next;
  };
  try {
    await work({
      store: await open(),
      reopen: open,
      root,
      read: (path) => Deno.readFile(path).catch(() => undefined),
      write: async (path, bytes) => {
        await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
        await Deno.writeFile(path, bytes);
      },
      files: () => filesBelow(root),
    });
  } finally {
    for (const store of opened) await store.close();
    await Deno.remove(root, { recursive: true });
  }
}

async function filesBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) found.push(...await filesBelow(path));
    else found.push(path);
  }
  return found.sort();
}

function contract(name: string, work: Work): void {
  for (const [subject, withSubject] of Object.entries(SUBJECTS)) {
    Deno.test(`a transfer store ${subject} ${name}`, () => withSubject(work));
  }
}

const BYTES = patternBytes(300_000);
const CONTENT = contentOf(BYTES);

/** Where a content shall stand. */
function at(...targets: string[]): Placing {
  return { targets, force: false };
}

contract("has a content that was put, at all its places", async (subject) => {
  const { store, root, read } = subject;
  assert.equal(await store.state(CONTENT), "absent");
  const targets = [`${root}/a/f`, `${root}/b/c/g`];
  assert.equal(
    await store.put(CONTENT, BYTES.slice(), at(...targets)),
    "linked",
  );
  await store.settle();
  assert.equal(await store.state(CONTENT), "present");
  assert.equal(await store.verify(CONTENT), "present");
  const path = store.pathOf(CONTENT.sha256);
  assert.ok(path.startsWith(`${root}/.hca/v2/files_2_4/`));
  assert.ok(path.endsWith(`/${CONTENT.sha256}`));
  for (const place of [path, ...targets]) {
    assert.deepEqual(await read(place), BYTES);
  }
  assert.deepEqual(await subject.files(), [path, ...targets].sort());
});

contract("keeps nothing that has another SHA-256", async (subject) => {
  const { store } = subject;
  const wrong = patternBytes(300_000, 2);
  const message = `has the SHA-256 ${contentOf(wrong).sha256} instead of ` +
    CONTENT.sha256;
  const put = await rejection(store.put(CONTENT, wrong.slice(), NOWHERE));
  assert.ok(put instanceof IntegrityError);
  assert.equal(put.message, message);
  const part = await store.open(CONTENT);
  await part.write(0, wrong.slice());
  const published = await rejection(part.publish(NOWHERE));
  assert.ok(published instanceof IntegrityError);
  assert.equal(published.message, message);
  assert.deepEqual(await subject.files(), []);
});

contract(
  "takes pieces in any order and gives their buffers back",
  async (subject) => {
    const { store, root, read } = subject;
    const part = await store.open(CONTENT);
    assert.deepEqual([part.found, part.foundEtag], [[], undefined]);
    const piece = (start: number, end: number) => {
      // A buffer that is bigger than what is in it, as at the end of an answer.
      const buffer = new ArrayBuffer(131_072);
      const bytes = new Uint8Array(buffer, 0, end - start);
      bytes.set(BYTES.subarray(start, end));
      return part.write(start, bytes);
    };
    const buffers = await Promise.all([
      piece(200_000, 300_000),
      piece(0, 100_000),
      piece(100_000, 200_000),
    ]);
    assert.deepEqual(buffers.map(({ byteLength }) => byteLength), [
      ...[131_072, 131_072, 131_072],
    ]);
    assert.equal(await part.publish(at(`${root}/a/f`)), "linked");
    assert.deepEqual(await read(`${root}/a/f`), BYTES);
    assert.deepEqual(
      await subject.files(),
      [
        store.pathOf(CONTENT.sha256),
        `${root}/a/f`,
      ].sort(),
    );
  },
);

contract("takes up a part that was suspended", async (subject) => {
  const { store } = subject;
  const part = await store.open(CONTENT);
  part.setEtag('"one"');
  await part.write(50_000, BYTES.slice(50_000, 100_000));
  await part.suspend();
  assert.equal(await store.leftoverBytes(CONTENT), 50_000);
  const next = await subject.reopen();
  const again = await next.open(CONTENT);
  assert.deepEqual(again.found, [{ start: 50_000, end: 100_000 }]);
  assert.equal(again.foundEtag, '"one"');
  await again.write(0, BYTES.slice(0, 50_000));
  await again.write(100_000, BYTES.slice(100_000));
  await again.publish(NOWHERE);
  assert.equal(await next.verify(CONTENT), "present");
  assert.deepEqual(await subject.files(), [next.pathOf(CONTENT.sha256)]);
});

contract(
  "begins anew when it is told to, and when a part is",
  async (subject) => {
    const { store } = subject;
    const part = await store.open(CONTENT);
    await part.write(0, patternBytes(1_000, 9));
    await part.suspend();
    const fresh = await store.open(CONTENT, { fresh: true });
    assert.deepEqual(fresh.found, []);
    await fresh.write(0, patternBytes(1_000, 9));
    await fresh.restart('"two"');
    await fresh.write(0, BYTES.slice());
    await fresh.publish(NOWHERE);
    assert.equal(await store.verify(CONTENT), "present");
    assert.deepEqual(await subject.files(), [store.pathOf(CONTENT.sha256)]);
  },
);

contract("removes a part that is discarded", async (subject) => {
  const part = await subject.store.open(CONTENT);
  await part.write(0, BYTES.slice(0, 1_000));
  await part.discard();
  assert.deepEqual(await subject.files(), []);
  assert.equal(await subject.store.leftoverBytes(CONTENT), 0);
});

contract(
  "overwrites another content only when that is forced, and says what to do",
  async (subject) => {
    const { store, root, read, write } = subject;
    const target = `${root}/a/f`;
    await write(target, patternBytes(10, 5));
    const isRight = (error: HcaError) => {
      assert.ok(error instanceof LocalError);
      assert.equal(error.reason, "exists");
      assert.equal(error.path, target);
      assert.equal(
        error.message,
        `'${target}' exists with another content and is not overwritten`,
      );
      assert.match(error.hint ?? "", /--force/);
    };
    isRight(await rejection(store.put(CONTENT, BYTES.slice(), at(target))));
    // The content itself is there now.
    assert.equal(await store.state(CONTENT), "present");
    isRight(await rejection(store.place(CONTENT, at(target))));
    assert.deepEqual(await read(target), patternBytes(10, 5));
    const forced = { targets: [target], force: true };
    assert.equal(await store.place(CONTENT, forced), "linked");
    assert.equal(await store.place(CONTENT, at(target)), "there");
    assert.deepEqual(await read(target), BYTES);
  },
);

contract(
  "tells a damaged content by its size, and by its bytes when it reads them",
  async (subject) => {
    const { store, write } = subject;
    const path = store.pathOf(CONTENT.sha256);
    await write(path, BYTES.subarray(1));
    assert.equal(await store.state(CONTENT), "damaged");
    assert.equal(await store.verify(CONTENT), "damaged");
    await write(path, patternBytes(300_000, 2));
    assert.equal(await store.state(CONTENT), "present");
    assert.equal(await store.verify(CONTENT), "damaged");
    await store.put(CONTENT, BYTES.slice(), NOWHERE);
    assert.equal(await store.verify(CONTENT), "present");
  },
);

contract(
  "is empty until it is prepared, which leaves nothing in it",
  async (subject) => {
    const { store } = subject;
    assert.equal(await store.isEmpty(), true);
    await store.prepare();
    assert.equal(await store.isEmpty(), false);
    assert.deepEqual(await subject.files(), []);
    const freeBytes = await store.freeBytes();
    assert.ok(freeBytes === undefined || freeBytes > 0);
  },
);

contract("cannot be prepared where a file is in the way", async (subject) => {
  const { store, root, write } = subject;
  await write(`${root}/.hca`, patternBytes(1));
  assert.equal(await store.isEmpty(), true);
  const error = await rejection(store.prepare());
  assert.ok(error instanceof LocalError);
  assert.equal(error.reason, "not_directory");
  assert.equal(error.path, `${root}/.hca`);
});

contract("does many things at once", async (subject) => {
  const { store, root, read } = subject;
  const contents = Array.from(
    { length: 60 },
    (_, seed) => patternBytes(2_000, seed + 1),
  );
  await Promise.all(contents.map(async (bytes, number) => {
    const content = contentOf(bytes);
    const placing = at(`${root}/b/${number}`);
    if (number % 2 === 0) {
      return await store.put(content, bytes.slice(), placing);
    }
    const part = await store.open(content);
    await part.write(1_000, bytes.slice(1_000));
    await part.write(0, bytes.slice(0, 1_000));
    return await part.publish(placing);
  }));
  await store.settle();
  for (const [number, bytes] of contents.entries()) {
    assert.deepEqual(await read(`${root}/b/${number}`), bytes);
  }
  assert.equal((await subject.files()).length, 120);
});
