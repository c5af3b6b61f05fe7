import assert from "node:assert/strict";
import { CancelledError, LocalError } from "../../src/base/mod.ts";
import type { StoredContent } from "../../src/store/mod.ts";
import { planOf } from "../../src/transfer/mod.ts";
import { checkSpace, surveyPlan } from "../../src/transfer/survey_plan.ts";
import { createStoreCase, NOWHERE } from "../store/_store_case.ts";
import { known } from "./_run_case.ts";
import { patternBytes, rejection } from "./_transfer_case.ts";

const CONTENTS = known(100);
const PLAN = planOf(CONTENTS);

/** A store that has the first `count` contents already. */
async function storeWith(count: number) {
  const given = createStoreCase();
  for (const [at, content] of CONTENTS.slice(0, count).entries()) {
    await given.store.put(content, patternBytes(100, at + 1), NOWHERE);
  }
  return given;
}

/** Whether what a plan needs fits. */
async function check({ store }: Awaited<ReturnType<typeof storeWith>>) {
  const needs = await surveyPlan(PLAN, store, undefined);
  await checkSpace(PLAN, needs, store, undefined);
}

Deno.test("surveyPlan counts what is not there, and what is free", async () => {
  const { files, store } = await storeWith(37);
  files.freeSpaceBytes = 5_000;
  const needs = { contents: 63, sizeBytes: 6_300, freeBytes: 5_000 };
  assert.deepEqual(await surveyPlan(PLAN, store, undefined), needs);
});

Deno.test("surveyPlan counts what has another size as not there", async () => {
  const { files, store } = await storeWith(2);
  const path = store.pathOf(CONTENTS[0]?.sha256 ?? "");
  files.put(path, patternBytes(99));
  const { contents } = await surveyPlan(PLAN, store, undefined);
  assert.equal(contents, 99);
});

Deno.test("surveyPlan looks at no single content where there is no store yet", async () => {
  const { files, store } = createStoreCase();
  const { contents, sizeBytes } = await surveyPlan(PLAN, store, undefined);
  assert.deepEqual([contents, sizeBytes], [100, 10_000]);
  assert.ok(files.operations.length < 5, files.operations.join("\n"));
});

Deno.test("surveyPlan looks at 32 contents at once, at most", async () => {
  const { store } = await storeWith(1);
  let now = 0;
  let most = 0;
  const state = store.state.bind(store);
  store.state = async (content: StoredContent) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 0));
    now--;
    return await state(content);
  };
  await surveyPlan(PLAN, store, undefined);
  assert.ok(most > 1 && most <= 32, `${most}`);
});

Deno.test("surveyPlan throws what a look throws, and what aborts it", async () => {
  const { files, store } = await storeWith(1);
  const signal = AbortSignal.abort();
  const cancelled = await rejection(surveyPlan(PLAN, store, signal));
  assert.ok(cancelled instanceof CancelledError);
  let looks = 0;
  files.failures = (operation) =>
    operation.startsWith("lstat ") && ++looks === 10 ? "permission" : undefined;
  const error = await rejection(surveyPlan(PLAN, store, undefined));
  assert.ok(error instanceof LocalError);
  assert.equal(error.reason, "permission");
});

Deno.test("checkSpace takes what just fits, or where nothing can be told", async () => {
  const given = await storeWith(0);
  for (const freeBytes of [10_000, undefined]) {
    given.files.freeSpaceBytes = freeBytes;
    await check(given);
  }
});

Deno.test("checkSpace says what is needed and what is free", async () => {
  const given = await storeWith(50);
  given.files.freeSpaceBytes = 3_976;
  const error = await rejection(check(given));
  assert.ok(error instanceof LocalError);
  assert.equal(error.reason, "no_space");
  assert.equal(error.message, "4.9 KiB are needed and only 3.9 KiB are free");
  assert.equal(
    error.hint,
    "Free 1.0 KiB or choose another --download-dir; nothing was downloaded.",
  );
});

Deno.test("checkSpace counts what earlier runs left as there already", async () => {
  const given = await storeWith(50);
  const [left] = CONTENTS.slice(60);
  assert.ok(left);
  const part = await given.store.open(left);
  await part.write(0, patternBytes(60, 61));
  await part.suspend();
  given.files.freeSpaceBytes = 4_939;
  await rejection(check(given));
  given.files.freeSpaceBytes = 4_940;
  await check(given);
});

Deno.test("checkSpace does not count what must be copied", async () => {
  const given = await storeWith(50);
  const [left] = CONTENTS.slice(60);
  assert.ok(left);
  const part = await given.store.open(left);
  await part.write(0, patternBytes(60, 61));
  await part.suspend();
  const journal = [...given.files.contents()].find(([path]) =>
    path.endsWith(".json")
  );
  assert.ok(journal);
  const text = new TextDecoder().decode(journal[1]);
  // As of a process that is still running.
  given.files.put(
    journal[0],
    text.replace('"released": true', '"released": 0'),
  );
  assert.notEqual(given.files.text(journal[0]), text);
  given.files.freeSpaceBytes = 4_999;
  await rejection(check(given));
});
