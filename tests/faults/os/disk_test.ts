/**
 * Disks that are full, read-only, broken, or of another file system.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { programWords } from "../../e2e/_program.ts";
import {
  checkDisk,
  contentBytes,
  createGiven,
  download,
  downloadWords,
  type Given,
  type Outcome,
} from "../_case.ts";
import { BUNDLE_DIRECTORY, filesBelow, storePath } from "../_invariants.ts";
import {
  buildShim,
  mountMemory,
  run,
  runHcaUnder,
  systemTest,
} from "./_system.ts";

const MIB = 1 << 20;
const EIO = 5;
const EPERM = 1;
const EDQUOT = 122;
const EMLINK = 31;
const ENOTSUP = 95;

/** A run on a disk that is well again, which must bring everything. */
async function converges(given: Given): Promise<void> {
  given.service.heal();
  const again = await download(given);
  assert.equal(again.status, 0, again.err);
  await checkDisk(given, again, true);
}

/** The error of a run, or of its first failed file. */
function shown(outcome: Outcome): { class?: string; text: string } {
  const error = outcome.error?.failures?.[0]?.error ?? outcome.error;
  return {
    class: error?.class,
    text: `${error?.message} ${error?.hint ?? ""}`,
  };
}

systemTest(import.meta.url, {
  row: "D01",
  when: "the disk fills in the middle of a file",
  does: "ends with one error that says so, and 9",
}, async (note) => {
  await using given = await createGiven();
  const { sandbox, service, big } = given;
  await using _disk = await mountMemory(sandbox.work, "size=10m");
  // Written when the file has begun to arrive: nobody could know before.
  const filler = join(sandbox.directory, "work", "filler");
  let isFull = false;
  service.spoil(big, [{
    drip: { bytes: 256 << 10, everyMs: 20 },
    gate: async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await Deno.writeFile(filler, new Uint8Array(8 * MIB));
      isFull = true;
    },
  }]);
  const first = await download(given);
  assert.ok(isFull);
  assert.equal(first.status, 9, first.err);
  assert.equal(first.error?.class, "LocalError");
  assert.match(shown(first).text, /no space left/);
  await Deno.remove(filler);
  await checkDisk(given, first, false);
  await converges(given);
  note("exit 9");
});

systemTest(import.meta.url, {
  row: "D02",
  when: "the disk has less room than is needed",
  does: "says what is needed and what there is before anything is fetched",
}, async (note) => {
  await using given = await createGiven();
  const { sandbox, service } = given;
  await using _disk = await mountMemory(sandbox.work, "size=4m");
  const first = await download(given);
  assert.equal(first.status, 9, first.err);
  assert.equal(first.error?.class, "LocalError");
  assert.match(shown(first).text, /6\.\d MiB.*[34]\.\d MiB/);
  assert.equal(service.asked("/blobs/").length, 0);
  assert.deepEqual(await filesBelow(sandbox.work), []);
  await run("mount", "-o", "remount,size=100m", sandbox.work);
  await converges(given);
  note("exit 9");
});

for (const ignored of [true, false]) {
  systemTest(import.meta.url, {
    row: "D03",
    when: `files may have 2 MiB at most (ulimit -f), SIGXFSZ ${
      ignored ? "ignored" : "not ignored"
    }`,
    does: "publishes nothing that is not whole, and goes on when it may",
  }, async (note) => {
    await using given = await createGiven();
    // In blocks of 1 KiB; the signal that comes with it ends a program.
    const script = `${ignored ? "trap '' XFSZ; " : ""}ulimit -f 2048; ` +
      'exec "$@"';
    const under = ["bash", "-c", script, "bash", ...programWords()];
    const first = await runHcaUnder(given, under, downloadWords(given.service));
    assert.notEqual(first.status, 0);
    if (ignored) assert.equal(shown(first).class, "LocalError", first.err);
    await checkDisk(given, first, false);
    await converges(given);
    note(`exit ${first.status}`);
  });
}

systemTest(import.meta.url, {
  row: "D04",
  when: "the download directory is on a read-only file system",
  does: "ends with one error before the first byte, and 9",
}, async (note) => {
  await using given = await createGiven();
  const { sandbox, service } = given;
  await using _disk = await mountMemory(sandbox.work, "size=40m,ro");
  const first = await download(given);
  assert.equal(first.status, 9, first.err);
  assert.match(shown(first).text, /read-only/);
  assert.equal(service.asked("/blobs/").length, 0);
  await run("mount", "-o", "remount,rw", sandbox.work);
  await converges(given);
  note("exit 9");
});

systemTest(import.meta.url, {
  row: "D04",
  when: "the download directory belongs to somebody else",
  does: "ends with one error before the first byte, and 9",
}, async (note) => {
  await using given = await createGiven();
  const { sandbox, service } = given;
  await run("chmod", "-R", "a+rX", sandbox.directory);
  await run("chown", "-R", "nobody", join(sandbox.directory, "home"));
  const under = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const first = await runHcaUnder(
    given,
    [...under, ...programWords()],
    downloadWords(service),
  );
  assert.equal(first.status, 9, first.err);
  assert.match(shown(first).text, /permission denied/);
  assert.equal(service.asked("/blobs/").length, 0);
  await converges(given);
  note("exit 9");
});

const BROKEN: [row: string, when: string, variables: Record<string, string>][] =
  [
    ["D05", "a write fails with EIO", {
      HCA_SHIM_CALL: "write",
      HCA_SHIM_ERRNO: String(EIO),
      HCA_SHIM_PATH: ".part",
      HCA_SHIM_AFTER: "3",
    }],
    ["D05", "fdatasync fails with EIO", {
      HCA_SHIM_CALL: "fdatasync",
      HCA_SHIM_ERRNO: String(EIO),
      HCA_SHIM_PATH: ".part",
    }],
    ["D03", "a write fails with EDQUOT", {
      HCA_SHIM_CALL: "write",
      HCA_SHIM_ERRNO: String(EDQUOT),
      HCA_SHIM_PATH: ".part",
      HCA_SHIM_AFTER: "3",
    }],
  ];

for (const [row, when, variables] of BROKEN) {
  systemTest(import.meta.url, {
    row,
    when,
    does: "publishes nothing of it, and says so with LocalError",
  }, async (note) => {
    await using given = await createGiven();
    const environment = await buildShim(given, variables);
    const first = await download(given, [], { environment });
    assert.ok([3, 9].includes(first.status), first.err);
    assert.equal(shown(first).class, "LocalError", first.err);
    const stored = join(given.sandbox.work, storePath(given.big.sha256));
    await assert.rejects(Deno.lstat(stored), Deno.errors.NotFound);
    await checkDisk(given, first, false);
    await converges(given);
    note(`exit ${first.status}`);
  });
}

for (
  const [row, when, number] of [
    ["D08", "EMLINK", EMLINK],
    ["D09", "EPERM", EPERM],
    ["D09", "ENOTSUP", ENOTSUP],
  ] as const
) {
  systemTest(import.meta.url, {
    row,
    when: `hard links fail with ${when}`,
    does: "copies, and warns once",
  }, async () => {
    await using given = await createGiven();
    const environment = await buildShim(given, {
      HCA_SHIM_CALL: "link",
      HCA_SHIM_ERRNO: String(number),
    });
    await copies(given, await download(given, [], { environment }));
  });
}

systemTest(import.meta.url, {
  row: "D07",
  when: "the bundle's directory is on another file system",
  does: "copies, and warns once",
}, async () => {
  await using given = await createGiven();
  const directory = join(given.sandbox.work, BUNDLE_DIRECTORY);
  await using _disk = await mountMemory(directory, "size=40m");
  await copies(given, await download(given));
});

systemTest(import.meta.url, {
  row: "D08",
  when: "a content has as many links as the file system allows",
  does: "copies, and warns once",
}, async (note) => {
  await using given = await createGiven();
  const { sandbox, big } = given;
  const whole = await download(given);
  assert.equal(whole.status, 0, whole.err);
  const stored = join(sandbox.work, storePath(big.sha256));
  const links = join(sandbox.directory, "links");
  await Deno.mkdir(links);
  const most = linkUntilRefused(stored, links);
  if (most === undefined) return note("no limit on this file system");
  await Deno.remove(join(sandbox.work, BUNDLE_DIRECTORY), { recursive: true });
  // The one that was removed left room for one.
  Deno.linkSync(stored, join(links, "last"));
  const again = await download(given);
  await copies(given, again);
  note(`${most} links`);
});

/** Makes links until there can be no more; undefined if there is no limit. */
function linkUntilRefused(path: string, to: string): number | undefined {
  for (let count = 0; count < 70_000; count++) {
    try {
      Deno.linkSync(path, join(to, String(count)));
    } catch {
      return count;
    }
  }
  return undefined;
}

async function copies(given: Given, outcome: Outcome): Promise<void> {
  assert.equal(outcome.status, 0, outcome.err);
  assert.equal(outcome.err.match(/copied instead/g)?.length, 1, outcome.err);
  await checkDisk(given, outcome, true);
  const { sandbox, big } = given;
  const linked = join(sandbox.work, BUNDLE_DIRECTORY, big.name);
  const [copy, stored] = await Promise.all([
    Deno.stat(linked),
    Deno.stat(join(sandbox.work, storePath(big.sha256))),
  ]);
  assert.notDeepEqual([copy.dev, copy.ino], [stored.dev, stored.ino]);
  assert.ok(given.service.sentBytes <= contentBytes(given));
}

systemTest(import.meta.url, {
  row: "D06",
  when: "the power may fail at any moment",
  does: "syncs the bytes, then renames, then syncs the directory, then links",
}, async () => {
  await using given = await createGiven();
  const { sandbox, service, big, small } = given;
  const trace = join(sandbox.directory, "trace");
  const calls = "fsync,fdatasync,rename,renameat,renameat2,link,linkat";
  const under = ["strace", "-f", "-y", "-o", trace, "-e", `trace=${calls}`];
  const outcome = await runHcaUnder(
    given,
    [...under, ...programWords()],
    downloadWords(service),
  );
  assert.equal(outcome.status, 0, outcome.err);
  await checkDisk(given, outcome, true);
  const lines = (await Deno.readTextFile(trace)).split("\n");
  for (const { sha256, name } of [big, small]) {
    const at = (pattern: RegExp) =>
      lines.findIndex((line) => pattern.test(line));
    const last = (pattern: RegExp) =>
      lines.findLastIndex((line) => pattern.test(line));
    const directory = storePath(sha256).replace(/\/[^/]*$/, "");
    const renamed = at(new RegExp(`rename.*${sha256}.*\\.part".*${sha256}"`));
    const synced = at(
      new RegExp(`f(data)?sync\\(\\d+<.*${sha256}\\.[^>]*\\.part>`),
    );
    const named = last(new RegExp(`fsync\\(\\d+<[^>]*${directory}>`));
    const linked = at(new RegExp(`link.*${name}"`));
    assert.ok(synced >= 0 && synced < renamed, `${name}: ${lines.join("\n")}`);
    assert.ok(renamed < named, `${name}: the directory was not synced`);
    assert.ok(renamed < linked, `${name}: linked before it had its name`);
  }
});
