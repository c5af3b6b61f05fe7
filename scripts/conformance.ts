// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * Real production bundles through the whole of hca: imported, served on a
 * port, downloaded, and every digest, as computed by hca's own code, compared
 * with the production manifest. Usage: conformance.ts REFERENCE_DIR, with
 * `data/hca-bundles` and `reference/dss-swagger.json` in it; `HCA_PROGRAM`
 * names another program than `cli.ts`.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ContentDigester, type ContentDigests, DssClient } from "../mod.ts";
import { createNodeHash } from "../src/platform/mod.ts";
import {
  ApiDocument,
  buildRequest,
  parseOperations,
} from "../src/swagger/mod.ts";
import {
  limitsOf,
  OLD_LIMITS,
  OLD_TREE,
  treeOf,
} from "../tests/cli/_old_table.ts";

interface Entry {
  name: string;
  uuid: string;
  size: number;
  sha256: string;
  sha1: string;
  crc32c: string;
  s3_etag: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const program = Deno.env.get("HCA_PROGRAM");
const words = program
  ? [program]
  : [Deno.execPath(), "run", "--allow-all", join(root, "cli.ts")];
const reference = resolve(Deno.args[0] ?? ".");
const place = await Deno.makeTempDir({ prefix: "hca-conformance-" });
const dataDir = join(place, "store");
let passed = 0;
try {
  checkApiDocument();
  const bundles = await importBundles();
  await serveAndDownload(bundles);
  console.log(`${passed} passed, 0 failed`);
} finally {
  await Deno.remove(place, { recursive: true });
}

function checkApiDocument(): void {
  const path = join(reference, "reference", "dss-swagger.json");
  const url = "https://dss.data.humancellatlas.org/v1/swagger.json";
  const document = ApiDocument.parse(Deno.readTextFileSync(path), url);
  const operations = parseOperations(document);
  const declared = Object.values(document.resolve(document.root.paths))
    .flatMap((item) => Object.keys(document.resolve(item)));
  assert.equal(operations.size, declared.length);
  for (const operation of operations.values()) {
    const args = Object.fromEntries(
      operation.parameters.map((parameter) =>
        [parameter.name, parameter.choices?.[0] ?? "value"] as const
      ),
    );
    const request = buildRequest(operation, "https://dss.example/v1", args);
    assert.ok(URL.canParse(request.url), operation.name);
    assert.doesNotMatch(request.url, /[{}]/);
    assert.equal(request.body !== undefined, operation.hasBody);
  }
  ok(`the production API document: ${operations.size} operations callable`);
  assert.deepEqual(treeOf(document), OLD_TREE);
  assert.deepEqual(limitsOf(document), OLD_LIMITS);
  ok(`the production API document: ${OLD_TREE.length} commands as they were`);
}

async function importBundles(): Promise<Map<string, Entry[]>> {
  const bundles = new Map<string, Entry[]>();
  const folder = join(reference, "data", "hca-bundles");
  for (const { name: fqid } of Deno.readDirSync(folder)) {
    const directory = join(folder, fqid, "files");
    const manifest = join(folder, fqid, "manifest.json");
    const entries: Entry[] = JSON.parse(Deno.readTextFileSync(manifest));
    const present = entries.filter(({ name }) => exists(join(directory, name)));
    const dot = fqid.indexOf(".");
    const { out } = await hca([
      ...["local", "import", directory, "--manifest", manifest],
      ...["--bundle-uuid", fqid.slice(0, dot)],
      ...["--version", fqid.slice(dot + 1), "--data-dir", dataDir],
    ]);
    const report = JSON.parse(out);
    assert.equal(report.files, present.length);
    assert.equal(report.left_out, entries.length - present.length);
    bundles.set(fqid, present);
    ok(`imported ${fqid}: ${present.length} files`);
  }
  assert.ok(bundles.size > 0, `no bundles in ${folder}`);
  return bundles;
}

async function serveAndDownload(bundles: Map<string, Entry[]>): Promise<void> {
  const server = new Deno.Command(words[0] ?? "", {
    args: [
      ...words.slice(1),
      ...["local", "serve", "--port", "0", "--data-dir", dataDir],
    ],
    env: environment(),
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const swaggerUrl = await addressOf(server.stdout);
    for (const [fqid, entries] of bundles) {
      await downloadBundle(swaggerUrl, fqid, entries);
    }
    await pageThrough(swaggerUrl, bundles);
  } finally {
    server.kill("SIGTERM");
    await server.status;
  }
}

async function addressOf(
  stream: ReadableStream<Uint8Array>,
): Promise<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const match = /HCA_SWAGGER_URL=(\S+)\n/.exec(text);
    if (match !== null) return match[1] ?? "";
  }
  throw new Error(`the server ended: ${text}`);
}

async function downloadBundle(
  swaggerUrl: string,
  fqid: string,
  entries: Entry[],
): Promise<void> {
  const args = [
    ...["--swagger-url", swaggerUrl, "dss", "download", "--replica", "aws"],
    ...["--bundle-uuid", fqid.slice(0, fqid.indexOf("."))],
  ];
  await hca(args);
  for (const entry of entries) {
    const found = await digestsOf(join(place, fqid, entry.name));
    assert.deepEqual(found, {
      sizeBytes: entry.size,
      sha256: entry.sha256.toLowerCase(),
      sha1: entry.sha1.toLowerCase(),
      crc32c: entry.crc32c.toLowerCase(),
      s3Etag: entry.s3_etag.toLowerCase(),
    }, entry.name);
  }
  ok(`downloaded ${fqid}: ${entries.length} files, all four digests equal`);
  const { err } = await hca(args);
  assert.match(err, /hca: done: \d+ files \(0 fetched, /);
  ok(`downloaded ${fqid} again: nothing fetched`);
}

async function pageThrough(
  swaggerUrl: string,
  bundles: Map<string, Entry[]>,
): Promise<void> {
  const [largest] = [...bundles].sort(([, a], [, b]) => b.length - a.length);
  assert.ok(largest);
  const [fqid, entries] = largest;
  using dss = await DssClient.create({
    swaggerUrl,
    cacheDir: join(place, "cache"),
  });
  const uuids: string[] = [];
  let pages = 0;
  const uuid = fqid.slice(0, fqid.indexOf("."));
  const args = { uuid, replica: "aws", per_page: 10 };
  for await (const page of dss.pages("get_bundle", args)) {
    pages++;
    for (const file of page.items) uuids.push((file as unknown as Entry).uuid);
  }
  assert.equal(pages, Math.ceil(entries.length / 10));
  assert.deepEqual(uuids, entries.map((entry) => entry.uuid));
  ok(`paged through ${fqid}: ${entries.length} files in ${pages} pages`);
}

async function digestsOf(path: string): Promise<ContentDigests> {
  const { size } = await Deno.stat(path);
  const digester = new ContentDigester({
    createHash: createNodeHash,
    sizeBytes: size,
  });
  digester.update(await Deno.readFile(path));
  return digester.finish();
}

async function hca(args: string[]): Promise<{ out: string; err: string }> {
  const { success, code, stdout, stderr } = await new Deno.Command(
    words[0] ?? "",
    { args: [...words.slice(1), ...args], cwd: place, env: environment() },
  ).output();
  const err = new TextDecoder().decode(stderr);
  assert.ok(success, `hca ${args.join(" ")} exited ${code}: ${err}`);
  return { out: new TextDecoder().decode(stdout), err };
}

function environment(): Record<string, string> {
  return { XDG_CONFIG_HOME: join(place, "config"), HCA_CONFIG_FILE: "" };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function ok(what: string): void {
  passed++;
  console.log(`ok: ${what}`);
}
