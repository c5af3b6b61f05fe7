/**
 * Programs that are killed, interrupted, stopped, hung up on, and run twice.
 *
 * `HCA_FAULTS_ROUNDS` is how often each is done; few suffice to see that it
 * works, many to see that it always does.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { finish } from "../e2e/_program.ts";
import type { Fault } from "../support/content_server.ts";
import { seeded } from "../support/seeded.ts";
import {
  checkDisk,
  contentBytes,
  createGiven,
  download,
  downloadWords,
  type Given,
} from "./_case.ts";
import { arrivedBytes, BUNDLE_DIRECTORY, partsOf } from "./_invariants.ts";
import { seededBytes } from "./_service.ts";
import { faultTest } from "./_suite.ts";

const ROUNDS = Number(Deno.env.get("HCA_FAULTS_ROUNDS") ?? 0);
const PAIRS = ROUNDS === 0 ? 2 : 20;
const MIB = 1 << 20;
// 128 and SIGKILL; on Windows, where there are no signals, it is 1.
const KILLED_STATUS = Deno.build.os === "windows" ? 1 : 137;
const HUGE_BYTES = (ROUNDS === 0 ? 48 : 256) * MIB;
// What is not yet durable, and what is on its way through the sockets of a
// connection: the service counts what it gave to its own.
const FLUSH_BYTES = 64 * MIB;
const SOCKET_BYTES = 12 * MIB;
// Of the big file, that comes before something happens.
const PART_BYTES = 2 * MIB;
const STOPS_WITHIN_MS = 2000;

/** A download that is under way: of its big file a third comes, and no more. */
async function underWay(
  given: Given,
  args: string[] = [],
  fault: Fault = { cutAfter: PART_BYTES, end: "hang" },
): Promise<Deno.ChildProcess> {
  const { service, sandbox, big } = given;
  service.spoil(big, [], fault);
  const child = sandbox.spawn(downloadWords(service, args));
  let isRunning = true;
  const ended = child.status.then(() => isRunning = false);
  while (await arrivedBytes(sandbox.work) < PART_BYTES) {
    assert.ok(isRunning, "it ended before it began");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  ended.catch(() => {});
  return child;
}

/** What follows an end in the middle: a run that brings the rest. */
async function takesItUp(given: Given): Promise<number> {
  const { service, big } = given;
  await checkDisk(given, { err: "" }, false);
  service.spoil(big, []);
  const again = await download(given);
  assert.equal(again.status, 0, again.err);
  await checkDisk(given, again, true);
  return service.sentBytes - contentBytes(given);
}

if (Deno.build.os !== "windows") {
  for (
    const [signal, status] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
      ["SIGHUP", 129],
    ] as const
  ) {
    faultTest(import.meta.url, {
      row: signal === "SIGHUP" ? "K03" : "K02",
      when: `${signal} comes in the middle`,
      does: `stops within 2 s with ${status}, keeps what it has, and says so`,
    }, async (note) => {
      await using given = await createGiven();
      const child = await underWay(given);
      const startedMs = performance.now();
      child.kill(signal);
      const { status: found, err } = await finish(child);
      const tookMs = performance.now() - startedMs;
      assert.equal(found, status, err);
      assert.ok(tookMs < STOPS_WITHIN_MS, `${tookMs} ms`);
      assert.match(err, /[Rr]un .*again/);
      assert.ok((await partsOf(given.sandbox.work)).length > 0);
      const twice = await takesItUp(given);
      assert.equal(twice, 0);
      note(`stopped in ${Math.round(tookMs)} ms`);
    });
  }

  faultTest(import.meta.url, {
    row: "K02",
    when: "SIGINT comes twice",
    does: "stops at once",
  }, async (note) => {
    await using given = await createGiven();
    const child = await underWay(given);
    const startedMs = performance.now();
    child.kill("SIGINT");
    child.kill("SIGINT");
    const { status } = await finish(child);
    const tookMs = performance.now() - startedMs;
    assert.equal(status, 130);
    assert.ok(tookMs < STOPS_WITHIN_MS, `${tookMs} ms`);
    await takesItUp(given);
    note(`stopped in ${Math.round(tookMs)} ms`);
  });

  faultTest(import.meta.url, {
    row: "K03",
    when: "it is stopped for longer than its idle limit and continued",
    does: "goes on",
  }, async () => {
    await using given = await createGiven();
    const drip = { bytes: 64 << 10, everyMs: 50 };
    const child = await underWay(given, ["--idle-timeout", "1"], { drip });
    child.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    given.service.spoil(given.big, []);
    child.kill("SIGCONT");
    const { status, err } = await finish(child);
    assert.equal(status, 0, err);
    await checkDisk(given, { err }, true);
  });
}

faultTest(import.meta.url, {
  row: "K03",
  when: "nobody reads its messages any more",
  does: "brings everything all the same",
}, async () => {
  await using given = await createGiven();
  const { sandbox, service } = given;
  const child = sandbox.spawn(downloadWords(service, ["--progress", "json"]));
  await Promise.all([child.stderr.cancel(), child.stdout.cancel()]);
  assert.equal((await child.status).code, 0);
  await checkDisk(given, { err: "" }, true);
});

faultTest(import.meta.url, {
  row: "K01",
  when: `it is killed at ${ROUNDS || 8} random moments`,
  does: "leaves nothing false and loses at most a flush window each time",
}, async (note) => {
  await using given = await createGiven();
  const { sandbox, service } = given;
  const huge = service.add("huge.bin", seededBytes(HUGE_BYTES, 9));
  // No faster than it is read, so that little is on its way.
  service.spoil(huge, [], { drip: { bytes: MIB, everyMs: 8 } });
  const first = await download(given);
  assert.equal(first.status, 0, first.err);
  await startOver(given);
  const random = seeded(20_260_101);
  let kills = 0;
  let whole = 0;
  let twiceBytes = 0;
  let killsOfThis = 0;
  let mostParts = 0;
  for (let round = 0; round < (ROUNDS || 8); round++) {
    const child = sandbox.spawn(downloadWords(service));
    const timer = setTimeout(() => kill(child), random() * first.tookMs);
    const { status, err } = await finish(child);
    clearTimeout(timer);
    await checkDisk(given, { err }, status === 0);
    if (status === 0) {
      whole++;
      twiceBytes += checkTwice(given, killsOfThis);
      killsOfThis = 0;
      await startOver(given);
      continue;
    }
    assert.equal(status, KILLED_STATUS, err);
    kills++;
    killsOfThis++;
    const parts = (await partsOf(sandbox.work)).filter((name) =>
      name.endsWith(".part")
    );
    mostParts = Math.max(mostParts, parts.length);
  }
  twiceBytes += await takesItUp(given);
  checkTwice(given, killsOfThis);
  note(`${kills} kills, ${whole + 1} downloads ended`);
  note(`at most ${mostParts} parts at once`);
  note(`${Math.round(twiceBytes / MIB / Math.max(1, kills))} MiB twice a kill`);
});

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It has ended by itself just now.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** Removes what was downloaded and counts from nothing. */
async function startOver({ sandbox, service }: Given): Promise<void> {
  await Deno.remove(join(sandbox.work, ".hca"), { recursive: true });
  await Deno.remove(join(sandbox.work, BUNDLE_DIRECTORY), { recursive: true });
  service.sentBytes = 0;
  service.peak = 0;
  service.requests.length = 0;
}

function checkTwice(given: Given, kills: number): number {
  const { sentBytes, peak } = given.service;
  const twice = sentBytes - contentBytes(given);
  assert.ok(
    twice <= kills * (FLUSH_BYTES + peak * SOCKET_BYTES),
    `${twice} bytes came twice after ${kills} kills`,
  );
  return Math.max(0, twice);
}

faultTest(import.meta.url, {
  row: "K04",
  when: `two of it fill one store at the same time, ${PAIRS} rounds`,
  does: "ends well twice and fetches no byte more than twice",
}, async (note) => {
  let mostShare = 0;
  for (let round = 0; round < PAIRS; round++) {
    await using given = await createGiven();
    given.service.add("second.bin", seededBytes(20 * MIB, 10 + round));
    const both = await Promise.all([download(given), download(given)]);
    for (const { status, err } of both) assert.equal(status, 0, err);
    await checkDisk(given, { err: "" }, true);
    const share = given.service.sentBytes / contentBytes(given);
    assert.ok(share <= 2, `${share} of the bytes were sent`);
    mostShare = Math.max(mostShare, share);
  }
  note(`${mostShare.toFixed(2)} × the bytes at most`);
});

faultTest(import.meta.url, {
  row: "K04",
  when: "another one is killed while it writes the same file",
  does: "is not disturbed",
}, async () => {
  await using given = await createGiven();
  const { sandbox, service } = given;
  const victim = await underWay(given);
  const other = sandbox.spawn(downloadWords(service));
  victim.kill("SIGKILL");
  await finish(victim);
  service.spoil(given.big, []);
  const { status, err } = await finish(other);
  assert.equal(status, 0, err);
  const again = await download(given);
  assert.equal(again.status, 0, again.err);
  await checkDisk(given, again, true);
});
