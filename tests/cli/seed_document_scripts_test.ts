/**
 * The scripts and calls that change something, of those that the atlas's
 * document on its command line shows, line by line as it writes them: login,
 * subscriptions, collections and checkouts, against an embedded store.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../src/base/mod.ts";
import { createRuntime } from "../../src/platform/mod.ts";
import { Webhook } from "../server/subscriptions/_webhook.ts";
import { DSS_DOCUMENT } from "../support/dss_document.ts";
import { manifestOf } from "../support/local_store.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import { SeedShell } from "./_seed_shell.ts";
import { ServedApi } from "./_served.ts";

const SHOWN = "fff746b3-e3eb-496a-88a3-5fa1fa358392";
const SHOWN_VERSION = "2019-08-01T200147.130156Z";
const READ = "666ff3f0-67a1-4ead-82e9-3f96a8c0a9b1";
const JOB = "4de1c603-fa8b-4c07-af37-06159e6951e0";
const FQID = `${SHOWN}.${SHOWN_VERSION}`;
const METADATA = 'application/json; dcp-type="metadata/file"';
const TEXT = '{"file_core":{"format":"fastq.gz"}}';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DSS_VERSION = /^\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z$/;

/** A world whose store has the bundle that the document shows. */
async function world(): Promise<TestEnvironment> {
  const hca = await TestEnvironment.create();
  using dss = await hca.openStore();
  await dss.decideSamples(false);
  const files = [{
    name: "sequence_file_0.json",
    content: TEXT,
    uuid: READ,
    contentType: METADATA,
  }];
  await hca.write("shown/sequence_file_0.json", TEXT);
  await dss.importDirectory({
    directory: hca.path("shown"),
    manifest: manifestOf({ uuid: SHOWN, version: SHOWN_VERSION, files }),
  });
  return hca;
}

/** A shell in that world, where somebody is logged in. */
async function loggedIn(hca: TestEnvironment): Promise<SeedShell> {
  const shell = new SeedShell(hca);
  await shell.expect("TOKEN=$(hca local token)");
  assert.equal(
    await shell.expect("hca dss login --access-token $TOKEN"),
    "Storing access credentials\n",
  );
  return shell;
}

// The document calls the commands `hca X` and writes `hca dss X`.
for (const hcaDss of ["hca dss", "hca"]) {
  Deno.test(`${hcaDss} login --access-token test, then logout, as the document writes them`, async () => {
    await using hca = await world();
    const shell = new SeedShell(hca);
    const config = "../home/config/hca/config.json";
    assert.deepEqual(
      await shell.run(`${hcaDss} login --access-token test`).then(
        ({ status, out, err }) => ({ status, out, err }),
      ),
      { status: 0, out: "Storing access credentials\n", err: "" },
    );
    assert.match(await Deno.readTextFile(hca.path(config)), /"test"/);
    // No service has ever given that token out.
    const refused = await shell.run("hca dss get-subscriptions --replica aws");
    assert.equal(refused.status, 4);
    assert.match(refused.err, /Failed to decode token\..*hca dss login/s);
    const { status, out, err } = await shell.run(`${hcaDss} logout`);
    assert.deepEqual({ status, out, err }, { status: 0, out: "", err: "" });
    assert.equal(await Deno.readTextFile(hca.path(config)), "{}\n");
  });

  Deno.test(`the script of ${hcaDss} put-subscription, get-subscriptions, get-subscription, delete-subscription, its address put back`, async () => {
    await using hca = await world();
    await using hook = new Webhook();
    using runtime = createRuntime();
    hca.runtime.fetch = runtime.fetch;
    const shell = await loggedIn(hca);

    // Creates a subscription and takes its uuid.
    await shell.expect(
      `instance_info=$(${hcaDss} put-subscription --callback-url ${hook.url} --replica aws)`,
    );
    await shell.expect("ID=`echo ${instance_info} | jq -r '.uuid'`");
    const id = (await shell.expect("echo $ID")).trim();
    assert.match(id, UUID);
    const made: JsonObject = JSON.parse(
      shell.variables.get("instance_info") ?? "",
    );
    const { uuid, owner, ...others } = made;
    assert.equal(uuid, id);
    assert.match(String(owner), /@localhost$/);
    assert.deepEqual(others, { callback_url: hook.url, replica: "aws" });

    // Lists all, shows one.
    assert.equal(
      await shell.expect(`${hcaDss} get-subscriptions --replica aws`),
      `${JSON.stringify({ subscriptions: [made] }, null, 2)}\n`,
    );
    assert.equal(
      await shell.expect(
        `${hcaDss} get-subscription --replica aws --uuid $ID`,
      ),
      `${JSON.stringify(made, null, 2)}\n`,
    );

    // A bundle is made, and told of.
    await hca.write("more/a.txt", "a");
    await shell.expect("bundle=$(hca local import more)");
    const [notification] = hook.payloads();
    const match = notification?.match as JsonObject;
    assert.equal(notification?.subscription_id, id);
    assert.ok(
      shell.variables.get("bundle")?.includes(String(match.bundle_uuid)),
    );

    // Deletes it; nobody is told any more.
    const deleted: JsonObject = JSON.parse(
      await shell.expect(
        `${hcaDss} delete-subscription --replica aws --uuid $ID`,
      ),
    );
    assert.deepEqual(Object.keys(deleted), ["timeDeleted"]);
    assert.match(String(deleted.timeDeleted), DSS_VERSION);
    await shell.expect("hca local import more");
    assert.equal(hook.received.length, 1);
    assert.equal(
      await shell.expect(`${hcaDss} get-subscriptions --replica aws`),
      '{\n  "subscriptions": []\n}\n',
    );
  });
}

Deno.test("the script of subscriptions as the document writes it, its address lost, fails line by line and makes none", async () => {
  await using hca = await world();
  const shell = await loggedIn(hca);
  const put = await shell.run(
    "instance_info=$(hca dss put-subscription --callback-url --replica aws)",
  );
  assert.equal(put.status, 2);
  assert.match(
    put.err,
    /^hca dss put-subscription: error: --callback-url needs a value\. /,
  );
  await shell.expect("ID=`echo ${instance_info} | jq -r '.uuid'`");
  assert.equal(await shell.expect("echo $ID"), "\n");
  assert.equal(
    await shell.expect("hca dss get-subscriptions --replica aws"),
    '{\n  "subscriptions": []\n}\n',
  );
  for (const command of ["get-subscription", "delete-subscription"]) {
    const { status, out, err } = await shell.run(
      `hca dss ${command} --replica aws --uuid $ID`,
    );
    assert.match(err, /error: --uuid needs a value\. /);
    assert.equal(out, "");
    assert.equal(status, 2);
  }
});

Deno.test("hca dss get-subscriptions after hca dss logout exits 4 and says how to log in", async () => {
  await using hca = await world();
  const shell = await loggedIn(hca);
  assert.equal(await shell.expect("hca dss logout"), "");
  const after = await shell.run("hca dss get-subscriptions --replica aws");
  assert.equal(after.status, 4);
  assert.match(after.err, /using "hca dss login"/);
});

Deno.test("hca dss post-bundles-checkout --replica aws --uuid …, then get-bundles-checkout with its job", async () => {
  await using hca = await world();
  const shell = new SeedShell(hca);
  const posted: JsonObject = JSON.parse(
    await shell.expect(
      `hca dss post-bundles-checkout --replica aws --uuid ${SHOWN}`,
    ),
  );
  assert.deepEqual(Object.keys(posted), ["checkout_job_id"]);
  assert.match(String(posted.checkout_job_id), UUID);
  const got: JsonObject = JSON.parse(
    await shell.expect(
      "hca dss get-bundles-checkout --replica aws " +
        `--checkout-job-id ${posted.checkout_job_id}`,
    ),
  );
  assert.deepEqual(Object.keys(got), ["location", "status"]);
  assert.equal(got.status, "SUCCEEDED");
  assert.ok(String(got.location).endsWith(`/bundles/${FQID}`));
  const directory = fileURLToPath(String(got.location));
  assert.deepEqual(namesBelow(directory), ["sequence_file_0.json"]);
  assert.equal(
    await Deno.readTextFile(`${directory}/sequence_file_0.json`),
    TEXT,
  );
  // The job that the document shows is one of another service.
  const other = await shell.run(
    `hca dss get-bundles-checkout --replica aws --checkout-job-id ${JOB}`,
  );
  assert.equal(other.status, 5);
  assert.match(other.err, /not_found/);
});

Deno.test("hca dss put-collection, get-collections, get-collection, patch-collection and delete-collection", async () => {
  await using hca = await world();
  const shell = await loggedIn(hca);
  const uuid = "aaaaaaaa-0000-4000-8000-000000000001";
  const item = { type: "bundle", uuid: SHOWN, version: SHOWN_VERSION };
  const file = { type: "file", uuid: READ, version: SHOWN_VERSION };
  const json = async (line: string) => JSON.parse(await shell.expect(line));
  assert.deepEqual(
    await json(
      `hca dss put-collection --replica aws --uuid ${uuid} ` +
        `--version ${SHOWN_VERSION} --name n --description d --details {} ` +
        `--contents '${JSON.stringify(item)}'`,
    ),
    { uuid, version: SHOWN_VERSION },
  );
  assert.deepEqual(await json("hca dss get-collections"), {
    collections: [{ uuid, version: SHOWN_VERSION }],
  });
  const { owner, ...got } = await json(
    `hca dss get-collection --replica aws --uuid ${uuid}`,
  );
  assert.match(String(owner), /@localhost$/);
  assert.deepEqual(got, {
    name: "n",
    description: "d",
    details: {},
    contents: [item],
  });
  const { version } = await json(
    `hca dss patch-collection --replica aws --uuid ${uuid} ` +
      `--version ${SHOWN_VERSION} --add-contents '${JSON.stringify(file)}'`,
  );
  const patched = await json(
    `hca dss get-collection --replica aws --uuid ${uuid} --version ${version}`,
  );
  assert.deepEqual(patched.contents, [item, file]);
  assert.deepEqual(
    await json(`hca dss delete-collection --replica aws --uuid ${uuid}`),
    {},
  );
  assert.deepEqual(await json("hca dss get-collections"), { collections: [] });
});

// What only a service with buckets can say.
Deno.test("hca dss post-bundles-checkout sends an empty object, and get-bundles-checkout prints what a service with buckets says", async () => {
  await using hca = await TestEnvironment.create();
  const location = `s3://org-hca-dss-checkout-prod/bundles/${FQID}`;
  const states: JsonObject[] = [
    { status: "RUNNING" },
    { location, status: "SUCCEEDED" },
    { cause: "Unknown issue", status: "FAILED" },
  ];
  const answers: JsonObject[] = [{ checkout_job_id: JOB }, ...states];
  await using api = new ServedApi(
    (origin) => ({
      ...DSS_DOCUMENT,
      host: new URL(origin).host,
      schemes: ["http"],
    }),
    () => Response.json(answers.shift()),
  );
  api.connect(hca);
  hca.variables.set("HCA_SWAGGER_URL", api.url);
  const shell = new SeedShell(hca);
  assert.deepEqual(
    JSON.parse(
      await shell.expect(
        `hca dss post-bundles-checkout --replica aws --uuid ${SHOWN}`,
      ),
    ),
    { checkout_job_id: JOB },
  );
  assert.equal(api.requests[0]?.body, "{}");
  for (const state of states) {
    assert.deepEqual(
      JSON.parse(
        await shell.expect(
          "hca dss get-bundles-checkout --replica aws " +
            `--checkout-job-id ${JOB}`,
        ),
      ),
      state,
    );
  }
});
