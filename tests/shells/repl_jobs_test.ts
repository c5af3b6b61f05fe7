/**
 * Commands beside the prompt of a session in a real terminal.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256Of } from "../e2e/_program.ts";
import { arrivedBytes } from "../faults/_invariants.ts";
import {
  BUNDLE_UUID,
  BUNDLE_VERSION,
  type BundleFile,
  FaultyService,
  seededBytes,
} from "../faults/_service.ts";
import { isSkipped, SessionTerminal, until } from "./_terminal.ts";

const ignore = isSkipped;
const MIB = 1 << 20;
const LINE = `download ${BUNDLE_UUID}`;

interface Slow extends AsyncDisposable {
  session: SessionTerminal;
  service: FaultyService;
  big: BundleFile;
  /** Makes what is asked for from now on stop after a part, or arrive whole. */
  isSlow: (isSlow: boolean) => void;
  /** Waits until that part of it is on the disk. */
  arrives: () => Promise<void>;
  /** Makes what is asked for from now on wait, until it is opened. */
  gate: () => { open: () => void };
  /** Whether the file is there and right. */
  isThere: () => Promise<boolean>;
}

/** A session with a service whose one file takes its time. */
async function slowService(): Promise<Slow> {
  const service = new FaultyService();
  const big = service.add("big.bin", seededBytes(6 * MIB, 2));
  const session = await SessionTerminal.open({
    variables: { HCA_SWAGGER_URL: service.swaggerUrl },
  });
  const path = `${BUNDLE_UUID}.${BUNDLE_VERSION}/big.bin`;
  const gate = Promise.withResolvers<void>();
  const slow: Slow = {
    session,
    service,
    big,
    isSlow: (isSlow) => {
      const part = { cutAfter: 2 * MIB, end: "hang" } as const;
      service.spoil(big, [], isSlow ? part : {});
    },
    arrives: () =>
      until(async () => await arrivedBytes(session.sandbox.work) >= 2 * MIB),
    gate: () => {
      service.spoil(big, [], { gate: () => gate.promise });
      return { open: gate.resolve };
    },
    isThere: () =>
      sha256Of(join(session.sandbox.work, path)).then(
        (sha256) => sha256 === big.sha256,
        () => false,
      ),
    async [Symbol.asyncDispose]() {
      gate.resolve();
      await session[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
  slow.isSlow(true);
  return slow;
}

Deno.test("a job of a session that ends is told above the line", {
  ignore,
}, async () => {
  await using slow = await slowService();
  const { session } = slow;
  const { plain } = session;
  const gate = slow.gate();
  await session.start();
  assert.equal(await session.run(`${LINE} &`), "[1] started\n");
  assert.match(
    await session.run("jobs"),
    new RegExp(`^\\[1\\] running, .*: ${LINE}\n$`),
  );
  await plain.type("half a 日");
  await plain.press("Left");
  await session.edits("half a 日");
  gate.open();
  await plain.shows(
    new RegExp(
      `^\\[1\\] done: ${LINE}; 'wait 1' shows what it wrote\\s*\n` +
        "hca dss ▸ half a 日\\s*$",
      "m",
    ),
  );
  // The line is where it was, and the cursor in it.
  await plain.type("x");
  await session.edits("half a x日");
  assert.equal((await plain.screen()).match(/\[1\] done/g)?.length, 1);
  await plain.press("C-c");
  await session.prompts();
  assert.match(await session.run("jobs"), /^\[1\] done, /);
  assert.match(await session.run("wait 1"), /2 of 2 files/);
  assert.equal(await session.run("jobs"), "hca: there are no jobs\n");
  assert.ok(await slow.isThere());
  await session.end();
});

Deno.test(
  "a job of a session can be cancelled, and goes on when started again",
  {
    ignore,
  },
  async () => {
    await using slow = await slowService();
    const { session, service, big } = slow;
    await session.start();
    await session.run(`${LINE} &`);
    await slow.arrives();
    await session.enter("cancel 1");
    await session.plain.shows(
      new RegExp(`^\\[1\\] cancelled: ${LINE}.*\n[^▸]*▸\\s*$`, "m"),
    );
    assert.equal(await slow.isThere(), false);
    slow.isSlow(false);
    await session.run(LINE);
    assert.ok(await slow.isThere());
    const twice = service.sentBytes - big.bytes.length;
    assert.equal(twice, 0);
    await session.end();
  },
);

Deno.test("Ctrl-C while a session waits for a job leaves the job alone", {
  ignore,
}, async () => {
  await using slow = await slowService();
  const { session } = slow;
  const { plain } = session;
  const gate = slow.gate();
  await session.start();
  await session.run(`${LINE} &`);
  await session.enter("wait");
  // Where the line has ended Ctrl-C is for what runs.
  await plain.press("C-c");
  await session.prompts();
  // Also when the two keys come at once.
  await plain.type("wait");
  await session.edits("wait");
  await plain.press("Enter", "C-c");
  await plain.shows(/(?:▸ wait[^▸]*error: interrupted[^▸]*){2}▸\s*$/);
  assert.match(await session.run("jobs"), /^\[1\] running/);
  await session.enter("wait 1");
  gate.open();
  await plain.shows(/2 of 2 files[^▸]*▸\s*$/);
  assert.ok(await slow.isThere());
  await session.end();
});

Deno.test("Ctrl-D ends a session with its jobs, which go on in the next one", {
  ignore,
}, async () => {
  await using slow = await slowService();
  const { session, service, big } = slow;
  await session.start();
  await session.run(`${LINE} &`);
  await slow.arrives();
  await session.end();
  assert.equal(await slow.isThere(), false);
  slow.isSlow(false);
  await session.start();
  await session.run(LINE);
  assert.ok(await slow.isThere());
  const twice = service.sentBytes - big.bytes.length;
  assert.equal(twice, 0);
  await session.end();
});

Deno.test("Ctrl-C stops the command of a session and not its jobs", {
  ignore,
}, async () => {
  await using slow = await slowService();
  const { session } = slow;
  await session.start();
  await session.run(`${LINE} &`);
  await slow.arrives();
  await session.enter("help | cat >../read; echo reads; sleep 60");
  await session.plain.shows(/^reads$/m);
  await session.plain.press("C-c");
  await session.prompts();
  assert.match(await session.run("jobs"), /^\[1\] running/);
  await session.run("cancel 1");
  await session.end();
});
