/**
 * Checkouts into a bucket of a real S3 service that are broken off.
 *
 * @module
 */

import assert from "node:assert/strict";
import { addBundle } from "./_bundle.ts";
import { Gate } from "./_gate.ts";
import { ignore, S3Service } from "./_s3_service.ts";
import { ServedStore } from "./_served_store.ts";
import { digest, someBytes } from "./_stated_object.ts";

const MIB = 1024 * 1024;
const LAB = "lab";
const STAGING = "staging";
const SMALL = new TextEncoder().encode("small");
const LARGE = someBytes(60 * MIB);
// One part has been taken, and the next one has been begun.
const HELD_AFTER_BYTES = 20 * MIB;

interface Halfway {
  s3: S3Service;
  gate: Gate;
  served: ServedStore;
  /** The checkout. */
  jobId: string;
  /** The key of the object that is being sent. */
  key: string;
}

/** Works when a part of a file has been sent, and the next one not quite. */
async function halfway(work: (at: Halfway) => Promise<void>): Promise<void> {
  await using s3 = await S3Service.start(STAGING, LAB);
  await using gate = new Gate(s3.port);
  const { endpoint } = gate;
  await using served = await ServedStore.start(s3, { endpoint });
  const fqid = await addBundle(s3, served, STAGING, [
    { name: "first", bytes: SMALL },
    { name: "large.bin", bytes: LARGE },
    { name: "z", bytes: SMALL },
  ]);
  const key = `bundles/${fqid}/large.bin`;
  const held = gate.holdAfter(HELD_AFTER_BYTES);
  const jobId = await served.startCheckout(fqid, LAB);
  await held;
  assert.deepEqual(await s3.unfinished(LAB), [key]);
  await work({ s3, gate, served, jobId, key });
  served.assertNoSecretSaid();
}

async function assertFinished(
  { s3, served, jobId, key }: Halfway,
): Promise<void> {
  const { status } = await served.endOfCheckout(jobId);
  assert.equal(status, "SUCCEEDED");
  const { bytes } = await s3.read(LAB, key);
  assert.equal(digest("sha256", bytes), digest("sha256", LARGE));
  assert.equal((await s3.keys(LAB)).length, 3);
  assert.deepEqual(await s3.unfinished(LAB), []);
}

Deno.test({
  ignore,
  name:
    "a checkout is finished after hca was killed in the middle of an object",
  fn: () =>
    halfway(async (at) => {
      const { s3, gate, served, key } = at;
      await served.end("SIGKILL");
      gate.open();
      assert.deepEqual(await s3.unfinished(LAB), [key]);
      served.aMinutePasses();
      await served.serve();
      await assertFinished(at);
    }),
});

Deno.test({
  ignore,
  name:
    "a checkout leaves no unfinished upload when hca is stopped, and is finished then",
  fn: () =>
    halfway(async (at) => {
      const { s3, gate, served } = at;
      assert.equal(await served.end("SIGTERM"), 0);
      gate.open();
      assert.deepEqual(await s3.unfinished(LAB), []);
      await served.serve();
      await assertFinished(at);
    }),
});

Deno.test({
  ignore,
  name:
    "a checkout is finished after the S3 service was killed in the middle of an object",
  fn: () =>
    halfway(async (at) => {
      const { s3, gate, served } = at;
      await s3.kill();
      gate.open();
      await served.untilSaid(/checkout will be tried again: Bucket lab cannot/);
      await s3.open();
      served.aMinutePasses();
      await assertFinished(at);
    }),
});
