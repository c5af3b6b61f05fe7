/**
 * Collections and checkouts of the embedded service, by the lines that people
 * type: nothing but the program and its store.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../src/base/mod.ts";
import { manifestOf, type SmallFile, uuidOf } from "../support/local_store.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const ROOT = uuidOf(0, "c");
const INNER = uuidOf(1, "c");
const LUNG = uuidOf(1, "b");
const LIVER = uuidOf(2, "b");
const DONOR = uuidOf(1, "f");
const PROTOCOL = uuidOf(2, "f");
const V1 = "2019-05-01T000000.000000Z";
const V2 = "2019-06-01T000000.000000Z";
const DONOR_TEXT = '{"sex": "unknown", "ages": [41]}';

// As the document on the command line shows them.
const SHOWN = "fff746b3-e3eb-496a-88a3-5fa1fa358392";
const SHOWN_VERSION = "2019-08-01T200147.130156Z";

/** A world with two bundles and a login of who owns the store. */
async function world(): Promise<TestEnvironment> {
  const hca = await TestEnvironment.create();
  using dss = await hca.openStore();
  await dss.decideSamples(false);
  const put = async (uuid: string, version: string, files: SmallFile[]) => {
    for (const { name, content = "" } of files) {
      await hca.write(`${uuid}/${name}`, content);
    }
    await dss.importDirectory({
      directory: hca.path(uuid),
      manifest: manifestOf({ uuid, version, files }),
    });
    await Deno.remove(hca.path(uuid), { recursive: true });
  };
  await put(LUNG, V1, [
    { name: "donor.json", content: DONOR_TEXT, uuid: DONOR },
    { name: "reads/r1.fastq", content: "@r\nACGT\n" },
  ]);
  await put(LIVER, V1, [
    { name: "protocol.txt", content: "cut, shake", uuid: PROTOCOL },
  ]);
  await put(SHOWN, SHOWN_VERSION, [
    { name: "project_0.json", content: "{}" },
    { name: "a/b.bin", content: new Uint8Array([1, 2, 255]) },
  ]);
  return hca;
}

/** Logs in as somebody, or as the one who owns the store. */
async function logIn(hca: TestEnvironment, options = ""): Promise<void> {
  const { status, out, err } = await hca.runLine(`hca local token ${options}`);
  assert.equal(status, 0, err);
  const login = `hca dss login --access-token ${out.trim()}`;
  assert.equal((await hca.runLine(login)).status, 0);
}

/** Runs a line that must go well, and gives its output as JSON. */
async function json(hca: TestEnvironment, line: string): Promise<JsonObject> {
  const { status, out, err } = await hca.runLine(line);
  assert.equal(status, 0, err);
  return JSON.parse(out);
}

const item = (type: string, uuid: string, more = {}, version = V1) =>
  JSON.stringify({ type, uuid, version, ...more });

function putLine(uuid: string, version: string, ...items: string[]): string {
  return `hca dss put-collection --replica aws --uuid ${uuid} ` +
    `--version ${version} --name n --description d --details {} ` +
    `--contents ${items.map((one) => `'${one}'`).join(" ")}`;
}

/** The files that people see below a directory. */
function visible(directory: string): string[] {
  return namesBelow(directory).filter((name) => !name.startsWith(".hca/"));
}

Deno.test("collections are put, listed, got, patched and deleted from the command line", async () => {
  await using hca = await world();
  await logIn(hca);
  assert.deepEqual(
    await json(hca, putLine(ROOT, V1, item("bundle", LUNG))),
    { uuid: ROOT, version: V1 },
  );
  assert.deepEqual(await json(hca, "hca dss get-collections"), {
    collections: [{ uuid: ROOT, version: V1 }],
  });
  const got = `hca dss get-collection --replica aws --uuid ${ROOT}`;
  const { owner: whose, ...collection } = await json(hca, got);
  assert.match(String(whose), /@localhost$/);
  assert.deepEqual(collection, {
    name: "n",
    description: "d",
    details: {},
    contents: [{ type: "bundle", uuid: LUNG, version: V1 }],
  });
  const { version } = await json(
    hca,
    `hca dss patch-collection --replica aws --uuid ${ROOT} --version ${V1} ` +
      `--name two --add-contents '${item("file", PROTOCOL)}' ` +
      `--remove-contents '${item("bundle", LUNG)}'`,
  );
  const patched = await json(hca, `${got} --version ${version}`);
  assert.equal(patched.name, "two");
  assert.deepEqual(patched.contents, [
    { type: "file", uuid: PROTOCOL, version: V1 },
  ]);
  const lost = await hca.runLine(
    putLine(INNER, V1, item("bundle", LUNG), item("bundle", uuidOf(9))),
  );
  assert.equal(lost.status, 7);
  assert.match(lost.err, /invalid_link.*Item 2 of 'contents'/s);
  assert.deepEqual(
    await json(
      hca,
      `hca dss delete-collection --replica aws --uuid ${ROOT}`,
    ),
    {},
  );
  const gone = await hca.runLine(got);
  assert.equal(gone.status, 5);
  assert.match(gone.err, /not_found/);
});

Deno.test("what is somebody else's is refused, and an anonymous caller is told to log in", async () => {
  await using hca = await world();
  await logIn(hca, "--email ann@example.org");
  await json(hca, putLine(ROOT, V1, item("bundle", LUNG)));
  await logIn(hca, "--email ben@example.org");
  const line = `hca dss get-collection --replica aws --uuid ${ROOT}`;
  const foreign = await hca.runLine(line);
  assert.equal(foreign.status, 4);
  assert.match(foreign.err, /Forbidden/);
  assert.deepEqual(await json(hca, "hca dss get-collections"), {
    collections: [],
  });
  const taken = await hca.runLine(putLine(ROOT, V2, item("bundle", LUNG)));
  assert.equal(taken.status, 4);
  await hca.runLine("hca dss logout");
  const anonymous = await hca.runLine(line);
  assert.equal(anonymous.status, 4);
  assert.match(anonymous.err, /hca dss login/);
});

Deno.test("hca dss download-collection of nested and cyclic ones, with fragments and a deleted bundle", async () => {
  await using hca = await world();
  await logIn(hca);
  await json(hca, putLine(ROOT, V1, item("bundle", LUNG)));
  await json(
    hca,
    putLine(
      INNER,
      V1,
      item("collection", ROOT),
      item("file", PROTOCOL),
      item("bundle", LIVER),
    ),
  );
  // The first one once more, now with what lists it and with itself.
  await json(
    hca,
    putLine(
      ROOT,
      V1,
      item("bundle", LUNG),
      item("collection", INNER),
      item("collection", ROOT),
      item("donor", DONOR, { fragment: "/ages/0" }),
      item("donor", DONOR, { fragment: "/sex" }),
    ),
  );
  const line = `hca dss download-collection --replica aws --uuid ${ROOT} ` +
    `--version ${V1} --download-dir`;
  const whole = await hca.runLine(`${line} whole`);
  assert.equal(whole.status, 0, whole.err);
  const inner = `collections/${INNER}.${V1}/${PROTOCOL}.${V1}`;
  const root = `collections/${ROOT}.${V1}/${DONOR}.${V1}`;
  const lung = ["bundle.json", "donor.json", "reads/r1.fastq"]
    .map((name) => `${LUNG}.${V1}/${name}`);
  const liver = ["bundle.json", "protocol.txt"]
    .map((name) => `${LIVER}.${V1}/${name}`);
  assert.deepEqual(
    visible(hca.path("whole")),
    [inner, root, ...lung, ...liver].sort(),
  );
  const text = (name: string) => Deno.readTextFile(hca.path("whole", name));
  assert.equal(await text(inner), "cut, shake");
  assert.equal(await text(root), DONOR_TEXT);
  assert.equal(await text(`${LUNG}.${V1}/reads/r1.fastq`), "@r\nACGT\n");

  await json(
    hca,
    `hca dss delete-bundle --replica aws --uuid ${LIVER} --reason test`,
  );
  const part = await hca.runLine(`${line} part`);
  assert.equal(part.status, 3, part.err);
  assert.match(part.err, new RegExp(`bundle ${LIVER}.${V1}: not_found`));
  assert.deepEqual(
    visible(hca.path("part")),
    [inner, root, ...lung].sort(),
  );
});

Deno.test("hca dss post-bundles-checkout, then get-bundles-checkout, in one process after the other", async () => {
  await using hca = await world();
  const { checkout_job_id: job, ...more } = await json(
    hca,
    `hca dss post-bundles-checkout --replica aws --uuid ${SHOWN}`,
  );
  assert.deepEqual(more, {});
  const line = `hca dss get-bundles-checkout --replica aws --checkout-job-id`;
  const { location, status, ...others } = await json(hca, `${line} ${job}`);
  assert.equal(status, "SUCCEEDED");
  assert.deepEqual(others, {});
  const fqid = `${SHOWN}.${SHOWN_VERSION}`;
  assert.ok(String(location).endsWith(`/bundles/${fqid}`), String(location));
  const path = fileURLToPath(String(location));
  assert.deepEqual(namesBelow(path), ["a/b.bin", "project_0.json"]);
  assert.deepEqual(
    [...await Deno.readFile(`${path}/a/b.bin`)],
    [1, 2, 255],
  );

  const lab = await json(
    hca,
    `hca dss post-bundles-checkout --replica gcp --uuid ${SHOWN} ` +
      `--version ${SHOWN_VERSION} --destination lab --email a@example.org`,
  );
  const ended = await json(
    hca,
    `hca dss get-bundles-checkout --replica gcp --checkout-job-id ` +
      lab.checkout_job_id,
  );
  assert.ok(String(ended.location).endsWith(`/checkout/lab/bundles/${fqid}`));

  const unknown = await hca.runLine(`${line} ${uuidOf(1)}`);
  assert.equal(unknown.status, 5);
  const dead = await hca.runLine(
    `hca dss post-bundles-checkout --replica aws --uuid ${uuidOf(8)}`,
  );
  assert.equal(dead.status, 5);
  assert.match(dead.err, /not_found/);
});

Deno.test("hca dss get-events and get-event tell of the bundles that were made", async () => {
  await using hca = await world();
  const { event_streams: streams } = await json(
    hca,
    "hca dss get-events --replica aws --per-page 2",
  );
  assert.ok(Array.isArray(streams));
  const ids = streams.map((stream) =>
    (stream as unknown as { events: { event_id: string }[] }).events
      .map(({ event_id }) => event_id)
  );
  assert.deepEqual(ids, [
    [`${LUNG}.${V1}`],
    [`${LIVER}.${V1}`],
    [`${SHOWN}.${SHOWN_VERSION}`],
  ]);
  const event = await json(
    hca,
    `hca dss get-event --replica aws --uuid ${LUNG} --version ${V1}`,
  );
  assert.deepEqual(event.bundle_info, { uuid: LUNG, version: V1 });
  assert.deepEqual(event.files, {
    donor_json: [JSON.parse(DONOR_TEXT)],
  });
});
