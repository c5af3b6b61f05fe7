import assert from "node:assert/strict";
import {
  type ErrorCode,
  LocalError,
  PartialError,
  RefusedError,
  UsageError,
} from "../../src/base/mod.ts";
import type { DownloadManifestOptions } from "../../src/services/mod.ts";
import {
  CELLS,
  CONTENTS,
  contentsOf,
  createDssCase,
  type DssCase,
  fileUuid,
  NEW,
  OLD,
  sha256,
  UUID,
} from "./_dss_case.ts";

const COLUMNS = [
  "bundle_uuid",
  "bundle_version",
  "file_name",
  "file_uuid",
  "file_version",
  "file_sha256",
  "file_size",
];

type Row = Partial<Record<typeof COLUMNS[number], string>> & {
  file_name: string;
};

/** A row of the old version, with changes. */
function row(changes: Row): string[] {
  const version = changes.bundle_version ?? OLD;
  const text = contentsOf(version || NEW)[changes.file_name] ?? "";
  const cells: Record<string, string | undefined> = {
    bundle_uuid: UUID,
    bundle_version: version,
    file_uuid: fileUuid(changes.file_name),
    file_version: changes.file_name === "cells.csv" ? version : OLD,
    file_sha256: sha256(text),
    file_size: String(text.length),
    ...changes,
  };
  return COLUMNS.map((name) => cells[name] ?? "");
}

function table(...rows: Row[]): string {
  return [COLUMNS, ...rows.map(row)]
    .map((cells) => `${cells.join("\t")}\n`).join("");
}

async function write(
  given: DssCase,
  text: string | Uint8Array,
  path = "m.tsv",
): Promise<void> {
  const bytes = typeof text === "string"
    ? new TextEncoder().encode(text)
    : text;
  const directory = `${given.here}/${path}`.replace(/\/[^/]*$/, "");
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeFile(`${given.here}/${path}`, bytes);
}

function run(given: DssCase, options: Partial<DownloadManifestOptions> = {}) {
  return given.client.downloadManifest({
    manifest: "m.tsv",
    replica: "aws",
    ...options,
  });
}

/** What failed: name, kind and message of each. */
async function failures(
  given: DssCase,
  options: Partial<DownloadManifestOptions> = {},
): Promise<[string, ErrorCode, string][]> {
  let found: [string, ErrorCode, string][] = [];
  await assert.rejects(run(given, options).finished(), (error) => {
    assert.ok(error instanceof PartialError, String(error));
    found = error.failures.map(({ name, error }) => [
      name,
      error.code,
      error.message,
    ]);
    return true;
  });
  return found;
}

function storePath(text: string, downloadDir = ""): string {
  const hash = sha256(text);
  const path = `.hca/v2/files_2_4/${hash.slice(0, 2)}/${
    hash.slice(2, 6)
  }/${hash}`;
  return downloadDir === "" ? path : `${downloadDir}/${path}`;
}

Deno.test("DssClient.downloadManifest fetches into the store and rewrites the manifest here", async () => {
  await using given = await createDssCase();
  const text = table(
    { file_name: "links.json" },
    { file_name: "cells.csv" },
    { file_name: "empty.txt" },
    { file_name: "links.json" },
  );
  await write(given, text.replaceAll("\n", "\r\n\r\n"));
  const events = await Array.fromAsync(run(given));
  assert.deepEqual(events.at(-1), { type: "manifest", path: "m.tsv" });
  assert.deepEqual(await given.paths(), ["m.tsv"]);
  const paths = ["links.json", "cells.csv", "empty.txt", "links.json"]
    .map((name) => storePath(contentsOf(OLD)[name] ?? ""));
  const lines = text.trimEnd().split("\n");
  assert.equal(
    await given.text("m.tsv"),
    lines.map((line, at) => `${line}\t${paths[at - 1] ?? "file_path"}\n`)
      .join(""),
  );
  for (const path of paths) {
    assert.equal(sha256(await given.text(path)), path.split("/").at(-1));
  }
  // Each content once, the empty one not at all.
  const asked = given.requests.filter((line) => line.includes("/v1/files/"));
  assert.deepEqual(
    asked.sort(),
    [
      `GET /v1/files/${fileUuid("cells.csv")}`,
      `GET /v1/files/${fileUuid("links.json")}`,
    ].sort(),
  );
  assert.deepEqual(given.messages("WARNING"), ["overwriting manifest 'm.tsv'"]);
});

Deno.test("DssClient.downloadManifest writes into the current directory, wherever the manifest and the files are", async () => {
  for (const downloadDir of ["dd", "./x", "ABSOLUTE"]) {
    await using given = await createDssCase();
    const text = table({ file_name: "links.json" });
    await write(given, text, "elsewhere/m.tsv");
    const directory = downloadDir === "ABSOLUTE"
      ? `${given.root}/abs`
      : downloadDir;
    await run(given, {
      manifest: "elsewhere/m.tsv",
      downloadDir: directory,
    }).finished();
    assert.equal(await given.text("elsewhere/m.tsv"), text);
    const links = CONTENTS["links.json"] ?? "";
    assert.equal(
      (await given.text("m.tsv")).trimEnd().split("\t").at(-1),
      storePath(links, directory),
    );
    assert.deepEqual(given.messages("WARNING"), []);
    assert.deepEqual(await given.paths(), ["elsewhere/m.tsv", "m.tsv"]);
  }
});

Deno.test("DssClient.downloadManifest in layout bundle pins the version, with all metadata", async () => {
  await using given = await createDssCase();
  await write(given, table({ file_name: "cells.csv" }));
  await run(given, { layout: "bundle", downloadDir: "dd" }).finished();
  const directory = `dd/${UUID}.${OLD}`;
  assert.deepEqual(await given.paths(), [
    ...["bundle.json", "cell_suspension_0.json", "cells.csv", "links.json"]
      .map((name) => `${directory}/${name}`),
    "m.tsv",
  ]);
  assert.equal(await given.text(`${directory}/cells.csv`), CELLS[OLD]);
  // The path is that in the store, not in the bundle.
  assert.ok(
    (await given.text("m.tsv"))
      .endsWith(`\t${storePath(CELLS[OLD] ?? "", "dd")}\n`),
  );
});

Deno.test("DssClient.downloadManifest in layout bundle asks for each version once", async () => {
  await using given = await createDssCase();
  await write(
    given,
    table(
      { file_name: "cells.csv" },
      { file_name: "cells.csv", bundle_version: NEW },
      { file_name: "sub/dir/r1.fastq.gz" },
      { file_name: "cells.csv", bundle_version: "" },
    ),
  );
  await run(given, { layout: "bundle" }).finished();
  const asked = given.requests.filter((line) => line.includes("/v1/bundles/"));
  assert.equal(asked.length, 3);
  assert.equal(await given.text(`${UUID}.${OLD}/cells.csv`), CELLS[OLD]);
  assert.equal(await given.text(`${UUID}.${NEW}/cells.csv`), CELLS[NEW]);
  const paths = await given.paths();
  assert.ok(paths.includes(`${UUID}.${OLD}/sub/dir/r1.fastq.gz`));
  assert.ok(!paths.includes(`${UUID}.${NEW}/sub/dir/r1.fastq.gz`));
});

Deno.test("DssClient.downloadManifest in layout bundle leaves out data or metadata", async () => {
  const cases = [
    [{ noMetadata: true }, ["bundle.json", "cells.csv"]],
    [{ noData: true }, ["bundle.json", "cell_suspension_0.json", "links.json"]],
    [{ noData: true, noMetadata: true }, ["bundle.json"]],
  ] as const;
  for (const [options, names] of cases) {
    await using given = await createDssCase();
    await write(given, table({ file_name: "cells.csv" }));
    await run(given, { layout: "bundle", ...options }).finished();
    assert.deepEqual(
      (await given.paths()).filter((path) => path !== "m.tsv"),
      names.map((name) => `${UUID}.${OLD}/${name}`),
    );
  }
});

Deno.test("DssClient.downloadManifest names rows that differ from the bundle and does the others", async () => {
  await using given = await createDssCase();
  const text = table(
    { file_name: "cells.csv", file_sha256: "ab".repeat(32) },
    { file_name: "nothing.bin", file_sha256: "cd".repeat(32) },
    { file_name: "sub/dir/r1.fastq.gz" },
  );
  await write(given, text);
  const cells = sha256(CELLS[OLD] ?? "");
  assert.deepEqual(await failures(given, { layout: "bundle" }), [
    [
      "cells.csv",
      "integrity",
      `bundle ${UUID} has 'cells.csv' with the SHA-256 ${cells}, the ` +
      `manifest says ${"ab".repeat(32)} (line 2)`,
    ],
    [
      "nothing.bin",
      "not_found",
      `bundle ${UUID} has no file 'nothing.bin' (line 3)`,
    ],
  ]);
  const paths = await given.paths();
  assert.ok(paths.includes(`${UUID}.${OLD}/sub/dir/r1.fastq.gz`));
  assert.ok(!paths.includes(`${UUID}.${OLD}/cells.csv`));
  assert.equal(await given.text("m.tsv"), text);
});

Deno.test("DssClient.downloadManifest names a bundle that is not there and does the others", async () => {
  await using given = await createDssCase();
  const other = "00000000-0000-4000-8000-000000000000";
  const text = table(
    { file_name: "cells.csv", bundle_uuid: other },
    { file_name: "cells.csv" },
  );
  await write(given, text);
  const [failure, ...others] = await failures(given, { layout: "bundle" });
  assert.deepEqual(failure?.slice(0, 2), [`bundle ${other}`, "not_found"]);
  assert.deepEqual(others, []);
  assert.equal(await given.text(`${UUID}.${OLD}/cells.csv`), CELLS[OLD]);
  assert.equal(await given.text("m.tsv"), text);
});

Deno.test("DssClient.downloadManifest does not rewrite the manifest when a file fails", async () => {
  await using given = await createDssCase();
  const text = table(
    { file_name: "cells.csv" },
    { file_name: "nothing.bin", file_size: "5", file_sha256: "cd".repeat(32) },
    { file_name: "links.json", file_sha256: "ef".repeat(32) },
    { file_name: "empty.txt", file_size: "0" },
  );
  await write(given, text, "elsewhere/m.tsv");
  const found = await failures(given, { manifest: "elsewhere/m.tsv" });
  assert.deepEqual(
    found.map(([name, code]) => [name, code]).sort(),
    [["links.json", "integrity"], ["nothing.bin", "not_found"]],
  );
  assert.deepEqual(await given.paths(), ["elsewhere/m.tsv"]);
  assert.equal(await given.text(storePath(CELLS[OLD] ?? "")), CELLS[OLD]);
  assert.equal(await given.text(storePath("")), "");
});

Deno.test("DssClient.downloadManifest refuses a manifest before it asks for anything", async () => {
  const cases: [string, string, Partial<DownloadManifestOptions>, RegExp][] = [
    ["an empty one", "", {}, /^manifest 'm\.tsv' is empty$/],
    [
      "ragged rows",
      `${table({ file_name: "cells.csv" })}x\ty\n`,
      {},
      /: line 3: it has 2 cells, the header has 7$/,
    ],
    [
      "a missing column",
      "file_name\tfile_sha256\n",
      { layout: "bundle" },
      /lacks the columns bundle_uuid, bundle_version$/,
    ],
    [
      "a hostile name",
      table({ file_name: "cells.csv" }, { file_name: "../x" }),
      { layout: "bundle" },
      /line 3: file_name '\.\.\/x'/,
    ],
    [
      "a hostile hash",
      table({ file_name: "cells.csv", file_sha256: "../../x" }),
      {},
      /line 2: '\.\.\/\.\.\/x' is not a SHA-256/,
    ],
    [
      "NUL in a name",
      table({ file_name: "a\u0000b" }),
      {},
      /has a NUL character in line 2$/,
    ],
    [
      "one hash, two sizes",
      table({ file_name: "cells.csv" }, {
        file_name: "cells.csv",
        file_size: "16",
      }),
      {},
      /: line 3: SHA-256 \w{64} has 16 bytes here and 15 in line 2$/,
    ],
  ];
  for (const [what, text, options, message] of cases) {
    await using given = await createDssCase();
    await write(given, text);
    await assert.rejects(run(given, options).finished(), (error) => {
      assert.ok(error instanceof RefusedError, `${what}: ${error}`);
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(given.requests, [], what);
    assert.deepEqual(await given.paths(), ["m.tsv"]);
    assert.equal(await given.text("m.tsv"), text);
  }
});

Deno.test("DssClient.downloadManifest says why a manifest cannot be read", async () => {
  await using given = await createDssCase();
  await Deno.mkdir(`${given.here}/directory`);
  await write(given, new Uint8Array([0x66, 0xff, 0x0a]), "latin1.tsv");
  const cases: [string, typeof LocalError | typeof RefusedError, string][] = [
    ["none.tsv", LocalError, "manifest 'none.tsv' does not exist"],
    ["directory", LocalError, "manifest 'directory' is a directory"],
    [
      "latin1.tsv",
      RefusedError,
      "manifest 'latin1.tsv' is not text in UTF-8 in line 1",
    ],
  ];
  for (const [manifest, kind, message] of cases) {
    await assert.rejects(
      run(given, { manifest }).finished(),
      (error) => error instanceof kind && error.message === message,
    );
  }
});

Deno.test("DssClient.downloadManifest refuses options that do not go together", async () => {
  await using given = await createDssCase();
  const only = "--no-metadata and --no-data are only compatible with the " +
    "'bundle' layout";
  const cases: [Partial<DownloadManifestOptions>, string][] = [
    [{ noData: true }, only],
    [{ noMetadata: true, layout: "none" }, only],
    [{ layout: "flat" }, "invalid layout 'flat': not one of none, bundle"],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(
      run(given, options).finished(),
      (error) => error instanceof UsageError && error.message === message,
    );
  }
});

Deno.test("DssClient.downloadManifest ends when it is aborted while it asks for bundles", async () => {
  const stop = new AbortController();
  await using given = await createDssCase({
    answer: ({ url }) => {
      if (new URL(url).pathname.includes("/bundles/")) stop.abort();
      return undefined;
    },
  });
  const text = table(
    { file_name: "cells.csv" },
    { file_name: "cells.csv", bundle_version: NEW },
  );
  await write(given, text);
  await assert.rejects(
    run(given, { layout: "bundle", signal: stop.signal }).finished(),
    { name: "CancelledError" },
  );
  // The second one may have been asked beside the first.
  assert.ok(given.requests.length <= 2, given.requests.join());
  assert.deepEqual(await given.paths(), ["m.tsv"]);
  assert.equal(await given.text("m.tsv"), text);
});

Deno.test("DssClient.downloadManifest leaves the manifest alone in a dry run and in runs of shards, which fetch all together", async () => {
  await using given = await createDssCase();
  const names = Object.keys(contentsOf(OLD));
  const text = table(...names.map((file_name) => ({ file_name })));
  await write(given, text);
  await run(given, { dryRun: true }).finished();
  assert.equal(given.requests.length, 0);
  assert.equal(await given.text("m.tsv"), text);
  for (const index of [1, 2, 3]) {
    await run(given, { shard: { index, count: 3 } }).finished();
    assert.equal(await given.text("m.tsv"), text);
  }
  for (const [, content] of Object.entries(contentsOf(OLD))) {
    assert.equal(await given.text(storePath(content)), content);
  }
  const files = given.requests.filter((line) => line.includes("/v1/files/"));
  assert.equal(files.length, names.length - 1, "all but the empty one, once");
  given.requests.length = 0;
  await run(given).finished();
  assert.equal(given.requests.length, 0);
  assert.ok((await given.text("m.tsv")).startsWith(`${text.split("\n")[0]}\t`));
});
