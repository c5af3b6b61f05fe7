/**
 * Clocks that jump, locks that lie, and networks that go and come back.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { programWords } from "../../e2e/_program.ts";
import {
  checkDisk,
  contentBytes,
  createGiven,
  download,
  downloadWords,
  type Given,
} from "../_case.ts";
import { sendStatus } from "../_service.ts";
import { buildShim, run, runHcaUnder, systemTest } from "./_system.ts";

for (const [when, seconds] of [["a day", 86_400], ["ten years", 315_360_000]]) {
  systemTest(import.meta.url, {
    row: "K06",
    when: `the wall clock jumps by ${when} to and fro twice a second`,
    does: "waits and measures by a clock that does not",
  }, async () => {
    await using given = await createGiven();
    const { service, small, big } = given;
    service.spoil(big, [{ drip: { bytes: 256 << 10, everyMs: 100 } }]);
    let left = 1;
    const asked: number[] = [];
    service.intercept = (request, wire) => {
      if (!request.target.startsWith(`/blobs/${small.sha256}`)) return false;
      asked.push(performance.now());
      return left-- > 0 && sendStatus(wire, 503, { "retry-after": "1" });
    };
    const environment = await buildShim(given, {
      HCA_SHIM_CLOCK: String(seconds),
    });
    const outcome = await download(given, ["--idle-timeout", "5"], {
      environment,
    });
    assert.equal(outcome.status, 0, outcome.err);
    await checkDisk(given, outcome, true);
    const gapMs = (asked[1] ?? 0) - (asked[0] ?? 0);
    assert.ok(gapMs >= 990 && gapMs < 10_000, `waited ${gapMs} ms`);
    assert.ok(outcome.tookMs < 30_000);
  });
}

systemTest(import.meta.url, {
  row: "K05",
  when: "flock succeeds for everybody and does nothing, two at once",
  does: "ends well twice",
}, async (note) => {
  for (let round = 0; round < 5; round++) {
    await using given = await createGiven();
    const environment = await buildShim(given, {
      HCA_SHIM_CALL: "flock",
      HCA_SHIM_ERRNO: "0",
    });
    const both = await Promise.all([
      download(given, [], { environment }),
      download(given, [], { environment }),
    ]);
    for (const { status, err } of both) assert.equal(status, 0, err);
    await checkDisk(given, { err: "" }, true);
    assert.ok(given.service.sentBytes <= 2 * contentBytes(given));
  }
  note("5 rounds");
});

systemTest(import.meta.url, {
  row: "K05",
  when: "its system calls are watched",
  does: "takes no lock in the download directory",
}, async () => {
  await using given = await createGiven();
  const { sandbox, service } = given;
  const trace = join(sandbox.directory, "trace");
  const under = ["strace", "-f", "-y", "-o", trace, "-e", "trace=flock,fcntl"];
  const outcome = await runHcaUnder(
    given,
    [...under, ...programWords()],
    downloadWords(service),
  );
  assert.equal(outcome.status, 0, outcome.err);
  const locks = (await Deno.readTextFile(trace)).split("\n").filter((line) =>
    line.includes(sandbox.work) && /flock|F_(OFD_)?SETLK/.test(line)
  );
  assert.deepEqual(locks, []);
});

const NAMESPACE = `hca-faults-${Deno.pid}`;
const INSIDE = `hcaf${Deno.pid % 100_000}i`;
const OUTSIDE = `hcaf${Deno.pid % 100_000}o`;
const SERVICE_ADDRESS = "10.231.77.1";

/** A network of its own, joined to this one by a pair of devices. */
async function joinedNetwork(): Promise<AsyncDisposable> {
  const ip = (...args: string[]) => run("ip", ...args);
  await ip("netns", "add", NAMESPACE);
  await ip("link", "add", OUTSIDE, "type", "veth", "peer", "name", INSIDE);
  await ip("link", "set", INSIDE, "netns", NAMESPACE);
  await ip("addr", "add", `${SERVICE_ADDRESS}/24`, "dev", OUTSIDE);
  await ip("link", "set", OUTSIDE, "up");
  await ip("-n", NAMESPACE, "addr", "add", "10.231.77.2/24", "dev", INSIDE);
  await ip("-n", NAMESPACE, "link", "set", INSIDE, "up");
  return {
    async [Symbol.asyncDispose]() {
      await ip("netns", "delete", NAMESPACE);
    },
  };
}

systemTest(import.meta.url, {
  row: "K07",
  when: "the network is gone for 5 s in the middle and comes back",
  does: "goes on where it was",
}, async (note) => {
  await using _network = await joinedNetwork();
  await using given: Given & AsyncDisposable = await createGiven({
    hostname: SERVICE_ADDRESS,
  });
  const { service, big } = given;
  const drip = { bytes: 256 << 10, everyMs: 100 };
  service.spoil(big, [{ drip }]);
  const begun = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    if (service.sentBytes > 2 << 20) begun.resolve();
  }, 10);
  const running = runHcaUnder(
    given,
    ["ip", "netns", "exec", NAMESPACE, ...programWords()],
    downloadWords(service, ["--idle-timeout", "2", "--connect-timeout", "1"]),
  );
  await begun.promise;
  clearInterval(timer);
  await run("ip", "link", "set", OUTSIDE, "down");
  await new Promise((resolve) => setTimeout(resolve, 5000));
  await run("ip", "link", "set", OUTSIDE, "up");
  const outcome = await running;
  assert.equal(outcome.status, 0, outcome.err);
  await checkDisk(given, outcome, true);
  const twice = given.service.sentBytes - contentBytes(given);
  assert.ok(twice < big.bytes.length, `${twice} bytes came twice`);
  note(`${Math.round(twice / 1024)} KiB twice`);
});
