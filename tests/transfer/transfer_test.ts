import assert from "node:assert/strict";
import { NotFoundError, PartialError } from "../../src/base/mod.ts";
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
  doneBytes: 20,
  receivedBytes: 20,
};
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
    { type: "started", totals: TOTALS },
    { type: "finished", totals: TOTALS, failures: [] },
    { type: "manifest", path: "m.tsv" },
  ]);
  assert.deepEqual(await transfer.finished(), TOTALS);
});

Deno.test("Transfer throws what failed after its last event", async () => {
  const transfer = transferOf([
    { type: "started", totals: TOTALS },
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

Deno.test("Transfer ends its run when the reader stops", async () => {
  let ended = 0;
  const transfer = transferOf(
    [{ type: "started", totals: TOTALS }],
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
