import assert from "node:assert/strict";
import { denoFiles } from "../../src/platform/mod.ts";
import { LocalStore, uuidOf } from "../support/local_store.ts";
import { openDss } from "./_secured_store.ts";

const NO_MODES = Deno.build.os === "windows";

function modeOf(path: string): string {
  return ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8);
}

Deno.test(
  "a new store is its owner's only, with all that SQLite puts beside it",
  {
    ignore: NO_MODES,
  },
  async () => {
    await using store = await LocalStore.open();
    await store.add({ uuid: uuidOf(1) });
    assert.equal(modeOf(store.dataDir), "700");
    for (const suffix of ["", "-wal", "-shm"]) {
      assert.equal(
        modeOf(`${store.dataDir}/dss.sqlite${suffix}`),
        "600",
        suffix,
      );
    }
  },
);

Deno.test("a copy that a backup is made of is its owner's only", {
  ignore: NO_MODES,
}, async () => {
  const modes = new Set<string>();
  let dataDir = "";
  const files: typeof denoFiles = {
    ...denoFiles,
    rename: (from, to) => {
      for (const { name } of dataDir ? Deno.readDirSync(dataDir) : []) {
        if (name.startsWith("backup-")) modes.add(modeOf(`${dataDir}/${name}`));
      }
      return denoFiles.rename(from, to);
    },
  };
  await using store = await LocalStore.open({ files });
  await store.add({ uuid: uuidOf(1) });
  dataDir = store.dataDir;
  await store.dss.backUp(`${store.root}/store.tar`);
  assert.deepEqual([...modes], ["600"]);
});

const MODES: [was: number, becomes: string][] = [
  [0o644, "600"],
  [0o666, "660"],
  [0o664, "660"],
  [0o660, "660"],
  [0o600, "600"],
  [0o640, "600"],
];

for (const [was, becomes] of MODES) {
  Deno.test(
    `opening a store gives a database with mode ${
      was.toString(8)
    } the mode ${becomes}`,
    {
      ignore: NO_MODES,
    },
    async () => {
      await using store = await LocalStore.open();
      const path = `${store.dataDir}/dss.sqlite`;
      for (const suffix of ["", "-wal"]) Deno.chmodSync(path + suffix, was);
      Deno.chmodSync(store.dataDir, 0o755);
      await store.reopen();
      for (const suffix of ["", "-wal"]) {
        assert.equal(modeOf(path + suffix), becomes, suffix);
      }
      // A directory that was there is somebody's choice.
      assert.equal(modeOf(store.dataDir), "755");
    },
  );
}

Deno.test("many who open a store that is not there yet all get the one that is made", async () => {
  await using store = await LocalStore.open();
  const place = { clock: store.clock, dataDir: `${store.root}/new/store` };
  const opened = await Promise.all(
    Array.from({ length: 8 }, () => openDss(place)),
  );
  const [first, last] = [opened[0], opened.at(-1)];
  assert.ok(first !== undefined && last !== undefined);
  await store.add({ uuid: uuidOf(1) }, first);
  assert.equal(last.counts().bundles, 1);
  for (const dss of opened) dss[Symbol.dispose]();
});
