import assert from "node:assert/strict";
import { join } from "node:path";
import { Sandbox } from "./_program.ts";
import {
  type Answer,
  AT,
  importBundle,
  Service,
  uuidOf,
  VERSION,
} from "./_service.ts";

const ROOT = uuidOf(0, "c");
const INNER = uuidOf(1, "c");
const LUNG = uuidOf(1);
const LIVER = uuidOf(2);
const DONOR_TEXT = '{"sex": "unknown", "ages": [41]}';

type Item = Record<string, string>;

/** The options of a new collection. */
function collection(uuid: string, contents: Item[]): string[] {
  return [
    ...[...AT, "--uuid", uuid, "--version", VERSION, "--name", "n"],
    ...["--description", "d", "--details", '{"lab": 1}', "--contents"],
    ...contents.map((item) => JSON.stringify(item)),
  ];
}

Deno.test("collections of all four kinds are put, patched, downloaded though they are cyclic, and deleted over a port", async () => {
  await using sandbox = await Sandbox.create();
  await importBundle(sandbox, LUNG, { "donor.json": DONOR_TEXT, "a.txt": "a" });
  await importBundle(sandbox, LIVER, { "protocol.txt": "cut, shake" });
  await using hca = await Service.start(sandbox);
  await hca.logIn();
  const uuidIn = async (bundle: string, name: string): Promise<string> => {
    const answer = await hca.fetch(`/bundles/${bundle}?replica=aws`);
    const { bundle: { files } } = await answer.json();
    return files.find((file: Answer) => file.name === name).uuid;
  };
  const item = (type: string, uuid: string, more: Item = {}): Item => ({
    type,
    uuid,
    version: VERSION,
    ...more,
  });
  const protocol = item("file", await uuidIn(LIVER, "protocol.txt"));
  const donor = await uuidIn(LUNG, "donor.json");
  const age = item("donor", donor, { fragment: "/ages/0" });

  // Each lists the other in the end, and the first one itself.
  const made = { uuid: ROOT, version: VERSION };
  const put = (uuid: string, contents: Item[]) =>
    hca.dss("put-collection", ...collection(uuid, contents));
  assert.deepEqual(await put(ROOT, [item("bundle", LUNG)]), made);
  await put(INNER, [item("collection", ROOT), protocol, protocol]);
  const all = [
    item("bundle", LUNG),
    item("collection", INNER),
    item("collection", ROOT),
    age,
  ];
  assert.deepEqual(await put(ROOT, all), made);
  const get = ["get-collection", ...AT, "--uuid", ROOT];
  const { owner, ...got } = await hca.dss(...get);
  assert.equal(owner, "admin@example.org");
  assert.deepEqual(got, {
    name: "n",
    description: "d",
    details: { lab: 1 },
    contents: all,
  });
  const broken = await hca.run(
    ...["dss", "put-collection"],
    ...collection(ROOT, [{ ...age, fragment: "/ages/1" }]),
  );
  assert.equal(broken.status, 7, broken.err);
  assert.match(broken.err, /invalid_link/);

  const whole = await hca.run(
    ...["dss", "download-collection", ...AT, "--uuid", ROOT],
    ...["--version", VERSION, "--download-dir", "whole"],
  );
  assert.equal(whole.status, 0, whole.err);
  const directory = join(sandbox.work, "whole");
  const inCollection = (uuid: string, file: string) =>
    `collections/${uuid}.${VERSION}/${file}.${VERSION}`;
  const contents: Record<string, string> = {
    [`${LUNG}.${VERSION}/donor.json`]: DONOR_TEXT,
    [`${LUNG}.${VERSION}/a.txt`]: "a",
    [inCollection(ROOT, donor)]: DONOR_TEXT,
    [inCollection(INNER, String(protocol.uuid))]: "cut, shake",
  };
  for (const [name, text] of Object.entries(contents)) {
    assert.equal(await Deno.readTextFile(join(directory, name)), text, name);
  }
  const names = (await sandbox.files(directory))
    .filter((name) => !name.startsWith(".hca/"));
  assert.deepEqual(
    names,
    [...Object.keys(contents), `${LUNG}.${VERSION}/bundle.json`].sort(),
  );

  const { version } = await hca.dss(
    ...["patch-collection", ...AT, "--uuid", ROOT, "--version", VERSION],
    ...["--name", "two", "--remove-contents", JSON.stringify(age)],
    ...["--add-contents", JSON.stringify(item("bundle", LIVER))],
  );
  assert.ok(version > VERSION);
  const patched = await hca.dss(...get);
  assert.equal(patched.name, "two");
  assert.deepEqual(patched.contents, [
    ...all.slice(0, 3),
    item("bundle", LIVER),
  ]);
  const { collections } = await hca.dss("get-collections");
  assert.deepEqual(
    collections,
    [{ uuid: INNER, version: VERSION }, made]
      .sort((a, b) => a.uuid < b.uuid ? 1 : -1),
  );
  assert.deepEqual(
    await hca.dss("delete-collection", ...AT, "--uuid", ROOT),
    {},
  );
  const gone = await hca.run("dss", ...get);
  assert.equal(gone.status, 5, gone.err);
});
