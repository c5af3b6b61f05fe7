/**
 * Manifests with names, hashes, sizes and tables that cannot be used.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { createGiven, downloadWords, type Given, runHca } from "./_case.ts";
import { diskProblems, filesBelow } from "./_invariants.ts";
import { BUNDLE_VERSION, type BundleFile } from "./_service.ts";
import { faultTest } from "./_suite.ts";

const COLUMNS = [
  ...["bundle_uuid", "bundle_version", "file_name", "file_uuid"],
  ...["file_version", "file_sha256", "file_size"],
];

function row(
  { name, uuid, sha256, bytes }: BundleFile,
  change: Record<string, string> = {},
): string {
  const cells: Record<string, string> = {
    bundle_uuid: "b",
    bundle_version: "v",
    file_name: name,
    file_uuid: uuid,
    file_version: BUNDLE_VERSION,
    file_sha256: sha256,
    file_size: String(bytes.length),
    ...change,
  };
  return COLUMNS.map((column) => cells[column] ?? "").join("\t");
}

const HEADER = COLUMNS.join("\t");

/** A run of `hca dss download-manifest` over a text made of the files. */
function manifestTest(
  { row, when, does, text, status, says }: {
    row: string;
    when: string;
    does: string;
    text: (given: Given) => string | Uint8Array;
    status: number;
    says?: RegExp;
  },
): void {
  faultTest(import.meta.url, { row, when, does }, async (note) => {
    await using given = await createGiven();
    const { sandbox, service } = given;
    const made = text(given);
    const bytes = typeof made === "string"
      ? new TextEncoder().encode(made)
      : made;
    await Deno.writeFile(join(sandbox.work, "manifest.tsv"), bytes);
    const words = downloadWords(service).slice(4 + 2);
    const outcome = await runHca(sandbox, [
      ...["dss", "download-manifest", "--replica", "aws"],
      ...["--manifest", "manifest.tsv", ...words],
    ]);
    assert.equal(outcome.status, status, outcome.err);
    note(`exit ${status}`);
    const isWhole = status === 0;
    const problems = await diskProblems(sandbox.work, service, {
      isWhole,
      isLaidOut: false,
      others: ["manifest.tsv"],
    });
    assert.deepEqual(problems, []);
    if (isWhole) return;
    assert.match(outcome.error?.message ?? "", says ?? /./, outcome.err);
    assert.equal(service.asked("/v1/files/").length, 0);
    assert.equal(service.asked("/blobs/").length, 0);
    assert.deepEqual(await filesBelow(sandbox.work), ["manifest.tsv"]);
    assert.deepEqual(
      await Deno.readFile(join(sandbox.work, "manifest.tsv")),
      bytes,
    );
  });
}

const tableOf = (rows: string[]) => [HEADER, ...rows, ""].join("\n");
const allRows = ({ service }: Given) => service.files.map((file) => row(file));

/** A manifest whose second row is other than it should be. */
const secondRow = (change: Record<string, string>) => (given: Given) => {
  const [first = "", , ...others] = allRows(given);
  return tableOf([first, row(given.small, change), ...others]);
};

for (
  const [id, what, change] of [
    ["P01", "the name ../evil", { file_name: "../evil" }],
    ["P02", "the name /etc/evil", { file_name: "/etc/evil" }],
    ["P03", "a NUL in its name", { file_name: "a\0b" }],
    ["P08", "the hash ../../evil", { file_sha256: "../../evil" }],
    ["P08", "no hash", { file_sha256: "" }],
    ["M03", "the size -1", { file_size: "-1" }],
    ["M03", "the size 1e9", { file_size: "1e9" }],
    ["M03", "the size 2^63", { file_size: "9223372036854775808" }],
    ["M03", "no size", { file_size: "" }],
  ] as const
) {
  manifestTest({
    row: id,
    when: `a row of a manifest has ${what}`,
    does: "refuses the manifest and names the line",
    text: secondRow(change),
    status: 10,
    says: /line 3/,
  });
}

manifestTest({
  row: "P09",
  when: "a manifest gives one hash two sizes",
  does: "refuses it before anything is fetched",
  text: (given) =>
    tableOf([...allRows(given), row(given.small, { file_size: "1" })]),
  status: 10,
  says: /line 5: .* 1 bytes here and 65536 in line 3/,
});

for (
  const [what, text, says] of [
    [
      "has a row that is too short",
      (given: Given) => tableOf([...allRows(given), "a\tb"]),
      /line 5/,
    ],
    [
      "lacks the column file_sha256",
      (given: Given) =>
        tableOf(allRows(given)).replace("file_sha256", "file_hash"),
      /file_sha256/,
    ],
    [
      "has a column twice",
      (given: Given) =>
        tableOf(allRows(given)).replace("file_uuid", "file_name"),
      /file_name/,
    ],
    [
      "has a NUL",
      (given: Given) => tableOf(allRows(given)).replace("\tv\t", "\tv\0\t"),
      /./,
    ],
    [
      "is not UTF-8",
      (given: Given) =>
        new Uint8Array([
          ...new TextEncoder().encode(tableOf(allRows(given))),
          ...[0xff, 0xfe, 0x0a],
        ]),
      /UTF-8|line 5/,
    ],
    [
      "has a quote that is not closed",
      (given: Given) => tableOf([...allRows(given), '"abc']),
      /quot|line 5/,
    ],
    ["is empty", () => "", /./],
    [
      "has a line of 20 MB",
      (given: Given) => tableOf([...allRows(given), "x".repeat(20_000_000)]),
      /line 5/,
    ],
  ] as const
) {
  manifestTest({
    row: "M02",
    when: `a manifest ${what}`,
    does: "refuses it before anything is fetched",
    text,
    status: 10,
    says,
  });
}
for (
  const [what, change] of [
    ["begins with a byte order mark", (text: string) => `\ufeff${text}`],
    [
      "has lines that end with CR LF",
      (text: string) => text.replaceAll("\n", "\r\n"),
    ],
    [
      "has blank lines and no last line end",
      (text: string) => text.replaceAll("\n", "\n\n").trimEnd(),
    ],
    [
      "has quoted cells",
      (text: string) => text.replaceAll(/[^\t\n]+/g, '"$&"'),
    ],
  ] as const
) {
  manifestTest({
    row: "M02",
    when: `a manifest ${what}`,
    does: "reads it",
    text: (given) => change(tableOf(allRows(given))),
    status: 0,
  });
}
