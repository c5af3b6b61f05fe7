// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * The main job from nothing, in a temporary directory, by the program itself:
 * `deno task demo`. Every step is shown; any difference ends it with an
 * error.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface BundleJson {
  bundle: {
    uuid: string;
    version: string;
    files: {
      name: string;
      uuid: string;
      version: string;
      size: number;
      sha256: string;
    }[];
  };
}

const root = fileURLToPath(new URL("..", import.meta.url));
const place = await Deno.makeTempDir({ prefix: "hca-demo-" });
const decoder = new TextDecoder();
let failed = false;
try {
  await demo();
} catch (error) {
  failed = true;
  console.error(
    `demo failed: ${error instanceof Error ? error.message : error}`,
  );
} finally {
  await Deno.remove(place, { recursive: true });
}
Deno.exit(failed ? 1 : 0);

async function demo(): Promise<void> {
  step("Find bundles. Nothing is configured, so hca makes a store of its own.");
  const search = JSON.parse(
    await hca("dss", "post-search", "--replica", "aws", "--es-query", "{}"),
  );
  const fqids: string[] = search.results.map(
    (hit: { bundle_fqid: string }) => hit.bundle_fqid,
  );
  expect(fqids.length > 0 && fqids.length === search.total_hits, "no bundles");

  step("Narrow the search by metadata.");
  const query = JSON.stringify({
    query: {
      match: {
        "files.donor_organism_json.genus_species.text": "Mus musculus",
      },
    },
  });
  const mice = JSON.parse(
    await hca("dss", "post-search", "--replica", "aws", "--es-query", query),
  );
  expect(
    mice.total_hits > 0 && mice.total_hits < fqids.length,
    "the search for mice did not narrow the result",
  );

  step("Look at each bundle, then download it.");
  const bundles: BundleJson["bundle"][] = [];
  for (const fqid of fqids) {
    const [uuid = "", ...version] = fqid.split(".");
    const options = ["--replica", "aws", "--version", version.join(".")];
    const text = await hca("dss", "get-bundle", "--uuid", uuid, ...options);
    bundles.push((JSON.parse(text) as BundleJson).bundle);
    await hca("dss", "download", "--bundle-uuid", uuid, ...options);
  }

  step("Hash every file on the disk, apart from hca, and compare.");
  let files = 0;
  let bytes = 0;
  for (const { uuid, version, files: entries } of bundles) {
    for (const entry of entries) {
      const path = join(place, `${uuid}.${version}`, entry.name);
      await verify(path, entry);
      files++;
      bytes += entry.size;
    }
  }
  show(`${files} files, ${bytes} bytes: every size and SHA-256 is right`);

  step("Download from a manifest into a store of its own.");
  const path = join(place, "manifest.tsv");
  await Deno.writeTextFile(path, manifestOf(bundles));
  await hca(
    ...["dss", "download-manifest", "--replica", "gcp"],
    ...["--manifest", "manifest.tsv", "--download-dir", "from-manifest"],
  );
  const rows = (await Deno.readTextFile(path)).trimEnd().split("\n").slice(1);
  expect(rows.length === files, "the manifest lost rows");
  const listed = bundles.flatMap((bundle) => bundle.files);
  for (const [index, row] of rows.entries()) {
    const entry = listed[index];
    expect(entry !== undefined, "the manifest gained rows");
    await verify(join(place, row.split("\t").at(-1) ?? ""), entry);
  }
  show(`${rows.length} rows, each with the path of a verified file`);

  step("Do it again: everything is there, nothing is fetched.");
  for (const { uuid, version } of bundles) {
    const said = await hcaMessages(
      ...["dss", "download", "--replica", "aws"],
      ...["--bundle-uuid", uuid, "--version", version],
    );
    expect(
      /^hca: done: \d+ files \(0 fetched, \d+ there already\), .*, 0 failed$/m
        .test(said),
      "the second run fetched something",
    );
  }
  console.log(
    `\ndemo ok: ${bundles.length} bundles, ${files} files, ${bytes} bytes, ` +
      "all verified",
  );
}

function manifestOf(bundles: BundleJson["bundle"][]): string {
  const columns = [
    ...["bundle_uuid", "bundle_version", "file_name", "file_uuid"],
    ...["file_version", "file_sha256", "file_size"],
  ];
  const rows = bundles.flatMap(({ uuid, version, files }) =>
    files.map((file) => [
      ...[uuid, version, file.name, file.uuid],
      ...[file.version, file.sha256, String(file.size)],
    ])
  );
  // Blank lines between rows, as the atlas's own example has them.
  return [columns, ...rows].map((row) => `${row.join("\t")}\n`).join("\n");
}

async function verify(
  path: string,
  expected: { name: string; size: number; sha256: string },
): Promise<void> {
  const content = await Deno.readFile(path);
  const sha256 = createHash("sha256").update(content).digest("hex");
  expect(
    content.length === expected.size && sha256 === expected.sha256,
    `${expected.name} differs from what the bundle says`,
  );
}

/** Runs hca and gives what it wrote to standard output. */
async function hca(...args: string[]): Promise<string> {
  return (await run(args)).stdout;
}

/** Runs hca and gives its messages. */
async function hcaMessages(...args: string[]): Promise<string> {
  return (await run(args)).stderr;
}

async function run(
  args: string[],
): Promise<{ stdout: string; stderr: string }> {
  const shown = args.map((arg) => /^[\w./:=-]+$/.test(arg) ? arg : `'${arg}'`);
  console.log(`\n$ hca ${shown.join(" ")}`);
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", join(root, "cli.ts"), ...args],
    cwd: place,
    env: {
      HOME: place,
      APPDATA: place,
      XDG_CONFIG_HOME: join(place, "config"),
      XDG_DATA_HOME: join(place, "data"),
      HCA_LOCAL_DIR: "",
      HCA_CONFIG_FILE: "",
      HCA_SWAGGER_URL: "",
    },
  }).output();
  const stdout = decoder.decode(output.stdout);
  const stderr = decoder.decode(output.stderr);
  show(excerpt(stdout, 8));
  show(excerpt(stderr, 4));
  expect(output.success, `hca exited with ${output.code}`);
  return { stdout, stderr };
}

function excerpt(text: string, most: number): string {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= most) return lines.join("\n");
  const half = Math.floor(most / 2);
  return [
    ...lines.slice(0, half),
    `… ${lines.length - 2 * half} lines …`,
    ...lines.slice(-half),
  ].join("\n");
}

function step(title: string): void {
  console.log(`\n== ${title}`);
}

function show(text: string): void {
  if (text !== "") console.log(text.replace(/^/gm, "   "));
}

function expect(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(problem);
}
