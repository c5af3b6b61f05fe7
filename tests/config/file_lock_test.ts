import assert from "node:assert/strict";
import { CancelledError, LocalError } from "../../src/base/mod.ts";
import { type LockTools, withFileLock } from "../../src/config/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { failEvery, MemoryFiles } from "../support/memory_files.ts";
import { createMemoryLog, type MemoryLog } from "../support/memory_log.ts";

import { stillClock } from "./_still_clock.ts";

const PATH = "/home/config.json.lock";

interface World {
  files: MemoryFiles;
  clock: FakeClock;
  log: MemoryLog;
  tools: LockTools;
}

function world(): World {
  const files = new MemoryFiles({ currentDirectory: "/home" });
  const clock = new FakeClock({ skips: () => true });
  files.now = () => clock.now();
  const log = createMemoryLog();
  let draws = 0;
  const random = () => (++draws % 97) / 97;
  return { files, clock, log, tools: { files, clock, random, log: log.log } };
}

Deno.test("withFileLock holds a private lock file during the work only", async () => {
  const { files, clock, tools } = world();
  const result = await withFileLock(tools, PATH, async (lock) => {
    await lock.check();
    assert.equal((await files.stat(PATH))?.mode, 0o600);
    return 42;
  });
  assert.equal(result, 42);
  assert.deepEqual([...files.contents().keys()], []);
  assert.deepEqual(clock.delays, []);
});

Deno.test("withFileLock lets the work's error through and gives the lock back", async () => {
  const { files, tools } = world();
  const failure = new Error("no");
  await assert.rejects(
    withFileLock(tools, PATH, () => Promise.reject(failure)),
    failure,
  );
  assert.deepEqual([...files.contents().keys()], []);
});

Deno.test("withFileLock runs the work of twenty one at a time", async () => {
  const { files, tools: { ...tools } } = world();
  tools.clock = stillClock;
  let inside = 0;
  let done = 0;
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withFileLock(tools, PATH, async () => {
        assert.equal(++inside, 1);
        for (let turn = 0; turn < 5; turn++) await files.stat("/home");
        inside--;
        done++;
      })),
  );
  assert.equal(done, 20);
  assert.deepEqual([...files.contents().keys()], []);
});

Deno.test("withFileLock takes over a lock of more than 10 seconds at once", async () => {
  const { files, clock, tools, log } = world();
  files.put(PATH, "dead");
  await clock.sleep(10_001);
  clock.delays.length = 0;
  await withFileLock(tools, PATH, () => Promise.resolve());
  assert.deepEqual(clock.delays, []);
  assert.deepEqual([...files.contents().keys()], []);
  assert.deepEqual(log.messages("DEBUG"), [`removed the stale lock '${PATH}'`]);
});

Deno.test("withFileLock waits as long as it is told to", async () => {
  const { files, clock, tools, log } = world();
  files.put(PATH, "other");
  const options = { staleMs: 60_000, patienceMs: 500 };
  await clock.sleep(59_000);
  await assert.rejects(
    withFileLock(tools, PATH, () => Promise.resolve(), options),
    { name: "LocalError", reason: "busy" },
  );
  const waitedMs = clock.elapsed() - 59_000;
  assert.ok(waitedMs > 500 && waitedMs < 600, String(waitedMs));
  assert.equal(files.text(PATH), "other");
  assert.deepEqual(log.messages(), []);
  await clock.sleep(1_000);
  await withFileLock(tools, PATH, () => Promise.resolve(), options);
  assert.deepEqual([...files.contents().keys()], []);
});

Deno.test("withFileLock lets one of many take over a stale lock", async () => {
  const { files, tools: { ...tools } } = world();
  tools.clock = stillClock;
  files.now = () => stillClock.now() - 60_000;
  files.put(PATH, "dead");
  files.now = () => stillClock.now();
  let inside = 0;
  await Promise.all(
    Array.from({ length: 10 }, () =>
      withFileLock(tools, PATH, async (lock) => {
        await lock.check();
        assert.equal(++inside, 1);
        await files.stat("/home");
        inside--;
      })),
  );
  assert.deepEqual([...files.contents().keys()], []);
});

Deno.test("withFileLock puts a fresh lock back that it took for a stale one", async () => {
  const { files, clock, tools } = world();
  files.put(PATH, "dead");
  await clock.sleep(60_000);
  // Between the look and the move, another process has taken it over.
  let isSwapped = false;
  files.failures = (operation) => {
    if (operation.startsWith(`rename ${PATH}`) && !isSwapped) {
      isSwapped = true;
      files.put(PATH, "alive");
    }
    return undefined;
  };
  const controller = new AbortController();
  const patient = stopAfter(clock, 3, () => controller.abort());
  await assert.rejects(
    withFileLock(
      { ...tools, clock: patient },
      PATH,
      () => Promise.reject(new Error("must not run")),
      { signal: controller.signal },
    ),
    CancelledError,
  );
  assert.ok(isSwapped);
  assert.deepEqual([...files.contents().keys()], [PATH]);
  assert.equal(files.text(PATH), "alive");
});

Deno.test("withFileLock gives up after 20 seconds and names the file", async () => {
  const { files, clock, tools, log } = world();
  // A clock that was wrong once leaves a lock from the future.
  files.now = () => clock.now() + 3_600_000;
  files.put(PATH, "other");
  const startMs = clock.elapsed();
  await assert.rejects(
    withFileLock(tools, PATH, () => Promise.resolve()),
    (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(
        error.message,
        `'${PATH}' is locked: another process is at work`,
      );
      assert.equal(error.reason, "busy");
      assert.equal(
        error.hint,
        "Try again; if no hca is running, remove that file.",
      );
      return true;
    },
  );
  const waitedMs = clock.elapsed() - startMs;
  assert.ok(waitedMs > 20_000 && waitedMs < 20_100, String(waitedMs));
  assert.deepEqual(log.messages("WARNING"), [
    `waiting for another process: '${PATH}'`,
  ]);
  assert.equal(files.text(PATH), "other");
});

Deno.test("FileLock.check refuses when the lock was taken over", async () => {
  const { files, tools } = world();
  await assert.rejects(
    withFileLock(tools, PATH, async (lock) => {
      await files.remove(PATH);
      files.put(PATH, "other");
      await lock.check();
    }),
    { name: "LocalError", reason: "busy" },
  );
  assert.equal(files.text(PATH), "other", "the other's lock stays");
});

Deno.test("withFileLock keeps the result when the lock cannot be removed", async () => {
  const { files, tools, log } = world();
  files.failures = failEvery("remove", "permission");
  assert.equal(await withFileLock(tools, PATH, () => Promise.resolve(1)), 1);
  assert.match(log.messages("WARNING").join(), /^the lock was not removed: /);
});

Deno.test("withFileLock leaves no lock when its file cannot be written", async () => {
  const { files, tools } = world();
  files.failures = failEvery("write", "no_space");
  await assert.rejects(
    withFileLock(tools, PATH, () => Promise.reject(new Error("must not run"))),
    { name: "LocalError", reason: "no_space" },
  );
  assert.deepEqual([...files.contents().keys()], []);
});

/** The clock, with something that happens at the `count`-th sleep. */
function stopAfter(clock: FakeClock, count: number, stop: () => void) {
  let sleeps = 0;
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    sleep: (delayMs: number, signal?: AbortSignal) => {
      if (++sleeps === count) stop();
      return clock.sleep(delayMs, signal);
    },
  };
}
