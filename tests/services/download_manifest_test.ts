import assert from "node:assert/strict";
import { RefusedError, UsageError } from "../../src/base/mod.ts";
import {
  formatWithPaths,
  type Layout,
  parseFileManifest,
  parseLayout,
  storeRoot,
} from "../../src/services/mod.ts";
import { ContentStore } from "../../src/store/mod.ts";
import { MemoryFiles } from "../support/memory_files.ts";

const BUNDLE = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const BUNDLE_VERSION = "2019-08-01T200147.836832Z";
const FILE = "dbf7bd27-b58e-431d-ba05-6a48f29e7cef";
const FILE_VERSION = "2019-08-03T150636.118831Z";
const SHA256 =
  "da4df14eb39cacdff01a08f27685534822c2d40adf534ea7b3e4adf261b9079a";

const COLUMNS = [
  "bundle_uuid",
  "bundle_version",
  "file_name",
  "file_uuid",
  "file_version",
  "file_sha256",
  "file_size",
];
const ROW: Record<string, string> = {
  bundle_uuid: BUNDLE,
  bundle_version: BUNDLE_VERSION,
  file_name: "links.json",
  file_uuid: FILE,
  file_version: FILE_VERSION,
  file_sha256: SHA256,
  file_size: "2081",
};

function manifest(
  changes: Record<string, string> = {},
  columns: readonly string[] = COLUMNS,
): string {
  const row = { ...ROW, ...changes };
  return `${columns.join("\t")}\n${
    columns.map((name) => row[name] ?? "").join("\t")
  }\n`;
}

function parse(text: string, layout: Layout = "none") {
  return parseFileManifest(text, layout, "manifest 'm.tsv'");
}

function refuses(
  text: string,
  layout: Layout,
  message: string | RegExp,
): RefusedError {
  try {
    parse(text, layout);
  } catch (error) {
    assert.ok(error instanceof RefusedError, String(error));
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return error;
  }
  throw new Error("it was not refused");
}

Deno.test("parseFileManifest reads a row for each layout", () => {
  assert.deepEqual(parse(manifest()).rows, [{
    line: 2,
    name: "links.json",
    sha256: SHA256,
    bundleUuid: "",
    bundleVersion: "",
    uuid: FILE,
    version: FILE_VERSION,
    sizeBytes: 2081,
  }]);
  assert.deepEqual(parse(manifest(), "bundle").rows, [{
    line: 2,
    name: "links.json",
    sha256: SHA256,
    bundleUuid: BUNDLE,
    bundleVersion: BUNDLE_VERSION,
    uuid: "",
    version: "",
    sizeBytes: 0,
  }]);
});

Deno.test("parseFileManifest takes columns in any order, and more of them", () => {
  const columns = ["project", ...COLUMNS.toReversed(), "note"];
  const { rows, table } = parse(manifest({ note: "x" }, columns));
  assert.equal(rows[0]?.uuid, FILE);
  assert.equal(rows[0]?.sizeBytes, 2081);
  assert.deepEqual(table.columns, columns);
  assert.equal(table.rows[0]?.cells.note, "x");
});

Deno.test("parseFileManifest takes the manifest of the old instructions", () => {
  // Written by `echo -e "…\n"`: an empty line after each one; CRLF besides.
  const lines = manifest().trimEnd().split("\n");
  const text = `\ufeff${lines.map((line) => `${line}\r\n\r\n`).join("")}`;
  const { rows } = parse(text);
  assert.deepEqual(rows.map(({ line, name }) => [line, name]), [
    [3, "links.json"],
  ]);
});

Deno.test("parseFileManifest has no rows when there is only a header", () => {
  assert.deepEqual(parse(`${COLUMNS.join("\t")}\n`).rows, []);
});

Deno.test("parseFileManifest names every missing column", () => {
  const error = refuses(
    "file_name\tfile_uuid\nx\ty\n",
    "none",
    "manifest 'm.tsv' lacks the columns file_version, file_sha256, file_size",
  );
  assert.equal(
    error.hint,
    "Layout none needs file_name, file_uuid, file_version, file_sha256, " +
      "file_size.",
  );
  refuses(
    manifest({}, COLUMNS.filter((name) => name !== "bundle_version")),
    "bundle",
    "manifest 'm.tsv' lacks the column bundle_version",
  );
});

Deno.test("parseFileManifest says when a manifest is not tab-separated", () => {
  const missing = "manifest 'm.tsv' lacks the columns file_name, file_uuid, " +
    "file_version, file_sha256, file_size; it is not tab-separated";
  refuses(manifest().replaceAll("\t", ","), "none", missing);
  refuses(manifest().replaceAll("\t", "    "), "none", missing);
  refuses(
    "something\n",
    "none",
    /lacks the columns .*, file_size$/,
  );
});

Deno.test("parseFileManifest takes a hash of either case and refuses another", () => {
  assert.equal(
    parse(manifest({ file_sha256: SHA256.toUpperCase() })).rows[0]?.sha256,
    SHA256,
  );
  for (const file_sha256 of ["../../x", "", SHA256.slice(1), `${SHA256} `]) {
    for (const layout of ["none", "bundle"] as const) {
      refuses(
        manifest({ file_sha256 }),
        layout,
        /^manifest 'm\.tsv' has values that cannot be used: line 2: '.*' is not a SHA-256/,
      );
    }
  }
});

Deno.test("parseFileManifest takes whole sizes only", () => {
  assert.equal(parse(manifest({ file_size: "0" })).rows[0]?.sizeBytes, 0);
  assert.equal(
    parse(manifest({ file_size: "9007199254740991" })).rows[0]?.sizeBytes,
    9_007_199_254_740_991,
  );
  for (
    const file_size of [
      "-1",
      "1e9",
      "1.0",
      "9223372036854775808",
      "",
      " 5",
      "0x5",
      "٣",
    ]
  ) {
    refuses(
      manifest({ file_size }),
      "none",
      `manifest 'm.tsv' has values that cannot be used: line 2: file_size ` +
        `'${file_size}' is not a whole number`,
    );
  }
});

Deno.test("parseFileManifest refuses names that lead elsewhere and uuids that are none", () => {
  refuses(
    manifest({ file_name: "../x" }),
    "bundle",
    /line 2: file_name '\.\.\/x': it has the part '\.\.'$/,
  );
  refuses(manifest({ file_name: "/etc/x" }), "none", /it is an absolute path$/);
  refuses(
    manifest({ file_name: "a\u0000b" }),
    "none",
    /'a\\u\{0\}b': it has control/,
  );
  refuses(
    manifest({ file_uuid: "../search" }),
    "none",
    /line 2: file_uuid '\.\.\/search' is not a uuid$/,
  );
  refuses(
    manifest({ bundle_uuid: "" }),
    "bundle",
    /line 2: bundle_uuid '' is not a uuid$/,
  );
});

Deno.test("parseFileManifest names ten of many bad lines", () => {
  const [header = ""] = manifest().split("\n");
  const [, row = ""] = manifest({ file_size: "x" }).split("\n");
  const error = refuses(
    `${header}\n${`${row}\n`.repeat(25)}`,
    "none",
    /; and 15 more$/,
  );
  assert.match(error.message, /: line 2: .*; line 11: /);
  assert.doesNotMatch(error.message, /line 12/);
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

function pathsIn(downloadDir: string): (sha256: string) => string {
  const store = new ContentStore(storeRoot(downloadDir), {
    files: new MemoryFiles(),
    random: () => 0.5,
  });
  return (sha256) => store.pathOf(sha256);
}

Deno.test("formatWithPaths appends the column, the directory as it was typed", () => {
  const inStore = `.hca/v2/files_2_4/da/4df1/${SHA256}`;
  const cases = {
    "": inStore,
    "dd": `dd/${inStore}`,
    "dd/": `dd/${inStore}`,
    "./x": `./x/${inStore}`,
    "../x": `../x/${inStore}`,
    "/abs": `/abs/${inStore}`,
    "/": `/${inStore}`,
  };
  for (const [downloadDir, path] of Object.entries(cases)) {
    const text = formatWithPaths(parse(manifest()), pathsIn(downloadDir));
    assert.equal(
      text,
      `${[...COLUMNS, "file_path"].join("\t")}\n${
        [...COLUMNS.map((name) => ROW[name]), path].join("\t")
      }\n`,
    );
  }
});

Deno.test("formatWithPaths overwrites the column where it is", () => {
  const columns = ["file_path", ...COLUMNS];
  const text = formatWithPaths(
    parse(manifest({ file_path: "old" }, columns)),
    pathsIn("dd"),
  );
  const [header, row] = text.split("\n");
  assert.equal(header, columns.join("\t"));
  assert.equal(
    row?.split("\t")[0],
    `dd/.hca/v2/files_2_4/da/4df1/${SHA256}`,
  );
  assert.equal(row.split("\t").length, columns.length);
});

Deno.test("formatWithPaths keeps every value and drops blank lines and carriage returns", () => {
  const columns = [...COLUMNS, "note"];
  const text = manifest({ note: '"a ""b""\tc"' }, columns)
    .replaceAll("\n", "\r\n\r\n");
  const [header, row, end] = formatWithPaths(parse(text), () => "p").split(
    "\n",
  );
  assert.equal(header, [...columns, "file_path"].join("\t"));
  assert.equal(
    row,
    [...COLUMNS.map((name) => ROW[name]), '"a ""b""\tc"', "p"].join("\t"),
  );
  assert.equal(end, "");
});

Deno.test("formatWithPaths lowers a hash in the path only", () => {
  const upper = SHA256.toUpperCase();
  const text = formatWithPaths(
    parse(manifest({ file_sha256: upper })),
    pathsIn(""),
  );
  assert.ok(text.includes(`\t${upper}\t`));
  assert.ok(text.endsWith(`/da/4df1/${SHA256}\n`));
});
