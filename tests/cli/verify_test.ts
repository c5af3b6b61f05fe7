import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { sampleBundles } from "../../src/server/sample/mod.ts";
import {
  namesBelow,
  type RunResult,
  TestEnvironment,
} from "../support/test_environment.ts";

const KIDNEY = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";
const STORE = ".hca/v2/files_2_4";

const bundle = sampleBundles({ readsPerFile: 50 })
  .find(({ uuid }) => uuid === KIDNEY);
assert.ok(bundle !== undefined, "the samples have other uuids");
const FQID = `${KIDNEY}.${bundle.version}`;
const { files } = bundle;

const hashOf = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

/** A directory `dl` with the bundle, and what is in it by name. */
class Case {
  readonly hca: TestEnvironment;

  private constructor(hca: TestEnvironment) {
    this.hca = hca;
  }

  static async create(options = ""): Promise<Case> {
    const hca = await TestEnvironment.create();
    await hca.addSamples();
    const { status, err } = await hca.runLine(
      `hca dss download --replica aws --bundle-uuid ${KIDNEY} ` +
        `--download-dir dl ${options}`,
    );
    assert.equal(status, 0, err);
    return new Case(hca);
  }

  at(...parts: string[]): string {
    return this.hca.path("dl", ...parts);
  }

  /** Below `dl`, as the program names it. */
  stored(name: string): string {
    const hash = hashOf(Deno.readFileSync(this.at(FQID, name)));
    return `dl/${STORE}/${hash.slice(0, 2)}/${hash.slice(2, 6)}/${hash}`;
  }

  /** Changes one byte of a file, and of all links to it. */
  damage(name: string): void {
    using file = Deno.openSync(this.at(FQID, name), {
      read: true,
      write: true,
    });
    const byte = new Uint8Array(1);
    file.readSync(byte);
    file.seekSync(0, Deno.SeekMode.Start);
    file.writeSync(byte.map((value) => value ^ 1));
  }

  async run(line: string): Promise<RunResult> {
    return await this.hca.runLine(line);
  }

  /** That everything is as it was downloaded, by the samples themselves. */
  async assertSound(): Promise<void> {
    for (const { name, bytes } of files) {
      const found = await Deno.readFile(this.at(FQID, name));
      assert.deepEqual(found, new Uint8Array(await bytes()), name);
    }
    for (const path of namesBelow(this.at(STORE))) {
      const hash = path.split("/").at(-1);
      assert.equal(hashOf(Deno.readFileSync(this.at(STORE, path))), hash);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.hca[Symbol.asyncDispose]();
  }
}

const [one, two] = files.map(({ name }) => name);
assert.ok(one !== undefined && two !== undefined);

Deno.test("hca verify DIR of a sound download says so", async () => {
  await using test = await Case.create();
  const { status, out, err } = await test.run("hca verify dl");
  assert.equal(status, 0, err);
  assert.equal(out, "");
  // Contents and files; bundle.json is read with its content.
  const count = 2 * files.length + 1;
  assert.match(
    err,
    new RegExp(
      `^hca: ${count} files verified, \\S+ \\S+ read: all as they should be\n$`,
    ),
  );
});

Deno.test("hca verify DIR counts what a filter left out", async () => {
  await using test = await Case.create("--no-data");
  const { status, err } = await test.run("hca verify dl");
  assert.equal(status, 0, err);
  const left = files.filter(({ indexed }) => !indexed).length;
  assert.match(err, new RegExp(`^hca: ${left} files of the bundles not`, "m"));
});

Deno.test("hca verify DIR names what is damaged, changes nothing, and ends with 3", async () => {
  await using test = await Case.create();
  const stored = test.stored(one);
  test.damage(one);
  await Deno.writeTextFile(`${test.hca.path(stored)}.k.part`, "12345");
  const before = namesBelow(test.at());
  const { status, out, err } = await test.run("hca verify dl");
  assert.equal(status, 3);
  const lines = out.trimEnd().split("\n").map((line) => line.split("\t"));
  assert.deepEqual(lines.map(([kind, path]) => [kind, path]), [
    ["damaged", stored],
    ["damaged", `dl/${FQID}/${one}`],
  ]);
  assert.match(lines[0]?.[2] ?? "", /^it has the SHA-256 [0-9a-f]{64} instead/);
  assert.match(err, /2 damaged, 0 missing, 0 unreadable, 0 repaired$/m);
  assert.match(err, /^hca: 1 part of broken downloads \(5 B, the oldest from/m);
  assert.match(
    err,
    /^hca verify: error: 2 of \d+ files are not as they should be\. 'hca verify PATH --repair --replica aws' fetches again what is wrong\.\n$/m,
  );
  assert.deepEqual(namesBelow(test.at()), before);
});

Deno.test("hca verify DIR --log-format json keeps the failures in the error", async () => {
  await using test = await Case.create();
  test.damage(one);
  const { status, err } = await test.run("hca verify dl --log-format json");
  assert.equal(status, 3);
  const last = JSON.parse(err.trimEnd().split("\n").at(-1) ?? "");
  assert.equal(last.error.failures.length, 2);
  assert.equal(last.error.failures[0].error.code, "integrity");
});

Deno.test("hca verify DIR --repair fetches what is damaged and links it again", async () => {
  await using test = await Case.create();
  const stored = test.stored(one);
  test.damage(one);
  await Deno.remove(test.at(FQID, two));
  await Deno.writeTextFile(test.at(FQID, two), "mine");
  const { status, out, err } = await test.run(
    "hca verify dl --repair --replica aws",
  );
  assert.equal(status, 0, err);
  const lines = out.trimEnd().split("\n").map((line) =>
    line.split("\t").slice(0, 2).join(" ")
  );
  assert.deepEqual(
    lines.toSorted(),
    [
      `damaged ${stored}`,
      `damaged dl/${FQID}/${one}`,
      `damaged dl/${FQID}/${two}`,
      `repaired ${stored}`,
      `repaired dl/${FQID}/${one}`,
      `repaired dl/${FQID}/${two}`,
    ].toSorted(),
  );
  await test.assertSound();
  const [link, content] = [test.at(FQID, one), test.hca.path(stored)]
    .map((path) => Deno.statSync(path).ino);
  assert.equal(link, content);
  const again = await test.run("hca verify dl");
  assert.equal(again.status, 0, again.err);
});

Deno.test("hca verify DIR --repair asks for a bundle whose bundle.json was changed", async () => {
  await using test = await Case.create();
  const json = Deno.readTextFileSync(test.at(FQID, "bundle.json"));
  test.damage("bundle.json");
  test.damage(one);
  const { status, err } = await test.run(
    "hca verify dl --repair --replica aws",
  );
  assert.equal(status, 0, err);
  await test.assertSound();
  assert.equal(Deno.readTextFileSync(test.at(FQID, "bundle.json")), json);
});

Deno.test("hca verify DIR --repair leaves alone what nothing names a source for", async () => {
  await using test = await Case.create();
  const stored = test.stored(one);
  test.damage(one);
  const damaged = Deno.readFileSync(test.at(FQID, one));
  await Deno.remove(test.at(FQID), { recursive: true });
  const { status, out, err } = await test.run(
    "hca verify dl --repair --replica aws",
  );
  assert.equal(status, 3);
  assert.match(out, new RegExp(`^damaged\t${stored}\t[^\n]*\n$`));
  assert.match(err, /error: 1 of \d+ .*\. Of 1 nothing here says where/);
  assert.deepEqual(Deno.readFileSync(test.hca.path(stored)), damaged);
});

Deno.test("hca verify DIR --repair keeps the damaged file when the service has none", async () => {
  await using test = await Case.create();
  test.damage(one);
  const damaged = Deno.readFileSync(test.at(FQID, one));
  const before = namesBelow(test.at());
  // Another service, which knows nothing.
  test.hca.variables.set("HCA_LOCAL_DIR", test.hca.path("empty"));
  {
    using store = await test.hca.openStore();
    await store.decideSamples(false);
  }
  const { status, err } = await test.run(
    "hca verify dl --repair --replica aws",
  );
  assert.equal(status, 3, err);
  assert.deepEqual(Deno.readFileSync(test.at(FQID, one)), damaged);
  assert.deepEqual(namesBelow(test.at()), before);
});

async function manifest(test: Case, path: string): Promise<string> {
  const rows = files.map(({ name, uuid, version }) => {
    const bytes = Deno.readFileSync(test.at(FQID, name));
    const file = name === one ? path : "";
    return [name, uuid, version, hashOf(bytes), bytes.length, file].join("\t");
  });
  await test.hca.write(
    "m.tsv",
    "file_name\tfile_uuid\tfile_version\tfile_sha256\tfile_size\tfile_path\n" +
      `${rows.join("\n")}\n`,
  );
  return "hca verify m.tsv --download-dir dl";
}

Deno.test("hca verify MANIFEST wants every content, and --repair brings it", async () => {
  await using test = await Case.create();
  const stored = test.stored(two);
  const line = await manifest(test, `dl/${FQID}/${one}`);
  const sound = await test.run(line);
  assert.equal(sound.status, 0, sound.err);
  await Deno.remove(test.hca.path(stored));
  test.damage(one);
  const found = await test.run(line);
  assert.equal(found.status, 3);
  assert.deepEqual(
    found.out.trimEnd().split("\n").map((text) =>
      text.split("\t").slice(0, 2).join(" ")
    ),
    [`damaged dl/${FQID}/${one}`, `missing ${stored}`],
  );
  const repaired = await test.run(`${line} --repair --replica aws`);
  assert.equal(repaired.status, 0, repaired.err);
  assert.match(repaired.out, new RegExp(`^repaired\t${stored}$`, "m"));
  await test.assertSound();
});

Deno.test("hca verify MANIFEST --repair replaces nothing outside of the download directory, nor in the store", async () => {
  await using test = await Case.create();
  const other = test.stored(two);
  for (const path of ["mine.txt", other, `dl/../mine.txt`]) {
    const line = await manifest(test, path);
    await test.hca.write("mine.txt", "mine");
    const { status, out, err } = await test.run(
      `${line} --repair --replica aws`,
    );
    assert.equal(status, 3, err);
    assert.ok(out.startsWith(`damaged\t${path}\t`), out);
    assert.ok(!out.includes("repaired"), out);
    assert.match(err, /Of 1 nothing here says/);
    assert.equal(Deno.readTextFileSync(test.hca.path("mine.txt")), "mine");
  }
  await test.assertSound();
});

const REFUSED: [string, number, RegExp][] = [
  ["hca verify nowhere", 9, /nowhere' does not exist\. Name a download/],
  ["hca verify .", 9, /there is nothing to verify: neither \S+\.hca\/v2/],
  ["hca verify . --repair", 2, /--repair needs --replica/],
  ["hca verify . --download-dir x", 2, /--download-dir goes with a manifest/],
];

for (const [line, status, message] of REFUSED) {
  Deno.test(`${line} is refused`, async () => {
    await using hca = await TestEnvironment.create();
    const result = await hca.runLine(line);
    assert.equal(result.status, status);
    assert.match(result.err, message);
    assert.equal(result.out, "");
    assert.deepEqual(namesBelow(hca.path()), []);
  });
}

Deno.test("hca verify DIR --repair settles it after the store was deleted", async () => {
  await using test = await Case.create();
  test.damage(one);
  await Deno.remove(test.at(".hca"), { recursive: true });
  const repair = await test.run("hca verify dl --repair --replica aws");
  assert.equal(repair.status, 0, repair.err);
  assert.match(repair.out, new RegExp(`^repaired\tdl/${FQID}/${one}$`, "m"));
  const { status, out, err } = await test.run("hca verify dl");
  assert.equal(out, "", "intact files are called damaged");
  assert.equal(status, 0, err);
  await test.assertSound();
});

Deno.test("hca verify DIR --repair says what to do about what is in the way", async () => {
  await using test = await Case.create();
  const path = test.at(FQID, one);
  await Deno.remove(path);
  await Deno.mkdir(path);
  const { status, out, err } = await test.run(
    "hca verify dl --repair --replica aws",
  );
  assert.equal(status, 3);
  assert.equal(out, `damaged\tdl/${FQID}/${one}\tit is a directory\n`);
  const hint = `Move away what is in the way ('dl/${FQID}/${one}'), then ` +
    "run it again.";
  assert.ok(err.includes(hint), err);
  assert.doesNotMatch(err, /try once more/);
});

Deno.test("hca verify DIR says which directories it did not look at", async () => {
  await using test = await Case.create();
  await Deno.mkdir(test.at(`${FQID}.bak`));
  await Deno.copyFile(
    test.at(FQID, "bundle.json"),
    test.at(`${FQID}.bak`, "bundle.json"),
  );
  const { status, err } = await test.run("hca verify dl");
  assert.equal(status, 0, err);
  assert.match(
    err,
    /^hca: 1 directory named like a bundle's, without its bundle\.json: not /m,
  );
});
