/**
 * What stands on the disk already, put there by the user, an enemy, or an
 * earlier run that was interfered with.
 *
 * @module
 */

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import {
  checkDisk,
  contentBytes,
  createGiven,
  download,
  type FaultCase,
  faultCase,
  type Given,
  runHca,
} from "./_case.ts";
import {
  BUNDLE_DIRECTORY,
  diskProblems,
  partsOf,
  STORE,
  storePath,
} from "./_invariants.ts";
import { faultTest } from "./_suite.ts";

const VICTIM = "precious, and nobody else's business\n";

/** Makes the directories of a path below the download directory. */
async function prepare({ sandbox }: Given, path: string): Promise<string> {
  const whole = join(sandbox.work, path);
  await Deno.mkdir(dirname(whole), { recursive: true });
  return whole;
}

/** A file or directory outside of the download directory. */
async function victim({ sandbox }: Given, kind = "file"): Promise<string> {
  const path = join(sandbox.directory, "victim");
  if (kind === "directory") await Deno.mkdir(path);
  else await Deno.writeTextFile(path, VICTIM);
  return path;
}

async function victimIsUntouched({ sandbox }: Given): Promise<void> {
  const path = join(sandbox.directory, "victim");
  if ((await Deno.lstat(path)).isDirectory) {
    assert.deepEqual([...Deno.readDirSync(path)], []);
  } else assert.equal(await Deno.readTextFile(path), VICTIM);
}

/** Plants a symbolic link, below the download directory, to the victim. */
const plants =
  (path: (given: Given) => string, kind = "file") =>
  async (given: Given): Promise<void> =>
    await Deno.symlink(
      await victim(given, kind),
      await prepare(given, path(given)),
    );

const target = ({ big }: Given) => `${BUNDLE_DIRECTORY}/${big.name}`;
const stored = ({ big }: Given) => storePath(big.sha256);

async function makeFifo(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] })
    .output();
  assert.ok(success);
}

const CASES: FaultCase[] = [
  {
    row: "D12",
    when: "the content's place in the store is a planted symbolic link",
    does: "replaces the link and leaves what it leads to",
    arrange: plants(stored),
    check: victimIsUntouched,
  },
];

if (Deno.build.os !== "windows") {
  CASES.push({
    row: "D13",
    when: "a FIFO stands at the place of the content",
    does: "replaces it and does not wait for it",
    arrange: async (given) => makeFifo(await prepare(given, stored(given))),
  });
}

for (const fault of CASES) faultCase(import.meta.url, fault);

/** A run that must refuse something on the disk, which the test removes. */
function obstacleTest(
  { row, when, does, place, status = 3, path }: {
    row: string;
    when: string;
    does: string;
    place: (given: Given) => Promise<void>;
    status?: number;
    /** What is in the way, below the download directory. */
    path: (given: Given) => string;
  },
): void {
  faultTest(import.meta.url, { row, when, does }, async (note) => {
    await using given = await createGiven();
    const { sandbox } = given;
    await place(given);
    const first = await download(given);
    assert.equal(first.status, status, first.err);
    const shown = first.error?.failures?.[0]?.error ?? first.error;
    assert.equal(shown?.class, "LocalError", first.err);
    const exists = await Deno.stat(join(sandbox.directory, "victim"))
      .then(() => true, () => false);
    if (exists) await victimIsUntouched(given);
    await Deno.remove(join(sandbox.work, path(given)), { recursive: true });
    await checkDisk(given, first, false);
    const again = await download(given);
    assert.equal(again.status, 0, again.err);
    await checkDisk(given, again, true);
    note(`exit ${first.status}`);
  });
}

obstacleTest({
  row: "D11",
  when: "another file has the name already",
  does: "leaves it and says so",
  path: target,
  async place(given) {
    await Deno.writeTextFile(await prepare(given, target(given)), VICTIM);
  },
});

for (
  const [what, path, kind] of [
    ["file's place", target, "file"],
    ["bundle's directory", () => BUNDLE_DIRECTORY, "directory"],
    ["store", () => ".hca", "directory"],
    [
      "directory of the store",
      (given: Given) => dirname(stored(given)),
      "directory",
    ],
  ] as const
) {
  obstacleTest({
    row: "D12",
    when: `the ${what} is a planted symbolic link`,
    does: "refuses it and leaves what it leads to",
    path,
    place: plants(path, kind),
    status: what === "store" ? 9 : 3,
  });
}

for (
  const [what, place] of [
    ["a directory", (path: string) => Deno.mkdir(path)],
    ["a FIFO", makeFifo],
  ] as const
) {
  if (what === "a FIFO" && Deno.build.os === "windows") continue;
  for (
    const [where, path] of [["name", target], ["content", stored]] as const
  ) {
    // Nothing is lost with a FIFO in the store: it is replaced, see above.
    if (what === "a FIFO" && where === "content") continue;
    obstacleTest({
      row: "D13",
      when: `${what} stands at the place of the ${where}`,
      does: "refuses it and does not wait for it",
      path,
      place: async (given) => await place(await prepare(given, path(given))),
    });
  }
}

faultTest(import.meta.url, {
  row: "D11",
  when: "another file has the name already, with --force",
  does: "replaces it",
}, async () => {
  await using given = await createGiven();
  await Deno.writeTextFile(await prepare(given, target(given)), VICTIM);
  const forced = await download(given, ["--force"]);
  assert.equal(forced.status, 0, forced.err);
  await checkDisk(given, forced, true);
});

for (
  const [what, spoil, args] of [
    ["truncated", (path: string) => Deno.truncate(path, 1000), []],
    [
      "extended",
      (path: string) => Deno.writeTextFile(path, "x", { append: true }),
      [],
    ],
    ["altered", flipFirstByte, ["--verify"]],
  ] as const
) {
  faultTest(import.meta.url, {
    row: "D10",
    when: `a content in the store was ${what}${
      args.length > 0 ? ", with --verify" : ""
    }`,
    does: "notices, and brings it again to all its places",
  }, async () => {
    await using given = await createGiven();
    const whole = await download(given);
    assert.equal(whole.status, 0, whole.err);
    const path = join(given.sandbox.work, stored(given));
    // The link in the bundle is the same file, and is spoilt with it.
    await Deno.chmod(path, 0o644);
    await spoil(path);
    const again = await download(given, [...args, "--force"]);
    assert.equal(again.status, 0, again.err);
    await checkDisk(given, again, true);
    const { service, big } = given;
    const twice = service.sentBytes - contentBytes(given);
    assert.equal(twice, big.bytes.length);
  });
}

faultTest(import.meta.url, {
  row: "D10",
  when: "a content in the store was altered, and hca verify looks",
  does: "says so with 3, and with --repair brings it again",
}, async () => {
  await using given = await createGiven();
  const { sandbox, service } = given;
  const whole = await download(given);
  assert.equal(whole.status, 0, whole.err);
  const path = join(sandbox.work, stored(given));
  await Deno.chmod(path, 0o644);
  await flipFirstByte(path);
  const found = await runHca(sandbox, ["verify", "."]);
  assert.equal(found.status, 3, found.err);
  assert.match(found.out, /^damaged\t/m);
  const repaired = await runHca(sandbox, [
    ...["verify", ".", "--repair", "--replica", "aws"],
    ...["--swagger-url", service.swaggerUrl],
  ]);
  assert.equal(repaired.status, 0, repaired.err);
  await checkDisk(given, repaired, true);
});

async function flipFirstByte(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const byte = new Uint8Array(1);
  await file.read(byte);
  byte[0] = (byte[0] ?? 0) ^ 1;
  await file.seek(0, Deno.SeekMode.Start);
  await file.write(byte);
}

/** The part of the big file that a broken run left, and its journal. */
async function brokenRun(
  given: Given,
): Promise<{ part: string; journal: string }> {
  const { service, big, sandbox } = given;
  service.spoil(big, [{ cutAfter: (size) => Math.floor(size * 0.4) }], {
    cutAfter: 0,
  });
  const broken = await download(given, ["--num-retries", "1"]);
  assert.equal(broken.status, 3, broken.err);
  service.heal();
  const [part = "", journal = ""] = await partsOf(sandbox.work);
  assert.ok(journal.endsWith(".part.json"), `left: ${part}, ${journal}`);
  const root = join(sandbox.work, STORE);
  return { part: join(root, part), journal: join(root, journal) };
}

/** A run that finds a part which was interfered with. */
function partTest(
  { row, when, does, change, twiceBytes }: {
    row: string;
    when: string;
    does: string;
    change: (
      left: { part: string; journal: string },
      given: Given,
    ) => Promise<void>;
    /** Bytes sent more than once, at most. */
    twiceBytes: (given: Given) => number;
  },
): void {
  faultTest(import.meta.url, { row, when, does }, async (note) => {
    await using given = await createGiven();
    await change(await brokenRun(given), given);
    const again = await download(given);
    assert.equal(again.status, 0, again.err);
    await checkDisk(given, again, true);
    const twice = given.service.sentBytes - contentBytes(given);
    assert.ok(twice <= twiceBytes(given), `${twice} bytes came twice`);
    note(`${Math.ceil(Math.max(0, twice) / 1024)} KiB twice`);
  });
}

const KEPT = 0.4;
const keptBytes = ({ big }: Given) => Math.floor(big.bytes.length * KEPT);

partTest({
  row: "N14",
  when: "everything is in the part already",
  does: "verifies and publishes it without another byte",
  async change({ part, journal }, { big }) {
    await Deno.writeFile(part, big.bytes);
    const text = JSON.parse(await Deno.readTextFile(journal));
    text.ranges = [[0, big.bytes.length]];
    await Deno.writeTextFile(journal, JSON.stringify(text));
  },
  twiceBytes: () => 0,
});
partTest({
  row: "N14",
  when: "the service answers 416 to the range that is missing",
  does: "begins again",
  async change(_left, { service, big }) {
    service.spoil(big, [{ status: 416 }]);
    await Promise.resolve();
  },
  twiceBytes: keptBytes,
});
partTest({
  row: "N15",
  when: "the part is longer than the file",
  does: "uses what the journal vouches for",
  change: ({ part }, { big }) =>
    Deno.truncate(part, big.bytes.length + 100_000),
  twiceBytes: keptBytes,
});
partTest({
  row: "N15",
  when: "the part is shorter than its journal says",
  does: "does not take the hole for the file",
  change: ({ part }) => Deno.truncate(part, 1000),
  twiceBytes: ({ big }) => big.bytes.length,
});
partTest({
  row: "N15",
  when: "a byte of the part was changed",
  does: "does not publish it",
  change: ({ part }) => flipFirstByte(part),
  twiceBytes: ({ big }) => big.bytes.length + keptBytes({ big } as Given),
});
for (
  const [what, text] of [
    ["empty", ""],
    ["not JSON", "{"],
    ["of another version", '{"version":99}'],
    ["a lie about ranges", undefined],
  ] as const
) {
  partTest({
    row: "N15",
    when: `the journal is ${what}`,
    does: "begins again",
    async change({ journal }, { big }) {
      const json = JSON.parse(await Deno.readTextFile(journal));
      const lie = JSON.stringify({ ...json, ranges: [[0, big.bytes.length]] });
      await Deno.writeTextFile(journal, text ?? lie);
    },
    twiceBytes: ({ big }) => big.bytes.length,
  });
}
partTest({
  row: "D12",
  when: "the part was replaced by a symbolic link",
  does: "does not write through it",
  async change({ part }, given) {
    await Deno.remove(part);
    await Deno.symlink(await victim(given), part);
  },
  twiceBytes: keptBytes,
});
partTest({
  row: "D13",
  when: "the part was replaced by a directory",
  does: "leaves it and begins again",
  async change({ part }, { sandbox, service }) {
    await Deno.remove(part);
    await Deno.mkdir(part);
    assert.deepEqual(await diskProblems(sandbox.work, service), []);
  },
  twiceBytes: keptBytes,
});
