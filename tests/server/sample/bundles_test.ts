import assert from "node:assert/strict";
import {
  type SampleBundle,
  sampleBundles,
  type SampleFile,
} from "../../../src/server/sample/mod.ts";

const READS = 40;
const VERSION = /^2019-\d{2}-\d{2}T\d{6}\.\d{6}Z$/;
const UUID =
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function small(): [SampleBundle, SampleBundle, SampleBundle] {
  const [kidney, pancreas, organoid] = sampleBundles({ readsPerFile: READS });
  assert.ok(kidney && pancreas && organoid);
  return [kidney, pancreas, organoid];
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}

async function digestsOf(bundles: SampleBundle[]): Promise<string[]> {
  const files = bundles.flatMap((bundle) => bundle.files);
  return await Promise.all(
    files.map(async (file) =>
      `${file.uuid}.${file.version} ${await sha256(await file.bytes())}`
    ),
  );
}

async function fastqLines(file: SampleFile): Promise<string[]> {
  const stream = new Blob([await file.bytes()]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(stream).text();
  assert.ok(text.endsWith("\n"));
  return text.slice(0, -1).split("\n");
}

function fastqFilesOf(bundle: SampleBundle): SampleFile[] {
  return bundle.files.filter((file) => file.name.endsWith(".fastq.gz"));
}

Deno.test("sampleBundles gives the same bytes for every file when called again", async () => {
  const first = await digestsOf(small());
  assert.deepEqual(await digestsOf(small()), first);
  assert.equal(first.length, 19 + 19 + 21);
});

// What was stored under a uuid and version must never change: whoever changes
// the content must change the version as well.
Deno.test("sampleBundles keeps content that was once given out", async () => {
  const texts: string[] = [];
  for (const file of small().flatMap((bundle) => bundle.files)) {
    texts.push(
      file.name.endsWith(".gz")
        ? (await fastqLines(file)).join("\n")
        : new TextDecoder().decode(await file.bytes()),
    );
  }
  assert.equal(
    await sha256(new TextEncoder().encode(texts.join("\n"))),
    "f560c3fecfe94a2f2a7de4e83007dd34a9eb4a865b4e6717ca65dc8bd843383a",
  );
});

Deno.test("sampleBundles has valid uuids, and versions older than the bundle's", () => {
  for (const bundle of small()) {
    assert.match(bundle.uuid, UUID);
    assert.match(bundle.version, VERSION);
    for (const file of bundle.files) {
      assert.match(file.uuid, UUID);
      assert.match(file.version, VERSION);
      assert.ok(file.version < bundle.version, file.name);
    }
    assert.equal(
      new Set(bundle.files.map((file) => file.uuid)).size,
      bundle.files.length,
    );
  }
});

Deno.test("sampleBundles names files uniquely whatever the case", () => {
  for (const { files } of small()) {
    const names = files.map((file) => file.name.toLowerCase());
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.doesNotMatch(name, /^\/|\/\.|\\|\/\//);
  }
});

Deno.test("sampleBundles marks metadata as indexed and data as not", () => {
  const types = new Map<string, boolean>();
  for (const file of small().flatMap((bundle) => bundle.files)) {
    types.set(file.contentType, file.indexed);
  }
  assert.deepEqual(Object.fromEntries(types), {
    'application/json; dcp-type="metadata/biomaterial"': true,
    'application/json; dcp-type="metadata/file"': true,
    'application/json; dcp-type="metadata/project"': true,
    'application/json; dcp-type="metadata/protocol"': true,
    'application/json; dcp-type="metadata/process"': true,
    'application/json; dcp-type="metadata/links"': true,
    "application/gzip; dcp-type=data": false,
    "text/plain; dcp-type=data": false,
    "image/svg+xml; dcp-type=data": false,
  });
});

Deno.test("sampleBundles shares project and protocols between kidney and organoid", async () => {
  const [kidney, pancreas, organoid] = small();
  const keys = (bundle: SampleBundle): Set<string> =>
    new Set(bundle.files.map((file) => `${file.uuid}.${file.version}`));
  const inKidney = keys(kidney);
  const shared = organoid.files.filter((file) =>
    inKidney.has(`${file.uuid}.${file.version}`)
  );
  assert.deepEqual(shared.map((file) => file.name), [
    "project_0.json",
    "library_preparation_protocol_0.json",
    "sequencing_protocol_0.json",
  ]);
  for (const file of shared) {
    const other = kidney.files.find((item) => item.uuid === file.uuid);
    assert.deepEqual(await file.bytes(), await other?.bytes());
  }
  assert.ok(keys(pancreas).isDisjointFrom(keys(organoid).union(inKidney)));
});

Deno.test("sampleBundles has an empty file and one in a sub-directory", async () => {
  const files = small().flatMap((bundle) => bundle.files);
  const empty = files.find((file) => file.name === "sequencing_run.done");
  assert.equal((await empty?.bytes())?.length, 0);
  const nested = files.filter((file) => file.name.includes("/"));
  assert.deepEqual(nested.map((file) => file.name), [
    "images/plate_overview.svg",
  ]);
  const svg = new TextDecoder().decode(await nested[0]?.bytes());
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
  assert.equal(svg.match(/<circle /g)?.length, 96);
});

Deno.test("sampleBundles gives FASTQ of four well-formed lines per read", async () => {
  const lengths: Record<string, number> = {};
  for (const file of small().flatMap(fastqFilesOf)) {
    const lines = await fastqLines(file);
    assert.equal(lines.length, 4 * READS, file.name);
    for (let i = 0; i < lines.length; i += 4) {
      const [header = "", bases = "", plus, qualities = ""] = lines.slice(i);
      assert.match(header, /^@[A-Z0-9:]+ [12]:N:0:[ACGTN+]+$/);
      assert.equal(plus, "+");
      assert.match(bases, /^[ACGTN]+$/);
      assert.match(qualities, /^[#-J]+$/);
      assert.equal(bases.length, qualities.length);
      lengths[file.name] ??= bases.length;
      assert.equal(bases.length, lengths[file.name]);
    }
  }
  assert.deepEqual(Object.values(lengths), [26, 98, 8, 75, 75, 26, 98]);
});

Deno.test("sampleBundles names the reads of a pair alike", async () => {
  for (const bundle of small()) {
    const names = await Promise.all(
      fastqFilesOf(bundle).map(async (file) =>
        (await fastqLines(file)).filter((_, i) => i % 4 === 0)
          .map((header) => header.split(" ")[0])
      ),
    );
    assert.equal(new Set(names[0]).size, READS);
    for (const other of names) assert.deepEqual(other, names[0]);
  }
});

Deno.test("sampleBundles are 5 to 20 MB by default", async () => {
  let sizeBytes = 0;
  for (const file of sampleBundles().flatMap((bundle) => bundle.files)) {
    sizeBytes += (await file.bytes()).length;
  }
  assert.ok(sizeBytes > 5e6 && sizeBytes < 20e6, `${sizeBytes} bytes`);
});

Deno.test("sampleBundles refuses a number of reads that is none", () => {
  for (const readsPerFile of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => sampleBundles({ readsPerFile }), {
      name: "UsageError",
      message:
        `readsPerFile must be a whole number of 1 or more, not ${readsPerFile}`,
    });
  }
});
