import assert from "node:assert/strict";
import { type JsonObject, parseJson, UsageError } from "../../src/base/mod.ts";
import {
  type BundleFile,
  createFileFilter,
  type FileFilter,
  wantedOfBundle,
} from "../../src/services/mod.ts";
import { createNodeHash } from "../support/node_hash.ts";

const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const VERSION = "2019-08-01T200147.836832Z";

function file(name: string, indexed: boolean): BundleFile {
  return {
    name,
    indexed,
    uuid: "dbf7bd27-b58e-431d-ba05-6a48f29e7cef",
    version: "2019-08-03T150636.118831Z",
    sha256: "a".repeat(64),
    sizeBytes: 5,
  };
}

const FILES = [
  file("cell_suspension_0.json", true),
  file("links.json", true),
  file("cells.csv", false),
  file("sub/dir/r1.fastq.gz", false),
];

function namesWith(filter: FileFilter): string[] {
  return FILES.filter(createFileFilter(filter)).map(({ name }) => name);
}

Deno.test("createFileFilter takes all unless told otherwise", () => {
  assert.deepEqual(namesWith({}), FILES.map(({ name }) => name));
  assert.deepEqual(
    namesWith({ noData: false, noMetadata: false }),
    FILES.map(({ name }) => name),
  );
});

Deno.test("createFileFilter filters metadata and data by patterns of their own", () => {
  assert.deepEqual(namesWith({ metadataFilter: ["cell*"] }), [
    "cell_suspension_0.json",
    "cells.csv",
    "sub/dir/r1.fastq.gz",
  ]);
  assert.deepEqual(
    namesWith({ metadataFilter: [""], dataFilter: ["*.gz", "nothing"] }),
    ["sub/dir/r1.fastq.gz"],
  );
  assert.deepEqual(namesWith({ noData: true }), [
    "cell_suspension_0.json",
    "links.json",
  ]);
  assert.deepEqual(namesWith({ noMetadata: true, dataFilter: ["cells.csv"] }), [
    "cells.csv",
  ]);
  assert.deepEqual(namesWith({ noMetadata: true, noData: true }), []);
});

Deno.test("createFileFilter refuses a filter together with its exclusion", () => {
  const cases: [FileFilter, string][] = [
    [
      { noMetadata: true, metadataFilter: ["*"] },
      "--metadata-filter and --no-metadata are mutually exclusive options",
    ],
    [
      { noData: true, dataFilter: ["*.gz"] },
      "--data-filter and --no-data are mutually exclusive options",
    ],
  ];
  for (const [filter, message] of cases) {
    assert.throws(
      () => createFileFilter(filter),
      (error) => error instanceof UsageError && error.message === message,
    );
  }
});

function wanted(
  downloadDir: string,
  options: { files?: BundleFile[]; json?: JsonObject } = {},
) {
  const { files = FILES, json = {} } = options;
  return wantedOfBundle({ uuid: UUID, version: VERSION, files, json }, {
    downloadDir,
    isWanted: ({ name }) => name !== "links.json",
    sourceOf: ({ name }) => ({
      kind: "request",
      url: `https://dss.test/${name}`,
      headers: {},
    }),
    runtime: { createHash: createNodeHash },
  });
}

Deno.test("wantedOfBundle writes bundle.json byte for byte as the old client", () => {
  const json = parseJson(
    '{"bundle":{"version":"2019-08-01T200147.836832Z","uuid":' +
      '"ffffaf55-f19c-40e3-aa81-a6c69d357265","files":[{"name":"é.json",' +
      '"size":0,"indexed":true}],"creator_uid":8008}}',
  ) as JsonObject;
  const [first] = wanted("", { json });
  assert.equal(first?.name, "bundle.json");
  assert.equal(first.sizeBytes, 313);
  assert.equal(
    first.sha256,
    "f7f699d9102dda9779a90a3567f18fbeb02cc0bcd41d611f9866d13b13ef13e1",
  );
  assert.ok(first.source.kind === "bytes");
  assert.equal(
    new TextDecoder().decode(first.source.bytes),
    `{
    "bundle": {
        "creator_uid": 8008,
        "files": [
            {
                "indexed": true,
                "name": "\\u00e9.json",
                "size": 0
            }
        ],
        "uuid": "ffffaf55-f19c-40e3-aa81-a6c69d357265",
        "version": "2019-08-01T200147.836832Z"
    }
}`,
  );
});

Deno.test("wantedOfBundle puts wanted files into the directory of the version", () => {
  const fqid = `${UUID}.${VERSION}`;
  assert.deepEqual(wanted("dd").map(({ target }) => target), [
    `dd/${fqid}/bundle.json`,
    `dd/${fqid}/cell_suspension_0.json`,
    `dd/${fqid}/cells.csv`,
    `dd/${fqid}/sub/dir/r1.fastq.gz`,
  ]);
  assert.deepEqual(
    wanted("", { files: [] }).map(({ target }) => target),
    [`${fqid}/bundle.json`],
  );
  assert.equal(wanted("./x/")[0]?.target, `./x/${fqid}/bundle.json`);
  assert.equal(wanted("/")[0]?.target, `/${fqid}/bundle.json`);
});
