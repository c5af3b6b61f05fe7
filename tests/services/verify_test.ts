import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  CancelledError,
  directoryName,
  LocalError,
  PartialError,
  RefusedError,
  UsageError,
} from "../../src/base/mod.ts";
import { createNodeHash } from "../../src/platform/mod.ts";
import {
  verifyDownloads,
  type VerifyEvent,
  type VerifyOptions,
  type VerifyTotals,
} from "../../src/services/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { failEvery, MemoryFiles } from "../support/memory_files.ts";

const UUID = "aaaaaaaa-0000-4000-8000-000000000001";
const VERSION = "2019-01-01T000000.000000Z";
const BUNDLE = `${UUID}.${VERSION}`;

const sha256 = (text: string) =>
  createHash("sha256").update(text).digest("hex");

function storePath(text: string, root = "dl"): string {
  const hash = sha256(text);
  return `${root}/.hca/v2/files_2_4/${hash.slice(0, 2)}/${
    hash.slice(2, 6)
  }/${hash}`;
}

/** A download directory `dl` in memory, as a download leaves it. */
class Download {
  readonly files = new MemoryFiles({ currentDirectory: "/work" });
  readonly clock = new FakeClock();
  /** What a look at the clock brings, milliseconds. */
  tickMs = 0;
  #elapsedMs = 0;

  /** Puts a content into the store. */
  store(text: string): void {
    this.files.put(storePath(text), text);
  }

  /** Puts a bundle there; files that are in the store are linked. */
  async bundle(contents: Record<string, string>): Promise<void> {
    const json = bundleJson(contents);
    this.store(json);
    await this.files.makeDirectory(`dl/${BUNDLE}`);
    await this.files.link(storePath(json), `dl/${BUNDLE}/bundle.json`);
    for (const [name, text] of Object.entries(contents)) {
      if (await this.files.lstat(storePath(text)) === undefined) continue;
      const path = `dl/${BUNDLE}/${name}`;
      await this.files.makeDirectory(directoryName(path));
      await this.files.link(storePath(text), path);
    }
    this.files.operations.length = 0;
  }

  /** Changes bytes of a file and of all links to it. */
  async overwrite(path: string, at: number, text: string): Promise<void> {
    const file = await this.files.openForUpdate(path, { create: false });
    await file.writeAt(at, new TextEncoder().encode(text));
    file.close();
  }

  async verify(options: VerifyOptions = { directory: "dl" }): Promise<Result> {
    const { files } = this;
    const elapsed = () => this.#elapsedMs += this.tickMs;
    const runtime = {
      files,
      clock: Object.assign(this.clock, { elapsed }),
      createHash: createNodeHash,
      random: () => 0.5,
    };
    const before = files.contents();
    const events: VerifyEvent[] = [];
    let error: unknown;
    try {
      for await (const event of verifyDownloads(runtime, options)) {
        events.push(structuredCloneOf(event));
      }
    } catch (cause) {
      error = cause;
    }
    assert.deepEqual(files.contents(), before, "something was changed");
    const faults = events.flatMap((event) =>
      event.type === "fault"
        ? [
          `${event.fault.kind} ${event.fault.path}: ` +
          event.fault.error.message,
        ]
        : []
    );
    const last = events.at(-1);
    const totals = last?.type === "finished" ? last.totals : undefined;
    return { events, faults, totals, error };
  }
}

// Totals are the same object again and again, should somebody forget a copy.
function structuredCloneOf(event: VerifyEvent): VerifyEvent {
  return "totals" in event ? { ...event, totals: { ...event.totals } } : event;
}

interface Result {
  events: VerifyEvent[];
  faults: string[];
  totals: VerifyTotals | undefined;
  error: unknown;
}

const NO_TOTALS: VerifyTotals = {
  checked: 0,
  readBytes: 0,
  damaged: 0,
  missing: 0,
  unreadable: 0,
  repaired: 0,
  notDownloaded: 0,
  parts: 0,
  partBytes: 0,
  oldestPartAtMs: undefined,
  strays: 0,
  otherDirectories: 0,
};

function bundleJson(
  contents: Record<string, string>,
  uuid = UUID,
  version = VERSION,
): string {
  const files = Object.entries(contents).map(([name, text]) => ({
    name,
    uuid: "bbbbbbbb-0000-4000-8000-000000000001",
    version: VERSION,
    sha256: sha256(text),
    size: text.length,
    indexed: false,
  }));
  return JSON.stringify({ bundle: { uuid, version, files } });
}

Deno.test("verifyDownloads finds a sound directory in order and reads each content once", async () => {
  const download = new Download();
  download.store("one");
  download.store("two, longer than a chunk of the memory files");
  await download.bundle({
    a: "one",
    b: "one",
    "deep/c": "two, longer than a chunk of the memory files",
    "d": "never fetched",
  });
  const { faults, totals, error } = await download.verify();
  assert.equal(error, undefined);
  assert.deepEqual(faults, []);
  const readBytes = bundleJson({
    a: "one",
    b: "one",
    "deep/c": "two, longer than a chunk of the memory files",
    "d": "never fetched",
  }).length + 3 + 44;
  assert.deepEqual(totals, {
    ...NO_TOTALS,
    checked: 6,
    notDownloaded: 1,
    readBytes,
  });
});

Deno.test("verifyDownloads tells a changed content, its links, and copies of their own", async () => {
  const download = new Download();
  download.store("one");
  download.store("two");
  await download.bundle({ a: "one", b: "two", c: "two", e: "two" });
  await download.overwrite(storePath("one"), 1, "X");
  await download.files.remove(`dl/${BUNDLE}/c`);
  download.files.put(`dl/${BUNDLE}/c`, "tWo");
  await download.files.remove(`dl/${BUNDLE}/e`);
  download.files.put(`dl/${BUNDLE}/e`, "two");
  const { faults, totals, error } = await download.verify();
  assert.deepEqual(faults, [
    `damaged ${storePath("one")}: it has the SHA-256 ${
      sha256("oXe")
    } instead of ${sha256("one")}`,
    `damaged dl/${BUNDLE}/a: it is a link to a damaged content`,
    `damaged dl/${BUNDLE}/c: it has the SHA-256 ${sha256("tWo")} instead of ${
      sha256("two")
    }`,
  ]);
  assert.equal(totals?.damaged, 3);
  assert.equal(totals?.checked, 7);
  assert.ok(error instanceof PartialError);
  assert.equal(error.message, "3 of 7 files are not as they should be");
  assert.match(error.hint ?? "", /'hca verify PATH --repair --replica aws'/);
  assert.deepEqual(
    error.failures.map((failure) => [failure.name, failure.error.name]),
    [
      [storePath("one"), "IntegrityError"],
      [`dl/${BUNDLE}/a`, "IntegrityError"],
      [`dl/${BUNDLE}/c`, "IntegrityError"],
    ],
  );
});

Deno.test("verifyDownloads tells sizes, links and directories in the place of files without reading", async () => {
  const download = new Download();
  await download.bundle({ a: "one", b: "two", c: "three" });
  const { files } = download;
  files.put(`dl/${BUNDLE}/a`, "more than one");
  files.put("/elsewhere", "two");
  files.putLink("/elsewhere", `dl/${BUNDLE}/b`);
  await files.makeDirectory(`dl/${BUNDLE}/c`);
  files.putLink("/elsewhere", storePath("two"));
  files.operations.length = 0;
  const { faults } = await download.verify();
  assert.deepEqual(faults, [
    `damaged ${storePath("two")}: it is a symbolic link`,
    `damaged dl/${BUNDLE}/a: it has 13 bytes instead of 3`,
    `damaged dl/${BUNDLE}/b: it is a symbolic link`,
    `damaged dl/${BUNDLE}/c: it is a directory`,
  ]);
  const read = files.operations.filter((line) => /^read.*\.hca/.test(line));
  assert.equal(read.length, 1, "only bundle.json in the store");
});

Deno.test("verifyDownloads counts parts and strays and takes neither for damage", async () => {
  const download = new Download();
  download.store("one");
  const { files } = download;
  let nowMs = 5_000;
  files.now = () => nowMs;
  files.put(`${storePath("one")}.k3.part`, "12345");
  nowMs = 3_000;
  files.put(`${storePath("two")}.k4.part`, "123");
  files.put(`${storePath("two")}.k4.part.json`, "{}");
  files.put("dl/.hca/v2/files_2_4/old.part", "1");
  files.put(`${storePath("one")}.bak`, "1");
  files.put("dl/.hca/v2/files_2_4/notes.txt", "1");
  files.put(
    `dl/.hca/v2/files_2_4/00/0000/${sha256("one")}`,
    "one",
  );
  const { faults, totals } = await download.verify();
  assert.deepEqual(faults, []);
  assert.deepEqual(totals, {
    ...NO_TOTALS,
    checked: 1,
    readBytes: 3,
    parts: 3,
    partBytes: 9,
    oldestPartAtMs: 3_000,
    strays: 3,
  });
});

Deno.test("verifyDownloads goes on when a content cannot be read", async () => {
  const download = new Download();
  download.store("one");
  download.store("two");
  download.files.failures = (operation) =>
    operation === `read ${storePath("one")}` ? "other" : undefined;
  const { faults, totals, error } = await download.verify();
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? "", /^unreadable dl\/\.hca\S+: cannot do it/);
  assert.equal(totals?.checked, 2);
  assert.ok(error instanceof PartialError);
  assert.ok(error.failures[0]?.error instanceof LocalError);
});

Deno.test("verifyDownloads trusts no bundle.json that was changed, is gone, or is of another bundle", async () => {
  for (
    const [change, expected] of [
      [
        async (download: Download, path: string) => {
          await download.files.remove(path);
          download.files.put(path, bundleJson({}));
        },
        `damaged dl/${BUNDLE}/bundle.json: it is not as it was downloaded`,
      ],
      [
        (download: Download, path: string) => download.files.remove(path),
        `missing dl/${BUNDLE}/bundle.json: it is not there`,
      ],
      [
        async (download: Download, path: string) => {
          const text = bundleJson({}, UUID.replace("1", "2"));
          await download.files.remove(path);
          download.files.put(path, text);
          download.store(text);
        },
        `damaged dl/${BUNDLE}/bundle.json: it cannot be used: it is of ` +
        `bundle ${UUID.replace("1", "2")}.${VERSION}`,
      ],
      [
        async (download: Download, path: string) => {
          await download.files.remove(path);
          download.files.put(path, "no JSON");
          download.store("no JSON");
        },
        `damaged dl/${BUNDLE}/bundle.json: it cannot be used: bundle.json ` +
        "is not valid JSON",
      ],
    ] as const
  ) {
    const download = new Download();
    await download.bundle({ a: "one" });
    await change(download, `dl/${BUNDLE}/bundle.json`);
    const { faults } = await download.verify();
    assert.equal(faults.length, 1);
    assert.equal(faults[0]?.slice(0, expected.length), expected);
  }
});

Deno.test("verifyDownloads takes bundle.json as it is when there is no store", async () => {
  const download = new Download();
  download.store("one");
  await download.bundle({ a: "one", b: "two" });
  await download.files.remove("dl/.hca", { recursive: true });
  const { faults, totals } = await download.verify();
  assert.deepEqual(faults, []);
  assert.deepEqual(totals, {
    ...NO_TOTALS,
    checked: 1,
    readBytes: 3,
    notDownloaded: 1,
  });
});

Deno.test("verifyDownloads finds links in collections to a damaged content", async () => {
  const download = new Download();
  download.store("one");
  download.store("two");
  const { files } = download;
  await files.makeDirectory("dl/collections/c.latest");
  await files.link(storePath("one"), `dl/collections/c.latest/${BUNDLE}`);
  await files.link(storePath("two"), "dl/collections/c.latest/other");
  assert.deepEqual((await download.verify()).faults, []);
  await download.overwrite(storePath("one"), 0, "X");
  const { faults } = await download.verify();
  assert.equal(
    faults[1],
    `damaged dl/collections/c.latest/${BUNDLE}: it is a link to a damaged ` +
      "content",
  );
  assert.equal(faults.length, 2);
});

Deno.test("verifyDownloads refuses a directory in which nothing was downloaded", async () => {
  const download = new Download();
  download.files.put("dl/notes.txt", "");
  const { error } = await download.verify();
  assert.ok(error instanceof LocalError);
  assert.equal(error.reason, "not_found");
  assert.match(error.message, /^there is nothing to verify/);
});

Deno.test("verifyDownloads wants a directory or a manifest", async () => {
  const { error } = await new Download().verify({});
  assert.ok(error instanceof UsageError);
});

Deno.test("verifyDownloads ends when it is aborted", async () => {
  const download = new Download();
  for (let at = 0; at < 30; at++) download.store(`content ${at}`);
  const controller = new AbortController();
  download.files.failures = (operation) => {
    if (operation.startsWith("read ")) controller.abort();
    return undefined;
  };
  const { error } = await download.verify({
    directory: "dl",
    signal: controller.signal,
    jobs: 2,
  });
  assert.ok(error instanceof CancelledError);
  const read = download.files.operations.filter((operation) =>
    operation.startsWith("read ")
  );
  assert.ok(read.length <= 4, String(read.length));
});

Deno.test("verifyDownloads tells how far it is once a second", async () => {
  const download = new Download();
  for (let at = 0; at < 30; at++) download.store(`content ${at}`);
  download.tickMs = 100;
  const { events } = await download.verify();
  const told = events.filter(({ type }) => type === "progress");
  assert.deepEqual(
    told.map((event) => "totals" in event && event.totals.checked),
    [10, 20, 30],
  );
});

Deno.test("verifyDownloads keeps a thousand failures and counts the others", async () => {
  const download = new Download();
  for (let at = 0; at < 1005; at++) {
    download.files.put(storePath(`content ${at}`), "other");
  }
  const { error, faults, totals } = await download.verify();
  assert.ok(error instanceof PartialError);
  assert.equal(error.failures.length, 1000);
  assert.equal(error.omitted, 5);
  assert.equal(faults.length, 1005);
  assert.equal(totals?.damaged, 1005);
});

function manifestOf(...rows: string[][]): string {
  return rows.map((row) => `${row.join("\t")}\n`).join("");
}

const HEADER = ["file_name", "file_sha256", "file_size", "file_path"];

Deno.test("verifyDownloads wants every content of a manifest, and reads each once", async () => {
  const download = new Download();
  download.store("one");
  download.store("two");
  download.store("other than the manifest knows");
  download.files.put("elsewhere/b", "two");
  download.files.put(
    "m.tsv",
    manifestOf(
      HEADER,
      ["a", sha256("one").toUpperCase(), "3", storePath("one")],
      ["a again", sha256("one"), "3", ""],
      ["b", sha256("two"), "", "elsewhere/b"],
      ["c", sha256("two"), "3", "nowhere/c"],
      ["d", sha256("three"), "5", ""],
      ["d again", sha256("three"), "5", "nowhere"],
    ),
  );
  download.files.operations.length = 0;
  const { faults, totals, error } = await download.verify({
    manifest: "m.tsv",
    downloadDir: "dl",
  });
  assert.deepEqual(faults, [`missing ${storePath("three")}: it is not there`]);
  assert.equal(totals?.checked, 4);
  assert.equal(totals?.readBytes, 9);
  assert.ok(error instanceof PartialError);
  assert.deepEqual(error.failures.map((failure) => failure.error.name), [
    "NotFoundError",
  ]);
});

Deno.test("verifyDownloads tells contents of a manifest with other bytes or sizes", async () => {
  const download = new Download();
  download.store("one");
  download.files.put(storePath("two"), "tWo");
  download.files.put("elsewhere/c", "thrEE");
  download.files.put(
    "m.tsv",
    manifestOf(
      HEADER,
      ["a", sha256("one"), "4", ""],
      ["b", sha256("two"), "3", ""],
      ["c", sha256("three"), "5", "elsewhere/c"],
    ),
  );
  const { faults } = await download.verify({
    manifest: "m.tsv",
    downloadDir: "dl",
  });
  assert.deepEqual(faults, [
    `damaged ${storePath("one")}: it has 3 bytes instead of 4`,
    `damaged ${storePath("two")}: it has the SHA-256 ${
      sha256("tWo")
    } instead of ${sha256("two")}`,
    `damaged elsewhere/c: it has the SHA-256 ${sha256("thrEE")} instead of ${
      sha256("three")
    }`,
  ]);
});

Deno.test("verifyDownloads refuses a manifest with bad rows before it looks at contents", async () => {
  const download = new Download();
  download.store("one");
  download.files.put(
    "m.tsv",
    manifestOf(
      HEADER,
      ["a", sha256("one"), "3", ""],
      ["b", "../../x", "3", ""],
      ["c", sha256("one"), "1e3", ""],
      ["d", sha256("one")],
    ),
  );
  download.files.operations.length = 0;
  const { error, events } = await download.verify({
    manifest: "m.tsv",
    downloadDir: "dl",
  });
  assert.ok(error instanceof RefusedError);
  assert.match(error.message, /line 3: .*line 4: .*line 5: /);
  assert.deepEqual(events, []);
  assert.ok(!download.files.operations.some((line) => line.includes(".hca")));
});

Deno.test("verifyDownloads refuses a manifest without file_sha256, and one that is not there", async () => {
  const download = new Download();
  download.files.put("m.tsv", "file_name\na\n");
  const { error } = await download.verify({ manifest: "m.tsv" });
  assert.ok(error instanceof RefusedError);
  assert.match(error.message, /lacks the column file_sha256/);
  const { error: other } = await download.verify({ manifest: "none.tsv" });
  assert.ok(other instanceof LocalError);
});

Deno.test("verifyDownloads tells why a directory cannot be listed", async () => {
  const download = new Download();
  download.store("one");
  download.files.failures = failEvery("list", "permission");
  const { error } = await download.verify();
  assert.ok(error instanceof LocalError);
  assert.equal(error.reason, "permission");
});

Deno.test("verifyDownloads takes bundle.json as it is when only that is gone from the store", async () => {
  const download = new Download();
  download.store("one");
  await download.bundle({ a: "one" });
  const json = bundleJson({ a: "one" });
  await download.files.remove(storePath(json));
  // Of another bundle, and one that only looks like a beginning.
  download.store(bundleJson({}, UUID.replace("1", "2")));
  download.store('{"bundle": {');
  const { faults, error } = await download.verify();
  assert.deepEqual(faults, []);
  assert.equal(error, undefined);
});

Deno.test("verifyDownloads looks at bundles whose version is none of the DSS", async () => {
  const download = new Download();
  const { files } = download;
  const json = bundleJson({ a: "one" }, UUID, "v1.x");
  files.put(`dl/${UUID}.v1.x/bundle.json`, json);
  files.put(`dl/${UUID}.v1.x/a`, "oXe");
  files.put(`dl/${UUID}.v1.x.bak/bundle.json`, json);
  files.put(`dl/${UUID}.empty/a`, "");
  files.put(`dl/${UUID}/a`, "");
  const { faults, totals } = await download.verify();
  assert.deepEqual(faults, [
    `damaged dl/${UUID}.v1.x/a: it has the SHA-256 ${sha256("oXe")} instead ` +
    `of ${sha256("one")}`,
  ]);
  assert.equal(totals?.otherDirectories, 2);
});

for (
  const link of [
    "dl/.hca",
    "dl/.hca/v2/files_2_4",
    directoryName(directoryName(storePath("one"))),
    directoryName(storePath("one")),
  ]
) {
  Deno.test(`verifyDownloads trusts nothing behind a link ${link.slice(3, 26)} (${link.length})`, async () => {
    const download = new Download();
    const { files } = download;
    await download.bundle({});
    download.store("one");
    await files.link(storePath("one"), `dl/${BUNDLE}/a`);
    const json = bundleJson({ a: "one" });
    await files.remove(`dl/${BUNDLE}/bundle.json`);
    await files.remove(storePath(bundleJson({})));
    files.put(`dl/${BUNDLE}/bundle.json`, json);
    await download.overwrite(storePath("one"), 1, "X");
    await files.rename(link, "/elsewhere");
    files.putLink("/elsewhere", link);
    const { faults, totals } = await download.verify();
    assert.deepEqual(faults, [
      `damaged dl/${BUNDLE}/a: it has the SHA-256 ${sha256("oXe")} instead ` +
      `of ${sha256("one")}`,
    ]);
    assert.equal(totals?.strays, 1);
    files.put("m.tsv", `file_sha256\n${sha256("one")}\n`);
    const options = { manifest: "m.tsv", downloadDir: "dl" };
    assert.deepEqual((await download.verify(options)).faults, [
      `damaged ${storePath("one")}: it is behind the symbolic link '${link}'`,
    ]);
  });
}
