import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import {
  changeConfigFile,
  type LockTools,
  setConfigValue,
  unsetConfigValue,
} from "../../src/config/mod.ts";
import { denoClock, denoFiles } from "../../src/platform/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { dieAfter, failOnce, MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog } from "../support/memory_log.ts";

import { stillClock } from "./_still_clock.ts";

const PATH = "/home/hca/config.json";
const BEFORE =
  '{"z": {"y": 1.0, "x": 12345678901234567890}, "list": {"$append": 4}, "a": "é"}';
const AFTER = `{
  "z": {
    "y": 1.0,
    "x": 12345678901234567890
  },
  "list": {
    "$append": 4
  },
  "a": "new"
}
`;

function toolsOf(files: MemoryFiles) {
  const clock = new FakeClock({ skips: () => true });
  files.now = () => clock.now();
  const { log, messages } = createMemoryLog();
  let draws = 0;
  const random = () => (++draws % 9973) / 9973;
  const tools: LockTools = { files, clock, random, log };
  return { tools, clock, messages };
}

const setA = (own: JsonObject) => setConfigValue(own, ["a"], "new");

function names(files: MemoryFiles): string[] {
  return [...files.contents().keys()].sort();
}

Deno.test("changeConfigFile touches one key and keeps the rest: order, digits, operators", async () => {
  const files = new MemoryFiles();
  files.put(PATH, BEFORE);
  const { tools } = toolsOf(files);
  assert.equal(await changeConfigFile(tools, PATH, setA), true);
  assert.equal(files.text(PATH), AFTER);
  assert.equal((await files.stat(PATH))?.mode, 0o600);
  assert.deepEqual(names(files), [PATH]);
});

Deno.test("changeConfigFile makes the file and its folders private", async () => {
  const files = new MemoryFiles();
  const { tools } = toolsOf(files);
  await changeConfigFile(tools, PATH, setA);
  assert.equal(files.text(PATH), '{\n  "a": "new"\n}\n');
  assert.equal((await files.stat(PATH))?.mode, 0o600);
  assert.equal((await files.stat("/home/hca"))?.mode, 0o700);
  assert.deepEqual(names(files), [PATH]);
});

Deno.test("changeConfigFile writes nothing, and no folder, when nothing changes", async () => {
  const files = new MemoryFiles();
  const { tools } = toolsOf(files);
  const unset = (own: JsonObject) => unsetConfigValue(own, ["nothing"]);
  assert.equal(await changeConfigFile(tools, PATH, unset), false);
  assert.deepEqual(names(files), []);
  assert.equal(await files.stat("/home"), undefined);
  files.put(PATH, BEFORE);
  assert.equal(await changeConfigFile(tools, PATH, unset), false);
  assert.equal(files.text(PATH), BEFORE);
});

for (const text of ['{"a": 1', "", "[]", "\0", '{"a": 1}}']) {
  Deno.test(`changeConfigFile leaves a file that holds ${JSON.stringify(text)}`, async () => {
    const files = new MemoryFiles();
    files.put(PATH, text);
    const { tools } = toolsOf(files);
    await assert.rejects(changeConfigFile(tools, PATH, setA), {
      name: "LocalError",
      path: PATH,
    });
    assert.equal(files.text(PATH), text);
    assert.deepEqual(names(files), [PATH]);
  });
}

Deno.test("changeConfigFile leaves a file that another process broke while it waited", async () => {
  const files = new MemoryFiles();
  files.put(PATH, BEFORE);
  const { tools } = toolsOf(files);
  files.failures = (operation) => {
    if (operation === `create ${PATH}.lock`) files.put(PATH, "{");
    return undefined;
  };
  await assert.rejects(changeConfigFile(tools, PATH, setA), {
    name: "LocalError",
  });
  assert.equal(files.text(PATH), "{");
  assert.deepEqual(names(files), [PATH]);
});

Deno.test("changeConfigFile leaves a file whose numbers it could not write", async () => {
  const files = new MemoryFiles();
  files.put(PATH, '{"huge": 1e999}');
  const { tools } = toolsOf(files);
  await assert.rejects(changeConfigFile(tools, PATH, setA), {
    name: "LocalError",
    message:
      `configuration file '${PATH}' holds what cannot be written as JSON`,
  });
  assert.equal(files.text(PATH), '{"huge": 1e999}');
  assert.deepEqual(names(files), [PATH]);
});

Deno.test("changeConfigFile shows the old content or the new one, whichever step fails", async () => {
  const all = new MemoryFiles();
  all.put(PATH, BEFORE);
  await changeConfigFile(toolsOf(all).tools, PATH, setA);
  const steps = all.operations.length;
  assert.ok(steps > 15, String(steps));
  const sync = "syncDirectory /home/hca";
  let failed = 0;
  for (let step = 1; step <= steps; step++) {
    const files = new MemoryFiles({ failures: failOnce(step, "no_space") });
    files.put(PATH, BEFORE);
    const { tools } = toolsOf(files);
    const failure = await changeConfigFile(tools, PATH, setA)
      .then(() => undefined, (error) => error);
    const text = files.text(PATH);
    if (failure === undefined) assert.equal(text, AFTER, `step ${step}`);
    else {
      failed++;
      assert.equal(failure.name, "LocalError");
      // Only the sync of the directory comes after the new name is there.
      const isLate = all.operations[step - 1] === sync;
      assert.equal(text, isLate ? AFTER : BEFORE, `step ${step}`);
    }
    // When only the lock could not be given back, it stays and grows stale.
    // The directory is looked at for what others left there.
    const last = all.operations.lastIndexOf("list /home/hca");
    assert.ok(last > all.operations.indexOf(sync));
    const isRelease = step > last + 1;
    const left = names(files).filter((name) => name !== PATH);
    assert.deepEqual(left, isRelease ? [`${PATH}.lock`] : [], `step ${step}`);
  }
  assert.ok(failed > 10, String(failed));
});

Deno.test("changeConfigFile leaves a whole file after a power cut at any step, and the next change works", async () => {
  const all = new MemoryFiles();
  all.put(PATH, BEFORE);
  await changeConfigFile(toolsOf(all).tools, PATH, setA);
  for (let step = 0; step <= all.operations.length; step++) {
    const files = new MemoryFiles({ failures: dieAfter(step) });
    files.put(PATH, BEFORE);
    const { tools, clock } = toolsOf(files);
    await changeConfigFile(tools, PATH, setA).catch(() => {});
    const bytes = files.contents({ durable: true }).get(PATH);
    const text = new TextDecoder().decode(bytes);
    assert.ok(text === BEFORE || text === AFTER, `step ${step}: ${text}`);
    files.failures = () => undefined;
    await clock.sleep(11_000);
    const setB = (own: JsonObject) => setConfigValue(own, ["b"], 1);
    assert.equal(await changeConfigFile(tools, PATH, setB), true);
    assert.match(files.text(PATH) ?? "", /"b": 1\n}\n$/);
    assert.equal(names(files).includes(`${PATH}.lock`), false);
  }
});

Deno.test("changeConfigFile loses no key of thirty writers at once", async () => {
  const files = new MemoryFiles();
  const tools = { ...toolsOf(files).tools, clock: stillClock };
  const keys = Array.from({ length: 30 }, (_, at) => `key${at}`);
  await Promise.all(keys.map((key) =>
    changeConfigFile(
      tools,
      PATH,
      (own) => setConfigValue(own, ["section", key], key),
    )
  ));
  const { section } = JSON.parse(files.text(PATH) ?? "");
  assert.deepEqual(Object.keys(section).sort(), [...keys].sort());
  assert.deepEqual(names(files), [PATH]);
});

Deno.test("changeConfigFile says that a symbolic link becomes a file", async () => {
  const files = new MemoryFiles();
  files.put("/dotfiles/hca.json", BEFORE);
  files.putLink("/dotfiles/hca.json", PATH);
  const { tools, messages } = toolsOf(files);
  await changeConfigFile(tools, PATH, setA);
  assert.deepEqual(messages("WARNING"), [
    `configuration file '${PATH}' was a symbolic link; it is now a file`,
  ]);
  assert.equal((await files.lstat(PATH))?.kind, "file");
  assert.equal(files.text(PATH), AFTER);
  assert.equal(files.text("/dotfiles/hca.json"), BEFORE);
});

Deno.test({
  name: "changeConfigFile never replaces a device",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const directory = await Deno.makeTempDir();
    try {
      const path = `${directory}/config.json`;
      await Deno.symlink("/dev/null", path);
      const { log } = createMemoryLog();
      const tools = {
        files: denoFiles,
        clock: denoClock,
        random: Math.random,
        log,
      };
      await assert.rejects(changeConfigFile(tools, path, setA), {
        name: "LocalError",
        message: `configuration file '${path}' is no regular file`,
      });
      assert.ok((await Deno.lstat(path)).isSymlink);
      const unset = (own: JsonObject) => unsetConfigValue(own, ["a"]);
      assert.equal(await changeConfigFile(tools, path, unset), false);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "changeConfigFile makes real files 0600 and folders 0700",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const directory = await Deno.makeTempDir();
    const umask = Deno.umask(0);
    try {
      const path = `${directory}/config/hca/config.json`;
      const { log } = createMemoryLog();
      const tools = {
        files: denoFiles,
        clock: denoClock,
        random: Math.random,
        log,
      };
      await changeConfigFile(tools, path, setA);
      const mode = (name: string) => (Deno.statSync(name).mode ?? 0) & 0o777;
      assert.equal(mode(path), 0o600);
      assert.equal(mode(`${directory}/config/hca`), 0o700);
      assert.equal(mode(`${directory}/config`), 0o700);
      // A file that was open to others is not any more.
      await Deno.chmod(path, 0o666);
      await changeConfigFile(tools, path, setA);
      assert.equal(mode(path), 0o600);
      assert.deepEqual(
        [...Deno.readDirSync(`${directory}/config/hca`)].map(({ name }) =>
          name
        ),
        ["config.json"],
      );
    } finally {
      Deno.umask(umask);
      await Deno.remove(directory, { recursive: true });
    }
  },
});
