/**
 * Names, hashes and sizes that a service states, which become paths.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import { type FaultCase, faultCase, type Given } from "./_case.ts";

const IS_WINDOWS = Deno.build.os === "windows";

/** Changes what the bundle says of its first file, which is small. */
const states = (change: JsonObject) => ({ service }: Given): void => {
  service.listing = (
    [first, ...others],
  ) => [{ ...first, ...change }, ...others];
};

/** Nothing was asked for after the bundle. */
const nothingWasFetched = ({ service }: Given): void => {
  assert.equal(service.asked("/v1/files/").length, 0);
  assert.equal(service.asked("/blobs/").length, 0);
};

const refused = (
  row: string,
  what: string,
  change: JsonObject,
): FaultCase => ({
  row,
  when: `a bundle has a file ${what}`,
  does: "refuses the bundle before anything is fetched",
  arrange: states(change),
  status: 10,
  error: "RefusedError",
  leavesNothing: true,
  check: nothingWasFetched,
});

const CASES: FaultCase[] = [
  ...["../evil", "a/../../evil", "..", "a/./b", "a//b", "a/"].map((name) =>
    refused("P01", `named '${name}'`, { name })
  ),
  ...["/etc/evil", "C:\\evil", "C:evil", "\\\\host\\evil", "a\\..\\b"].map(
    (name) => refused("P02", `named '${name}'`, { name }),
  ),
  ...[
    ["a NUL", "a\0b"],
    ["a line end", "a\nb"],
    ["an escape sequence", "\x1b[2Jb"],
    ["a right-to-left override", "a\u202egpj.exe"],
    ["a bell", "a\x07b"],
  ].map(([what, name = ""]) =>
    refused("P03", `with ${what} in its name`, { name })
  ),
  refused("P05", "named as another but for case", { name: "SMALL.BIN" }),
  {
    ...refused("P05", "named as another but for the form of an accent", {}),
    arrange: ({ service }) => {
      service.listing = ([first, second, ...others]) => [
        { ...first, name: "e\u0301.bin" },
        { ...second, name: "\u00e9.bin" },
        ...others,
      ];
    },
  },
  refused("P05", "named as the directory of another", {
    name: "small.bin/inner",
  }),
  refused("P06", "with a name of 300 bytes in 100 characters", {
    name: "\u6f22".repeat(100),
  }),
  refused("P06", "with a path of 5000 bytes", {
    name: Array.from({ length: 25 }, () => "x".repeat(200)).join("/"),
  }),
  ...["../../evil", "abc", "", "g".repeat(64)].map((sha256) =>
    refused("P08", `with the hash '${sha256}'`, { sha256 })
  ),
  ...[-1, 1.5, 2 ** 63, "12", null].map((size) =>
    refused("M03", `of the size ${JSON.stringify(size)}`, { size })
  ),
  {
    row: "P07",
    when: "names have characters that shells and URLs treat specially",
    does: "uses them as they are",
    arrange: ({ service }) => {
      const names = ["27604_8#296.cram-1.fastq.gz", "100 %", "[a]{b}", "-rf"];
      names.push("'q' $HOME `x`", "~", "\u00e9\u6f22\ud83d\udc1f");
      if (!IS_WINDOWS) names.push('"d"', "*?");
      for (const name of names) {
        service.add(name, new TextEncoder().encode(`content of ${name}`));
      }
    },
  },
  {
    row: "P04",
    when: "names are ones that only Windows reserves",
    does: "uses them as they are",
    arrange: ({ service }) => {
      if (IS_WINDOWS) return;
      for (const name of ["CON", "NUL.txt", "end.", "end ", "ab:c"]) {
        service.add(name, new TextEncoder().encode(`content of ${name}`));
      }
    },
  },
  {
    row: "P08",
    when: "a hash is in upper case",
    does: "takes it for the same",
    arrange: ({ service }) => {
      service.listing = (entries) =>
        entries.map(({ sha256, ...entry }) => ({
          ...entry,
          sha256: String(sha256).toUpperCase(),
        }));
    },
  },
  {
    row: "M03",
    when: "a file has no bytes",
    does: "makes it without asking for it",
    arrange: ({ service }) => void service.add("empty", new Uint8Array()),
    check: ({ service }) => {
      const empty = service.files.find(({ name }) => name === "empty");
      assert.equal(service.asked(`/v1/files/${empty?.uuid}`).length, 0);
    },
  },
];

for (const fault of CASES) faultCase(import.meta.url, fault);
