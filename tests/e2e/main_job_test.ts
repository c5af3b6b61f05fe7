import assert from "node:assert/strict";
import { join } from "node:path";
import {
  firstBundle,
  type ListedBundle,
  SampleStore,
  Sandbox,
  sha256Of,
} from "./_program.ts";

async function verifyTree(
  sandbox: Sandbox,
  bundle: ListedBundle,
): Promise<void> {
  const directory = join(sandbox.work, `${bundle.uuid}.${bundle.version}`);
  for (const file of bundle.files) {
    const path = join(directory, file.name);
    assert.equal((await Deno.stat(path)).size, file.size, file.name);
    assert.equal(await sha256Of(path), file.sha256, file.name);
  }
  const names = await sandbox.files(directory);
  const expected = [...bundle.files.map(({ name }) => name), "bundle.json"];
  assert.deepEqual(names, expected.sort());
}

Deno.test("hca with nothing configured makes a store with sample bundles and says so once", async () => {
  await using sandbox = await Sandbox.create();
  const args = ["dss", "post-search", "--replica", "aws", "--es-query", "{}"];
  const first = await sandbox.run(args);
  assert.equal(first.status, 0, first.err);
  assert.match(
    first.err,
    /^hca: no service is configured; made an embedded one with 3 sample bundles in .+\n$/,
  );
  const answer = JSON.parse(first.out);
  assert.equal(answer.total_hits, 3);
  assert.equal(answer.results.length, 3);
  const second = await sandbox.run(args);
  assert.deepEqual(JSON.parse(second.out), answer);
  assert.match(
    second.err,
    /^hca: no service is configured; using the embedded one in .+\n$/,
  );
});

Deno.test("hca dss download brings every file, verified, and nothing the second time", async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const bundle = await firstBundle(sandbox);
  const args = ["dss", "download", "--replica", "gcp"];
  args.push("--bundle-uuid", bundle.uuid);
  const first = await sandbox.run(args);
  assert.equal(first.status, 0, first.err);
  assert.equal(first.out, "");
  await verifyTree(sandbox, bundle);
  const before = await sandbox.files();
  assert.deepEqual(before.filter((name) => name.includes(".part")), []);

  // Without the bytes at the service a second run can only use its own.
  await Deno.remove(join(store.directory, "blobs"), { recursive: true });
  const second = await sandbox.run(args);
  assert.equal(second.status, 0, second.err);
  assert.match(second.err, /^hca: done: \d+ files \(0 fetched, \d+ there/m);
  assert.deepEqual(await sandbox.files(), before);
  await verifyTree(sandbox, bundle);
});

Deno.test("hca dss download reuses the store of an old download directory", async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const bundle = await firstBundle(sandbox);
  const [file] = bundle.files;
  assert.ok(file);
  const { sha256 } = file;
  const folders = [sha256.slice(0, 2), sha256.slice(2, 6)];
  const old = join(sandbox.work, ".hca/v2/files_2_4", ...folders);
  await Deno.mkdir(old, { recursive: true });
  await Deno.copyFile(
    join(store.directory, "blobs", ...folders, sha256),
    join(old, sha256),
  );
  const { status, err } = await sandbox.run(
    [
      ...["dss", "download", "--replica", "aws"],
      ...["--bundle-uuid", bundle.uuid, "--log-level", "DEBUG"],
    ],
  );
  assert.equal(status, 0, err);
  assert.match(
    err,
    new RegExp(`^hca: debug: ${file.name}, .*: there already`, "m"),
  );
  await verifyTree(sandbox, bundle);
});

Deno.test("hca dss download-manifest brings the listed files and writes their paths", async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const { uuid, version, files } = await firstBundle(sandbox);
  const chosen = files.filter(({ indexed }) => !indexed);
  const header = "bundle_uuid\tbundle_version\tfile_name\tfile_uuid\t" +
    "file_version\tfile_sha256\tfile_size\tfile_path";
  const rows = chosen.map((file) =>
    [
      uuid,
      version,
      file.name,
      file.uuid,
      file.version,
      file.sha256,
      file.size,
      "old",
    ]
      .join("\t")
  );
  // As `echo -e "…\n"` writes it: an empty line after each line.
  const text = [header, ...rows].map((line) => `${line}\n\n`).join("");
  const manifest = join(sandbox.work, "manifest.tsv");
  await Deno.writeTextFile(manifest, text);
  for (const layout of ["none", "bundle"]) {
    const { status, err } = await sandbox.run([
      ...["dss", "download-manifest", "--replica", "aws"],
      ...["--manifest", "manifest.tsv", "--layout", layout],
      ...["--download-dir", layout],
    ]);
    assert.equal(status, 0, err);
    const lines = (await Deno.readTextFile(manifest)).trimEnd().split("\n");
    assert.equal(lines[0], header);
    assert.equal(lines.length, chosen.length + 1);
    for (const [at, file] of chosen.entries()) {
      const path = lines[at + 1]?.split("\t").at(-1) ?? "";
      assert.ok(path.startsWith(`${layout}/.hca/v2/files_2_4/`), path);
      assert.equal(await sha256Of(join(sandbox.work, path)), file.sha256);
    }
  }
  const laidOut = await sandbox.files(
    join(sandbox.work, "bundle", `${uuid}.${version}`),
  );
  // Listed data files, all metadata, and the bundle.json.
  assert.equal(laidOut.length, files.length + 1);
});

Deno.test("hca dss download refuses a file whose bytes were changed at the service, and only that one", async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const bundle = await firstBundle(sandbox);
  const victim = bundle.files.find(({ name }) => name.endsWith(".fastq.gz"));
  assert.ok(victim);
  const { sha256 } = victim;
  const blob = join(
    ...[store.directory, "blobs", sha256.slice(0, 2)],
    ...[sha256.slice(2, 6), sha256],
  );
  const content = await Deno.readFile(blob);
  content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
  await Deno.writeFile(blob, content);

  const { status, err } = await sandbox.run(
    ["dss", "download", "--replica", "aws", "--bundle-uuid", bundle.uuid],
  );
  assert.equal(status, 3);
  const errors = err.split("\n").filter((line) => line.includes(": error: "));
  assert.equal(errors.length, 2, err);
  assert.ok(errors[0]?.includes(victim.name), err);
  assert.ok(errors[0]?.includes(sha256), err);
  assert.match(errors[1] ?? "", /1 of \d+ files failed; the others are compl/);
  const names = await sandbox.files();
  assert.deepEqual(names.filter((name) => name.includes(victim.name)), []);
  assert.deepEqual(names.filter((name) => name.endsWith(sha256)), []);
  assert.deepEqual(names.filter((name) => name.includes(".part")), []);
  await verifyTree(sandbox, {
    ...bundle,
    files: bundle.files.filter((file) => file !== victim),
  });
});

Deno.test("hca dss get-file | head ends well when nobody reads any more", async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const bundle = await firstBundle(sandbox);
  const file = bundle.files.find(({ name }) =>
    name.endsWith("R2_001.fastq.gz")
  );
  assert.ok(file);
  const args = ["dss", "get-file", "--replica", "aws", "--uuid", file.uuid];
  const whole = await sandbox.run(args);
  assert.equal(whole.bytes.length, file.size);

  const child = sandbox.spawn(args);
  const reader = child.stdout.getReader();
  await reader.cancel();
  const err = await new Response(child.stderr).text();
  assert.equal((await child.status).code, 0, err);
  assert.ok(!err.includes("error"), err);
});

Deno.test("hca dss get-file re-indents JSON, as the old client did", async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const { files } = await firstBundle(sandbox);
  const file = files.find(({ name }) => name === "links.json");
  assert.ok(file);
  const { out } = await sandbox.run(
    ["dss", "get-file", "--replica", "aws", "--uuid", file.uuid],
  );
  const { sha256 } = file;
  const stored = await Deno.readTextFile(join(
    ...[store.directory, "blobs", sha256.slice(0, 2)],
    ...[sha256.slice(2, 6), sha256],
  ));
  assert.notEqual(out, stored);
  assert.equal(out, `${JSON.stringify(JSON.parse(stored), null, 2)}\n`);
});
