import assert from "node:assert/strict";
import { RefusedError, UsageError } from "../../src/base/mod.ts";
import {
  type Layout,
  parseLayout,
} from "../../src/services/download_manifest.ts";
import { ManifestFile } from "../../src/services/manifest_file.ts";
import {
  type ManifestRow,
  readManifestRows,
} from "../../src/services/manifest_rows.ts";
import { MemoryFiles } from "../support/memory_files.ts";
import { COLUMNS, row, sha256, table, uuid } from "./_manifest_case.ts";

const NAME = "links.json";

async function open(text: string): Promise<ManifestFile> {
  const files = new MemoryFiles();
  const file = await files.create("/m.tsv");
  await file.write(new TextEncoder().encode(text));
  file.close();
  return await ManifestFile.open(files, "/m.tsv");
}

async function parse(
  text: string,
  layout: Layout = "none",
): Promise<ManifestRow[]> {
  const batches = readManifestRows(await open(text), layout);
  return (await Array.fromAsync(batches)).flat();
}

async function refuses(
  text: string,
  layout: Layout,
  message: string | RegExp,
  hint?: string,
): Promise<void> {
  await assert.rejects(parse(text, layout), (error) => {
    assert.ok(error instanceof RefusedError, String(error));
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    if (hint !== undefined) assert.equal(error.hint, hint);
    return true;
  });
}

Deno.test("readManifestRows reads a row for each layout", async () => {
  const text = table([row(NAME)]);
  const both = { line: 2, name: NAME, sha256: sha256(NAME), sizeBytes: 10 };
  assert.deepEqual(await parse(text), [{
    ...both,
    bundleUuid: "",
    bundleVersion: "",
    uuid: uuid(NAME),
    version: "2019-08-03T150636.118831Z",
  }]);
  assert.deepEqual(await parse(text, "bundle"), [{
    ...both,
    bundleUuid: uuid("bundle"),
    bundleVersion: "2019-08-01T200147.836832Z",
    uuid: "",
    version: "",
  }]);
});

Deno.test("readManifestRows takes columns in any order, and more of them", async () => {
  const columns = ["project", ...COLUMNS.toReversed(), "note"];
  const [first] = await parse(table([row(NAME, { note: "x" })], columns));
  assert.equal(first?.uuid, uuid(NAME));
  assert.equal(first?.sizeBytes, 10);
});

Deno.test("readManifestRows needs no size in layout bundle, and takes one", async () => {
  const without = COLUMNS.filter((name) => name !== "file_size");
  for (
    const text of [
      table([row(NAME)], without),
      table([row(NAME, { file_size: "" })]),
    ]
  ) {
    const [first] = await parse(text, "bundle");
    assert.ok(Number.isNaN(first?.sizeBytes));
  }
  await refuses(
    table([row(NAME, { file_size: "-1" })]),
    "bundle",
    "manifest '/m.tsv', line 2: file_size '-1' is not a whole number",
  );
});

Deno.test("readManifestRows takes the manifest of the old instructions", async () => {
  // Written by `echo -e "…\n"`: an empty line after each one; CRLF besides.
  const lines = table([row(NAME)]).trimEnd().split("\n");
  const rows = await parse(
    `\ufeff${lines.map((line) => `${line}\r\n\r\n`).join("")}`,
  );
  assert.deepEqual(rows.map(({ line, name }) => [line, name]), [[3, NAME]]);
});

Deno.test("readManifestRows has no rows when there is only a header", async () => {
  assert.deepEqual(await parse(table([])), []);
});

Deno.test("readManifestRows names every missing column", async () => {
  await refuses(
    "file_name\tfile_uuid\nx\ty\n",
    "none",
    "manifest '/m.tsv' lacks the columns file_version, file_sha256, file_size",
    "Layout none needs file_name, file_uuid, file_version, file_sha256, " +
      "file_size.",
  );
  await refuses(
    table([row(NAME)], COLUMNS.filter((name) => name !== "bundle_version")),
    "bundle",
    "manifest '/m.tsv' lacks the column bundle_version",
  );
});

Deno.test("readManifestRows says when a manifest is not tab-separated", async () => {
  const missing = "manifest '/m.tsv' lacks the columns file_name, file_uuid, " +
    "file_version, file_sha256, file_size; it is not tab-separated";
  for (const separator of [",", ";", "    "]) {
    const text = table([row(NAME)]).replaceAll("\t", separator);
    await refuses(text, "none", missing);
  }
  await refuses("something\n", "none", /lacks the columns .*, file_size$/);
});

Deno.test("readManifestRows takes a hash of either case and refuses another", async () => {
  const upper = sha256(NAME).toUpperCase();
  const [first] = await parse(table([row(NAME, { file_sha256: upper })]));
  assert.equal(first?.sha256, sha256(NAME));
  for (const file_sha256 of ["../../x", "", upper.slice(1), `${upper} `]) {
    for (const layout of ["none", "bundle"] as const) {
      await refuses(
        table([row(NAME, { file_sha256 })]),
        layout,
        /^manifest '\/m\.tsv', line 2: '.*' is not a SHA-256/,
      );
    }
  }
});

Deno.test("readManifestRows takes whole sizes only", async () => {
  for (const size of [0, 9_007_199_254_740_991]) {
    const text = table([row(NAME, { file_size: String(size) })]);
    assert.equal((await parse(text))[0]?.sizeBytes, size);
  }
  const wrong = ["-1", "1e9", "1.0", "9223372036854775808", "", " 5", "0x5"];
  for (const file_size of [...wrong, "٣"]) {
    await refuses(
      table([row(NAME, { file_size })]),
      "none",
      `manifest '/m.tsv', line 2: file_size '${file_size}' is not a whole number`,
    );
  }
});

Deno.test("readManifestRows refuses names that lead elsewhere and uuids that are none", async () => {
  const cases: [Record<string, string>, Layout, RegExp][] = [
    [
      { file_name: "../x" },
      "bundle",
      /name '\.\.\/x': it has the part '\.\.'$/,
    ],
    [{ file_name: ".." }, "none", /it has the part '\.\.'$/],
    [{ file_name: "/etc/x" }, "none", /it is an absolute path$/],
    [{ file_name: "" }, "none", /it is empty$/],
    [{ file_name: "a\u001bb" }, "none", /'a\\u\{1b\}b': it has control/],
    [{ file_name: "x".repeat(256) }, "none", /more than 255 bytes$/],
    [{ file_uuid: "../search" }, "none", /file_uuid '\.\.\/search' is not a/],
    [{ bundle_uuid: "" }, "bundle", /bundle_uuid '' is not a uuid$/],
  ];
  for (const [changes, layout, message] of cases) {
    await refuses(table([row(NAME, changes)]), layout, message);
  }
});

Deno.test("readManifestRows takes names that are odd but safe", async () => {
  const names = [
    "27604_8#296.cram-1.fastq.gz",
    "sub/dir/r1.fastq.gz",
    "-x %20 [a]{b}.txt",
    ".hidden",
    "é😀",
  ];
  const rows = await parse(table(names.map((name) => row(name))));
  assert.deepEqual(rows.map(({ name }) => name), names);
});

Deno.test("readManifestRows tells of every bad row and gives the others", async () => {
  const text = table([
    row("a"),
    row("b", { file_size: "x" }),
    row("c"),
  ]) + "only one\n";
  const bad: [number, string][] = [];
  const batches = readManifestRows(
    await open(text),
    "none",
    (line, why) => bad.push([line, why]),
  );
  const rows = (await Array.fromAsync(batches)).flat();
  assert.deepEqual(rows.map(({ name }) => name), ["a", "c"]);
  assert.deepEqual(bad, [
    [3, "file_size 'x' is not a whole number"],
    [5, "it has 1 cells, the header has 7"],
  ]);
});

Deno.test("parseLayout knows two layouts", () => {
  assert.equal(parseLayout("none"), "none");
  assert.equal(parseLayout("bundle"), "bundle");
  for (const layout of ["", "None", "bundles"]) {
    assert.throws(
      () => parseLayout(layout),
      (error) =>
        error instanceof UsageError &&
        error.message ===
          `invalid layout '${layout}': not one of none, bundle`,
    );
  }
});
