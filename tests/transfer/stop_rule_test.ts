import assert from "node:assert/strict";
import {
  AuthError,
  type HcaError,
  IntegrityError,
  LocalError,
  type LocalReason,
  NetworkError,
  NotFoundError,
  ServiceError,
} from "../../src/base/mod.ts";
import { StopRule } from "../../src/transfer/stop_rule.ts";

function refused(status: number): AuthError {
  const answer = { status, url: "https://dss.test/v1/files", method: "GET" };
  return new AuthError(`answered ${status}`, { answer });
}

/** After how many of the same failure it ends; undefined: not in a thousand. */
function endsAfter(error: HcaError, rule = new StopRule()): number | undefined {
  for (let count = 1; count <= 1_000; count++) {
    if (rule.failed(error) !== undefined) return count;
  }
  return undefined;
}

Deno.test("StopRule ends at once when the disk is full or cannot be written, or nobody is let in", () => {
  assert.equal(endsAfter(new LocalError("full", { reason: "no_space" })), 1);
  assert.equal(endsAfter(new LocalError("ro", { reason: "read_only" })), 1);
  assert.equal(endsAfter(refused(401)), 1);
});

Deno.test("StopRule ends when five in a row are refused, or fifty reach nothing", () => {
  assert.equal(endsAfter(refused(403)), 5);
  assert.equal(endsAfter(new NetworkError("connection refused")), 50);
});

Deno.test("StopRule goes on with what befalls single files", () => {
  const reasons: LocalReason[] = ["exists", "permission", "other"];
  for (const reason of reasons) {
    assert.equal(endsAfter(new LocalError("no", { reason })), undefined);
  }
  assert.equal(endsAfter(new NotFoundError("gone")), undefined);
  assert.equal(endsAfter(new IntegrityError("wrong")), undefined);
  assert.equal(endsAfter(new ServiceError("broken")), undefined);
});

Deno.test("StopRule counts anew after each content that was fetched", () => {
  const rule = new StopRule();
  for (let round = 0; round < 10; round++) {
    for (let count = 0; count < 4; count++) {
      assert.equal(rule.failed(refused(403)), undefined);
    }
    for (let count = 0; count < 49; count++) {
      assert.equal(rule.failed(new NetworkError("down")), undefined);
    }
    rule.succeeded();
  }
  assert.equal(endsAfter(refused(403), rule), 5);
});

Deno.test("StopRule says how many reached nothing and what to do", () => {
  const rule = new StopRule();
  const cause = new NetworkError("connection refused");
  let error: HcaError | undefined;
  while (error === undefined) error = rule.failed(cause);
  assert.ok(error instanceof NetworkError);
  assert.equal(
    error.message,
    "gave up after 50 files in a row: connection refused",
  );
  assert.equal(
    error.hint,
    "What is complete stays; run it again to fetch the rest.",
  );
  assert.equal(error.cause, cause);
});
