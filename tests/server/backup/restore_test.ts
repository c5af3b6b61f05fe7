import assert from "node:assert/strict";
import { type FileSystem, LocalError } from "../../../src/base/mod.ts";
import {
  createRuntime,
  denoFiles,
  openSqlite,
} from "../../../src/platform/mod.ts";
import {
  BLOCK_BYTES,
  tarHeader,
} from "../../../src/server/backup/tar_header.ts";
import { LocalDss } from "../../../src/server/local_dss.ts";
import { LocalStore, namesBelow, uuidOf } from "../../support/local_store.ts";

type Entry = [name: string, bytes: Uint8Array, type?: string];

const SHA256_OF_X =
  "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

async function restore(
  dataDir: string,
  path: string,
  files: FileSystem = denoFiles,
): Promise<void> {
  const runtime = { ...createRuntime(), files };
  await LocalDss.restore({ dataDir, runtime, openDatabase: openSqlite }, path);
}

async function open(dataDir: string): Promise<LocalDss> {
  return await LocalDss.open({
    dataDir,
    runtime: createRuntime(),
    openDatabase: openSqlite,
    version: "1.2.3",
  });
}

/** Whether a directory holds a store without any fault, and whose. */
async function contentOf(dataDir: string): Promise<string[]> {
  using dss = await open(dataDir);
  const options = { olderThanMs: -Infinity };
  assert.deepEqual(await Array.fromAsync(dss.check(options)), []);
  const answer = await dss.handler(
    new Request("http://dss.test/v1/bundles/all?replica=aws"),
  );
  const { bundles } = await answer.json();
  return bundles.map(({ uuid }: { uuid: string }) => uuid);
}

/** A backup of a store with so many bundles. */
async function makeBackup(store: LocalStore, count = 3): Promise<string> {
  for (let number = 0; number < count; number++) {
    const files = [{ name: "a.json", content: `{"n": ${number}}` }];
    await store.add({ uuid: uuidOf(number), files });
  }
  const path = `${store.root}/${count}.tar`;
  await store.dss.backUp(path);
  return path;
}

function header(name: string, sizeBytes: number, type: string): Uint8Array {
  const bytes = tarHeader({ name: "", sizeBytes }, 0);
  bytes.set(new TextEncoder().encode(name));
  return sealed(bytes, type);
}

/** A header with its type and then its checksum set. */
function sealed(bytes: Uint8Array, type: string): Uint8Array {
  bytes[156] = type.charCodeAt(0);
  bytes.fill(0x20, 148, 156);
  const checksum = bytes.reduce((sum, byte) => sum + byte, 0).toString(8);
  bytes.set(new TextEncoder().encode(`${checksum.padStart(6, "0")}\0 `), 148);
  return bytes;
}

function archive(entries: Entry[]): Uint8Array {
  const blocks = entries.flatMap(([name, bytes, type = "0"]) => {
    const padding = (BLOCK_BYTES - bytes.length % BLOCK_BYTES) % BLOCK_BYTES;
    return [header(name, bytes.length, type), bytes, new Uint8Array(padding)];
  });
  return joined([...blocks, new Uint8Array(2 * BLOCK_BYTES)]);
}

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A good archive, without the blocks that end it. */
async function goodFiles(store: LocalStore): Promise<Uint8Array> {
  const bytes = await Deno.readFile(await makeBackup(store));
  return bytes.slice(0, bytes.length - 2 * BLOCK_BYTES);
}

const X = new TextEncoder().encode("x");
const NONE = new Uint8Array();
const HOSTILE: [what: string, added: Entry[], message: string][] = [
  [
    "a name that leads out of it",
    [["blobs/../../evil", X]],
    "the archive holds 'blobs/../../evil', which is not of a backup",
  ],
  [
    "an absolute name",
    [["/tmp/evil", X]],
    "the archive holds '/tmp/evil', which is not of a backup",
  ],
  [
    "a name behind a good one",
    [[`blobs/${SHA256_OF_X}/../../x`, X]],
    `the archive holds 'blobs/${SHA256_OF_X}/../../x', which is not of a backup`,
  ],
  [
    "a symbolic link",
    [[`blobs/${SHA256_OF_X}`, NONE, "2"]],
    "the archive holds more than files",
  ],
  [
    "a hard link",
    [[`blobs/${SHA256_OF_X}`, NONE, "1"]],
    "the archive holds more than files",
  ],
  [
    "a directory",
    [["blobs/", NONE, "5"]],
    "the archive holds more than files",
  ],
  [
    "a device",
    [["blobs/null", NONE, "3"]],
    "the archive holds more than files",
  ],
  [
    "a second database",
    [["dss.sqlite", X]],
    "the archive holds 'dss.sqlite', which is not of a backup",
  ],
  [
    "one content twice",
    [[`blobs/${SHA256_OF_X}`, X], [`blobs/${SHA256_OF_X}`, X]],
    `the archive holds 'blobs/${SHA256_OF_X}' twice`,
  ],
  [
    "a content that the database does not name",
    [[`blobs/${SHA256_OF_X}`, X]],
    "the archive holds 1 contents of no file",
  ],
  [
    "a content under another name",
    [[`blobs/${"0".repeat(64)}`, X]],
    `the archive is damaged: a content is not ${"0".repeat(64)}`,
  ],
];

for (const [what, added, message] of HOSTILE) {
  Deno.test(`a restore of an archive with ${what} is refused and leaves nothing`, async () => {
    await using store = await LocalStore.open();
    const files = await goodFiles(store);
    const path = `${store.root}/evil.tar`;
    await Deno.writeFile(path, joined([files, archive(added)]));
    const before = namesBelow(store.root);
    await assert.rejects(restore(`${store.root}/a/b`, path), { message });
    assert.deepEqual(namesBelow(store.root), before);
    await assert.rejects(Deno.lstat(`${store.root}/a`), Deno.errors.NotFound);
  });
}

const HEADERS: [what: string, change: (bytes: Uint8Array) => void, string][] = [
  [
    "a size beyond all disks",
    (bytes) => bytes.set(new TextEncoder().encode("77777777777"), 124),
    "the archive ends too early",
  ],
  [
    "a size beyond all numbers",
    (bytes) => bytes.fill(0xff, 124, 136),
    "the archive is damaged: a size is not right",
  ],
  [
    "a size that is no number",
    (bytes) => bytes.set(new TextEncoder().encode("12x45678901"), 124),
    "the archive is damaged: a size is not right",
  ],
  [
    "a size below nothing",
    (bytes) => bytes.set(new TextEncoder().encode("-0000000001"), 124),
    "the archive is damaged: a size is not right",
  ],
  [
    "a name in two parts",
    (bytes) => bytes.set(new TextEncoder().encode(".."), 345),
    `the archive holds '../blobs/${SHA256_OF_X}', which is not of a backup`,
  ],
];

for (const [what, change, message] of HEADERS) {
  Deno.test(`a restore of an archive with ${what} is refused and leaves nothing`, async () => {
    await using store = await LocalStore.open();
    const files = await goodFiles(store);
    const bytes = header(`blobs/${SHA256_OF_X}`, 1, "0");
    change(bytes);
    const path = `${store.root}/evil.tar`;
    const end = new Uint8Array(3 * BLOCK_BYTES);
    await Deno.writeFile(path, joined([files, sealed(bytes, "0"), end]));
    await assert.rejects(restore(`${store.root}/new`, path), { message });
    await assert.rejects(Deno.lstat(`${store.root}/new`), Deno.errors.NotFound);
  });
}

Deno.test("a restore refuses databases that are none, or none of a store, or of a newer hca", async () => {
  await using store = await LocalStore.open();
  const path = `${store.root}/evil.tar`;
  const try_ = async (database: Uint8Array): Promise<void> => {
    await Deno.writeFile(path, archive([["dss.sqlite", database]]));
    await restore(`${store.root}/new`, path);
  };
  const made = async (sql: string): Promise<Uint8Array> => {
    const file = `${store.root}/${crypto.randomUUID()}.sqlite`;
    const database = openSqlite(file);
    database.execute(sql);
    database.close();
    return await Deno.readFile(file);
  };
  await assert.rejects(try_(new Uint8Array(9000).fill(120)), {
    name: "IntegrityError",
    message: "the database of the archive is damaged",
  });
  await assert.rejects(try_(await made("CREATE TABLE t (x)")), {
    name: "RefusedError",
    message: `'${path}' is no backup`,
  });
  await assert.rejects(try_(await made("PRAGMA user_version = 3")), {
    name: "IntegrityError",
    message: "the database of the archive is damaged",
  });
  await assert.rejects(try_(await made("PRAGMA user_version = 99")), {
    name: "LocalError",
    message: /has schema version 99/,
  });
  await assert.rejects(Deno.lstat(`${store.root}/new`), Deno.errors.NotFound);
});

Deno.test("of restores at once into one directory one makes the store, and the others say so", async () => {
  await using store = await LocalStore.open();
  const small = await makeBackup(store, 2);
  const large = await makeBackup(store, 5);
  for (let round = 0; round < 5; round++) {
    const dataDir = `${store.root}/new-${round}`;
    const paths = [small, large, small, large];
    const ended = await Promise.allSettled(
      paths.map((path) => restore(dataDir, path)),
    );
    const won = paths.filter((_, at) => ended[at]?.status === "fulfilled");
    assert.equal(won.length, 1);
    for (const one of ended) {
      if (one.status === "fulfilled") continue;
      assert.ok(one.reason instanceof LocalError);
      assert.equal(one.reason.reason, "exists");
    }
    using dss = await open(dataDir);
    assert.equal(dss.counts().bundles, won[0] === small ? 2 : 5);
    const problems = await Array.fromAsync(dss.check());
    assert.deepEqual(problems, []);
    const names = [...Deno.readDirSync(dataDir)].map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name.startsWith("restore")), []);
  }
});

Deno.test("a restore that fails does not touch a store that came meanwhile", async () => {
  await using store = await LocalStore.open();
  const path = await makeBackup(store);
  const cut = `${store.root}/cut.tar`;
  const bytes = await Deno.readFile(path);
  await Deno.writeFile(cut, bytes.slice(0, bytes.length - 1500));
  const dataDir = `${store.root}/new`;
  let isThere = false;
  const files: FileSystem = {
    ...denoFiles,
    async *readChunks(asked, range) {
      yield* denoFiles.readChunks(asked, range);
      if (asked !== cut) return;
      await restore(dataDir, path);
      isThere = true;
    },
  };
  await assert.rejects(restore(dataDir, cut, files), {
    message: "the archive ends too early",
  });
  assert.ok(isThere);
  assert.equal((await contentOf(dataDir)).length, 3);
});

Deno.test("a restore that is ended at any point leaves no store or a whole one, and can be done again", async () => {
  await using store = await LocalStore.open();
  const path = await makeBackup(store, 2);
  let isWhole = false;
  for (let count = 1; !isWhole; count++) {
    assert.ok(count < 200);
    const dataDir = `${store.root}/new-${count}`;
    let left = count;
    // From some point on nothing is done any more, cleaning up included.
    const step = <T>(work: () => Promise<T>): Promise<T> =>
      --left < 0 ? Promise.reject(new LocalError("killed")) : work();
    const files: FileSystem = {
      ...denoFiles,
      create: (at, options) => step(() => denoFiles.create(at, options)),
      createDirectory: (at) => step(() => denoFiles.createDirectory(at)),
      makeDirectory: (at, options) =>
        step(() => denoFiles.makeDirectory(at, options)),
      rename: (from, to) => step(() => denoFiles.rename(from, to)),
      link: (from, to) => step(() => denoFiles.link(from, to)),
      remove: (at, options) => step(() => denoFiles.remove(at, options)),
      syncDirectory: (at) => step(() => denoFiles.syncDirectory(at)),
    };
    isWhole = await restore(dataDir, path, files).then(
      () => true,
      (error) => {
        assert.equal(error.message, "killed");
        return false;
      },
    );
    if (!await LocalDss.exists(denoFiles, dataDir)) {
      await restore(dataDir, path);
    }
    using dss = await open(dataDir);
    assert.equal(dss.counts().bundles, 2);
    const found = await Array.fromAsync(
      dss.check({ removesLeftovers: true, olderThanMs: -Infinity }),
    );
    assert.ok(found.every(({ isRemoved }) => isRemoved));
    assert.equal((await contentOf(dataDir)).length, 2);
  }
});

Deno.test("a restore refuses a directory in which remains would be taken for its own", async () => {
  await using store = await LocalStore.open();
  const path = await makeBackup(store);
  const dataDir = `${store.root}/new`;
  await Deno.mkdir(dataDir);
  await Deno.writeTextFile(`${dataDir}/dss.sqlite-wal`, "x");
  await assert.rejects(restore(dataDir, path), {
    name: "LocalError",
    reason: "exists",
    message: `'${dataDir}' holds remains of a store`,
  });
  await LocalDss.reset(denoFiles, dataDir);
  await restore(dataDir, path);
  assert.equal((await contentOf(dataDir)).length, 3);
});

Deno.test("a restored store is its owner's only", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using store = await LocalStore.open();
  const dataDir = `${store.root}/new`;
  await restore(dataDir, await makeBackup(store));
  const modeOf = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;
  assert.equal(modeOf(dataDir), 0o700);
  assert.equal(modeOf(`${dataDir}/dss.sqlite`), 0o600);
});

Deno.test("a store with a content that has changed is not backed up", async () => {
  await using store = await LocalStore.open();
  const first = await makeBackup(store);
  const [name = ""] = store.blobFiles();
  const path = `${store.dataDir}/blobs/${name}`;
  const size = (await Deno.stat(path)).size;
  await Deno.writeTextFile(path, "y".repeat(size));
  const before = namesBelow(store.root);
  await assert.rejects(store.dss.backUp(first), {
    name: "IntegrityError",
    message: `the content ${
      name.slice(-64)
    } of the store is missing or damaged`,
  });
  assert.deepEqual(namesBelow(store.root), before);
  // What was there before is as it was.
  await restore(`${store.root}/new`, first);
});

Deno.test("a backup for which there is no room leaves nothing", async () => {
  let isFull = false;
  const files: FileSystem = {
    ...denoFiles,
    create: async (path, options) => {
      const file = await denoFiles.create(path, options);
      return {
        ...file,
        write: (bytes) =>
          isFull && bytes.length !== BLOCK_BYTES
            ? Promise.reject(new LocalError("full", { reason: "no_space" }))
            : file.write(bytes),
      };
    },
  };
  await using store = await LocalStore.open({ files });
  await makeBackup(store);
  isFull = true;
  const before = namesBelow(store.root);
  await assert.rejects(store.dss.backUp(`${store.root}/new.tar`), {
    reason: "no_space",
  });
  assert.deepEqual(namesBelow(store.root), before);
});
