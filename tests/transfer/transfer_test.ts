import assert from "node:assert/strict";
import { NotFoundError, PartialError, UsageError } from "../../src/base/mod.ts";
import {
  Transfer,
  type TransferEvent,
  type TransferTotals,
} from "../../src/transfer/mod.ts";

const TOTALS: TransferTotals = {
  contents: 3,
  sizeBytes: 30,
  fetched: 2,
  present: 0,
  failed: 1,
  retried: 0,
  doneBytes: 20,
  receivedBytes: 20,
  resumedBytes: 0,
  elapsedMs: 1_000,
};
const WELL: TransferTotals = { ...TOTALS, fetched: 3, failed: 0 };
const NEEDS = { contents: 3, sizeBytes: 30, freeBytes: undefined };
const FAILURE = { name: "f", error: new NotFoundError("gone") };

function transferOf(
  events: TransferEvent[],
  onEnd: () => void = () => {},
): Transfer {
  async function* run(): AsyncGenerator<TransferEvent, void, void> {
    try {
      yield* events;
      await Promise.resolve();
    } finally {
      onEnd();
    }
  }
  return new Transfer(run());
}

Deno.test("Transfer.finished gives the totals when all went well", async () => {
  const transfer = transferOf([
    { type: "started", totals: TOTALS, needs: NEEDS },
    { type: "finished", totals: WELL, failures: [] },
    { type: "manifest", path: "m.tsv" },
  ]);
  assert.deepEqual(await transfer.finished(), WELL);
});

Deno.test("Transfer throws what failed after its last event", async () => {
  const transfer = transferOf([
    { type: "started", totals: TOTALS, needs: NEEDS },
    { type: "finished", totals: TOTALS, failures: [FAILURE] },
  ]);
  const seen: string[] = [];
  await assert.rejects(
    (async () => {
      for await (const { type } of transfer) seen.push(type);
    })(),
    (error) => {
      assert.ok(error instanceof PartialError);
      assert.equal(
        error.message,
        "1 of 3 files failed; the others are complete",
      );
      assert.deepEqual(error.failures, [FAILURE]);
      assert.equal(error.hint, "Run it again to fetch only what is missing.");
      return true;
    },
  );
  assert.deepEqual(seen, ["started", "finished"]);
});

Deno.test("Transfer says what became of the files that did not fail", async () => {
  const messages = [
    [{ failed: 1, fetched: 1, present: 1 }, "; the others are complete"],
    [{ failed: 3, fetched: 0, present: 0 }, ""],
    [{ failed: 1, fetched: 0, present: 0 }, "; 2 were not tried any more"],
    [{ failed: 1, fetched: 0, present: 1 }, "; 1 were not tried any more"],
  ] as const;
  for (const [counts, rest] of messages) {
    const totals = { ...TOTALS, ...counts };
    const transfer = transferOf([
      { type: "finished", totals, failures: [FAILURE] },
    ]);
    await assert.rejects(transfer.finished(), {
      message: `${counts.failed} of 3 files failed${rest}`,
    });
  }
});

Deno.test("Transfer counts what the plan did not know of", async () => {
  const totals = { ...TOTALS, contents: 1, failed: 2, fetched: 2 };
  const transfer = transferOf([
    { type: "finished", totals, failures: [FAILURE] },
  ]);
  await assert.rejects(transfer.finished(), {
    message: "2 of 4 files failed; the others are complete",
  });
});

Deno.test("Transfer does not look as if it went well when it is begun twice", async () => {
  const transfer = transferOf([
    { type: "finished", totals: TOTALS, failures: [FAILURE] },
  ]);
  await assert.rejects(transfer.finished(), PartialError);
  for (let time = 0; time < 2; time++) {
    await assert.rejects(
      time === 0 ? transfer.finished() : Array.fromAsync(transfer),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.equal(
          error.message,
          "a transfer runs once, and this one has begun before",
        );
        return true;
      },
    );
  }
});

Deno.test("Transfer says how many more failed than are named", async () => {
  const totals = { ...TOTALS, failed: 3, fetched: 0 };
  const transfer = transferOf([
    { type: "finished", totals, failures: [FAILURE] },
  ]);
  await assert.rejects(
    transfer.finished(),
    (error) => error instanceof PartialError && error.omitted === 2,
  );
});

Deno.test("Transfer of a dry run ends with nothing", async () => {
  const transfer = transferOf([
    { type: "started", totals: TOTALS, needs: NEEDS },
  ]);
  assert.equal((await transfer.finished()).fetched, 0);
});

Deno.test("Transfer ends its run when the reader stops", async () => {
  let ended = 0;
  const transfer = transferOf(
    [{ type: "started", totals: TOTALS, needs: NEEDS }],
    () => ended++,
  );
  for await (const _event of transfer) break;
  assert.equal(ended, 1);
});

Deno.test("Transfer does nothing before it is read", async () => {
  let started = 0;
  // deno-lint-ignore require-yield
  async function* run(): AsyncGenerator<TransferEvent, void, void> {
    started++;
    await Promise.resolve();
    throw new NotFoundError("no such bundle");
  }
  const transfer = new Transfer(run());
  await Promise.resolve();
  assert.equal(started, 0);
  await assert.rejects(transfer.finished(), {
    name: "NotFoundError",
    message: "no such bundle",
  });
});
