import assert from "node:assert/strict";
import {
  CancelledError,
  HcaError,
  IntegrityError,
  LocalError,
} from "../../src/base/mod.ts";
import type { TransferStore } from "../../src/store/mod.ts";
import type { StoreCall } from "../../src/thread/messages.ts";
import { ThreadedTransferStore } from "../../src/thread/threaded_transfer_store.ts";
import {
  contentOf,
  createStoreCase,
  NOWHERE,
  patternBytes,
} from "../store/_store_case.ts";
import { overChannel } from "./_channel.ts";

const BYTES = patternBytes(1_000);
const CONTENT = contentOf(BYTES);

/** A store that fails with `error`, in another thread. */
function failingWith(error: unknown): TransferStore {
  const { store } = createStoreCase();
  store.put = () => Promise.reject(error);
  return overChannel(store);
}

/** What comes of an error on its way between the threads. */
async function sent(error: unknown): Promise<unknown> {
  const store = failingWith(error);
  try {
    return await store.put(CONTENT, BYTES.slice(), NOWHERE).then(
      () => assert.fail("it did not fail"),
      (thrown) => thrown,
    );
  } finally {
    await store.close();
  }
}

Deno.test("ThreadedTransferStore throws what the store threw: class, message, reason, path and hint", async () => {
  const error = await sent(
    new LocalError("the disk is full", {
      reason: "no_space",
      path: "/dd/f",
      hint: "Free some.",
    }),
  );
  assert.ok(error instanceof LocalError);
  assert.deepEqual(
    [error.message, error.reason, error.path, error.hint],
    ["the disk is full", "no_space", "/dd/f", "Free some."],
  );
  const kinds = [IntegrityError, CancelledError];
  for (const kind of kinds) {
    const error = await sent(new kind("it is wrong", { hint: "Try again." }));
    assert.ok(error instanceof kind);
    assert.equal(error.message, "it is wrong");
    assert.equal(error.hint, "Try again.");
  }
  const plain = await sent(new LocalError("no"));
  assert.ok(plain instanceof LocalError);
  assert.deepEqual(
    [plain.reason, plain.path, plain.hint],
    ["other", undefined, undefined],
  );
});

Deno.test("ThreadedTransferStore throws a bug as a bug, and shows where it was", async () => {
  const bug = new TypeError("boom");
  const error = await sent(bug);
  assert.ok(error instanceof Error && !(error instanceof HcaError));
  assert.equal(error.message, "boom");
  assert.equal(error.stack, bug.stack);
  const odd = await sent("only a text");
  assert.ok(odd instanceof Error);
  assert.equal(odd.message, "only a text");
});

Deno.test("ThreadedTransferStore hands a buffer over instead of copying it", async () => {
  const store = overChannel(createStoreCase().store);
  const part = await store.open(CONTENT);
  const piece = BYTES.slice();
  const writing = part.write(0, piece);
  assert.equal(piece.buffer.byteLength, 0);
  assert.equal((await writing).byteLength, 1_000);
  const whole = BYTES.slice();
  const putting = store.put(CONTENT, whole, NOWHERE);
  assert.equal(whole.buffer.byteLength, 0);
  await putting;
  await part.discard();
  await store.close();
});

Deno.test("ThreadedTransferStore sends nothing of a caller's object but what is needed", async () => {
  const calls: StoreCall[] = [];
  const store = new ThreadedTransferStore({
    call: (call) => void calls.push(call),
    terminate: () => {},
  }, createStoreCase().store);
  const extra = { ...CONTENT, source: { url: "https://signed?secret" } };
  const works = [
    store.verify(extra),
    store.put(extra, BYTES.slice(), { ...NOWHERE, ...extra }),
    store.open(extra),
  ];
  assert.ok(!JSON.stringify(calls).includes("secret"));
  await store.close();
  for (const result of await Promise.allSettled(works)) {
    assert.equal(result.status, "rejected");
  }
});

/** A store whose thread never answers. */
function mute() {
  let terminated = 0;
  const calls: StoreCall[] = [];
  const store = new ThreadedTransferStore({
    call: (call) => void calls.push(call),
    terminate: () => void terminated++,
  }, createStoreCase().store);
  return { store, calls, terminated: () => terminated };
}

Deno.test("ThreadedTransferStore rejects everything when its thread dies, and what is asked later", async () => {
  const { store, calls } = mute();
  const opening = store.open(CONTENT);
  store.receive({
    id: calls[0]?.id ?? 0,
    value: { found: [], foundEtag: undefined },
  });
  const part = await opening;
  const early = [
    store.verify(CONTENT),
    store.put(CONTENT, BYTES.slice(), NOWHERE),
    part.write(0, BYTES.slice()),
    part.suspend(),
  ];
  // Nobody waits for it.
  part.setEtag('"one"');
  store.fail(new Error("the store's thread ended: out of memory"));
  const late = [
    store.open(CONTENT),
    part.publish(NOWHERE),
    part.discard(),
    store.settle(),
  ];
  for (const work of [...early, ...late]) {
    await assert.rejects(work, {
      message: "the store's thread ended: out of memory",
    });
  }
  part.setEtag('"two"');
  await store.close();
});

Deno.test("ThreadedTransferStore ends its thread when it is closed, and leaves nobody waiting", async () => {
  const { store, terminated } = mute();
  const waiting = store.verify(CONTENT);
  await store.close();
  assert.equal(terminated(), 1);
  await assert.rejects(waiting, { message: "the store is closed" });
  await assert.rejects(store.verify(CONTENT), {
    message: "the store is closed",
  });
});

Deno.test("ThreadedTransferStore asks nobody where there is nothing to be done", async () => {
  const { store, calls } = mute();
  assert.equal(await store.place(CONTENT, NOWHERE), "there");
  assert.equal(await store.state(CONTENT), "absent");
  assert.deepEqual(calls, []);
  await store.close();
});

Deno.test("ThreadedTransferStore takes an answer to nothing for nothing", async () => {
  const { store } = mute();
  store.receive({ id: 99, value: 1 });
  await store.close();
});
