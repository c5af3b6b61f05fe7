import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import type { LineCompletion } from "../../src/terminal/mod.ts";
import type { TestEnvironment } from "../support/test_environment.ts";
import { settle } from "../support/fake_clock.ts";
import { A, SessionCompletion, V1, wordsOf } from "./_session_completion.ts";

async function someFiles(hca: TestEnvironment): Promise<void> {
  for (
    const path of [
      ...["data/one.json", "data/two words.json", "data/.hidden"],
      ...["data/inner/x", "script.hca", ".profile", ".config/y", "-dash"],
    ]
  ) await hca.write(path, "");
  await hca.write(`${hca.root}/home/mine/file`, "");
}

/** Lines up to the cursor, and all the words that are offered. */
const OFFERED: [line: string, words: string[]][] = [
  ["source ", ["./-dash", "data/", "script.hca"]],
  ["source scr", ["script.hca"]],
  ["source data/", ["data/inner/", "data/one.json", "data/two words.json"]],
  ["source 'data/two w", ["data/two words.json"]],
  ["source data/two\\ w", ["data/two words.json"]],
  ["source .", [".config/", ".profile"]],
  ["source ..", ["../"]],
  ["source ../", ["../home/", "../work/"]],
  ["source data/.", ["data/.hidden"]],
  ["source data/inner/../o", ["data/inner/../one.json"]],
  ["source missing/", []],
  ["source script.hca/", []],
  ["use dir ", ["data/"]],
  ["use dir data/", ["data/inner/"]],
  ["download --download-dir da", ["data/"]],
  ["download --download-dir=data/", ["--download-dir=data/inner/"]],
  ["verify scr", ["script.hca"]],
  ["post-search --es-query @data/o", ["@data/one.json"]],
  ["post-search --es-query=@scr", ["--es-query=@script.hca"]],
  ["last > data/o", ["data/one.json"]],
  ["last >> ", ["./-dash", "data/", "script.hca"]],
  ["get-bundle x > scr", ["script.hca"]],
  ["last | cat > scr", []],
];

for (const [line, words] of OFFERED) {
  Deno.test(`${line}⇥ in a session offers the paths ${words.join(" ") || "none"}`, async () => {
    await using test = await SessionCompletion.create({ prepare: someFiles });
    assert.deepEqual(await test.words(line), words);
  });
}

Deno.test("~ is the home, and stays in the line", async () => {
  await using test = await SessionCompletion.create({
    prepare: async (hca) => {
      await someFiles(hca);
      await hca.write("~/here", "");
    },
  });
  assert.deepEqual(await test.words("source ~"), ["~/"]);
  assert.deepEqual(await test.words("source ~/mi"), ["~/mine/"]);
  assert.deepEqual(await test.words("source ~/mine/"), ["~/mine/file"]);
  assert.deepEqual(await test.words("use dir ~/mi"), ["~/mine/"]);
  // In quotes it is a name like any other.
  assert.deepEqual(await test.words("source '~/"), ["~/here"]);
  assert.ok((await test.words("source ")).includes("./~/"));
});

Deno.test("references in a path are replaced by what they stand for", async () => {
  await using test = await SessionCompletion.create({
    prepare: async (hca) => {
      await hca.write(`out/${A}.${V1}/cell.json`, "");
    },
  });
  test.show({ bundle_fqid: `${A}.${V1}` });
  assert.deepEqual(await test.words("source out/$_/ce"), [
    `out/${A}.${V1}/cell.json`,
  ]);
});

Deno.test(
  "a link to a directory is a directory, and one that leads nowhere a name",
  {
    ignore: Deno.build.os === "windows",
  },
  async () => {
    await using test = await SessionCompletion.create({ prepare: someFiles });
    const { hca } = test;
    await Deno.symlink(hca.path("data"), hca.path("link"));
    await Deno.symlink(hca.path("gone"), hca.path("lost"));
    assert.deepEqual(await test.words("source l"), ["link/", "lost"]);
    assert.deepEqual(await test.words("use dir l"), ["link/"]);
  },
);

Deno.test("the menu shows names without their directory", async () => {
  await using test = await SessionCompletion.create({ prepare: someFiles });
  const { candidates } = await test.complete("verify --download-dir=data/");
  assert.deepEqual(candidates.map(({ label }) => label), ["inner/"]);
});

Deno.test("a directory that cannot be read has no names, and nothing is said", async () => {
  await using test = await SessionCompletion.create();
  test.hca.runtime.files.list = (path) =>
    Promise.reject(
      new LocalError("no", { path, reason: "permission" }),
    );
  assert.deepEqual(await test.words("source x"), []);
  assert.equal(test.hca.terminal.errText, "");
});

Deno.test("a slow directory is answered later", async () => {
  await using test = await SessionCompletion.create({ prepare: someFiles });
  const { files } = test.hca.runtime;
  const listing = Promise.withResolvers<void>();
  const { list } = files;
  files.list = async (path) => {
    await listing.promise;
    return await list(path);
  };
  const late: LineCompletion[] = [];
  const first = test.complete("source da", undefined, (it) => late.push(it));
  await settle();
  await test.clock.advance(1000);
  assert.deepEqual(await first, {
    ...{ start: 7, candidates: [], isPartial: true },
  });
  assert.equal(late.length, 0);
  listing.resolve();
  await settle();
  assert.deepEqual(late.map(wordsOf), [["data/"]]);
  assert.equal(late[0]?.isPartial, undefined);
});
