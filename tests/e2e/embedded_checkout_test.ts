import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Sandbox } from "./_program.ts";
import {
  type Answer,
  AT,
  changeTasks,
  importBundle,
  Service,
  until,
  uuidOf,
  VERSION,
} from "./_service.ts";

const BUNDLE = uuidOf(1);
const FILES = 40;
const FILE_BYTES = 256 * 1024;

/** What is at a place, whole. */
async function checkLaidOut(location: string): Promise<void> {
  const directory = fileURLToPath(location);
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
  assert.equal(names.length, FILES);
  for (const name of names) {
    const bytes = await Deno.readFile(join(directory, name));
    const number = Number(name.replace(".bin", ""));
    assert.equal(bytes.length, FILE_BYTES);
    assert.ok(bytes.every((byte) => byte === number), name);
  }
}

Deno.test("checkouts that a killed service leaves behind are finished by the next one", async () => {
  await using sandbox = await Sandbox.create();
  const lab = join(sandbox.directory, "lab");
  await Deno.mkdir(lab);
  await importBundle(
    sandbox,
    BUNDLE,
    Object.fromEntries(
      Array.from(
        { length: FILES },
        (_, at) => [`${at}.bin`, new Uint8Array(FILE_BYTES).fill(at)],
      ),
    ),
  );
  const words = ["--source-dir", lab];
  const first = await Service.start(sandbox, words);
  const post = async (body: unknown): Promise<string> => {
    const path = `/bundles/${BUNDLE}/checkout?replica=aws`;
    const answer = await first.fetch(path, { method: "POST", body });
    assert.equal(answer.status, 200);
    return (await answer.json()).checkout_job_id;
  };
  const jobs = [
    (await first.dss(
      ...["post-bundles-checkout", ...AT, "--uuid", BUNDLE],
      ...["--version", VERSION, "--destination", "lab"],
    )).checkout_job_id,
    await post({}),
    await post({ destination: "elsewhere", email: "a@example.org" }),
    await post({ destination: "lab" }),
  ];
  first.process.kill("SIGKILL");
  await first.stop();
  // What it held is free a minute later, which is now.
  assert.notEqual(changeTasks(sandbox, "leased_until_ms = 0"), 0);

  await using second = await Service.start(sandbox, words);
  const ended = (job: string) =>
    until(async () => {
      const path = `/bundles/checkout/${job}?replica=aws`;
      const answer: Answer = await (await second.fetch(path)).json();
      return answer.status === "RUNNING" ? undefined : answer;
    }, `the end of ${job}`);
  for (const job of jobs) {
    const { status, location, ...more } = await ended(job);
    assert.deepEqual([status, more], ["SUCCEEDED", {}]);
    assert.ok(location.endsWith(`/bundles/${BUNDLE}.${VERSION}`), location);
    await checkLaidOut(location);
  }
  const shown = await second.dss(
    ...["get-bundles-checkout", ...AT, "--checkout-job-id", jobs[0]],
  );
  assert.equal(
    fileURLToPath(shown.location),
    join(lab, "bundles", `${BUNDLE}.${VERSION}`),
  );
  // Nothing half done is left beside what was asked for.
  assert.deepEqual(
    [...Deno.readDirSync(join(lab, "bundles"))].map(({ name }) => name),
    [`${BUNDLE}.${VERSION}`],
  );
  const other = await second.fetch(
    `/bundles/checkout/${jobs[0]}?replica=gcp`,
  );
  assert.equal(other.status, 404);
  await other.body?.cancel();
});
