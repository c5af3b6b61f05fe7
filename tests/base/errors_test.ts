import assert from "node:assert/strict";
import {
  AuthError,
  cancelledBy,
  CancelledError,
  HcaError,
  IntegrityError,
  LocalError,
  messageOf,
  NetworkError,
  NotFoundError,
  PartialError,
  RefusedError,
  ServiceError,
  throwIfAborted,
  UsageError,
} from "../../src/base/mod.ts";

// class, name, code, whether a repetition may help by default
const CLASSES: [HcaError, string, string, boolean][] = [
  [new UsageError("m"), "UsageError", "usage", false],
  [new PartialError("m", []), "PartialError", "partial", false],
  [new AuthError("m"), "AuthError", "auth", false],
  [new NotFoundError("m"), "NotFoundError", "not_found", false],
  [new NetworkError("m"), "NetworkError", "network", true],
  [new ServiceError("m"), "ServiceError", "service", false],
  [new IntegrityError("m"), "IntegrityError", "integrity", false],
  [new LocalError("m"), "LocalError", "local", false],
  [new RefusedError("m"), "RefusedError", "refused", false],
  [new CancelledError("m"), "CancelledError", "cancelled", false],
];

for (const [error, name, code, retryable] of CLASSES) {
  Deno.test(`${name} says its name and its code`, () => {
    assert.equal(error.name, name);
    assert.equal(error.constructor.name, name);
    assert.equal(error.code, code);
    assert.equal(error.message, "m");
    assert.equal(error.retryable, retryable);
    assert.equal(error.hint, undefined);
    assert.equal(error.cause, undefined);
    assert.equal(String(error), `${name}: m`);
    assert.ok(error instanceof HcaError && error instanceof Error);
  });
}

Deno.test("HcaError keeps hint, cause and what is said about repeating", () => {
  const cause = new TypeError("low");
  const error = new UsageError("m", { hint: "do x", cause, retryable: true });
  assert.equal(error.hint, "do x");
  assert.equal(error.cause, cause);
  assert.equal(error.retryable, true);
  assert.equal(new NetworkError("m", { retryable: false }).retryable, false);
});

Deno.test("PartialError carries one failure per item", () => {
  const failures = [{ name: "a", error: new LocalError("full") }];
  assert.deepEqual(new PartialError("m", failures).failures, failures);
});

Deno.test("LocalError carries reason and path", () => {
  const error = new LocalError("m", { reason: "no_space", path: "/x" });
  assert.deepEqual([error.reason, error.path], ["no_space", "/x"]);
  assert.deepEqual(
    [new LocalError("m").reason, new LocalError("m").path],
    ["other", undefined],
  );
});

Deno.test("ServiceError carries what the service said", () => {
  const answer = { status: 503, url: "https://dss.test/", method: "GET" };
  assert.equal(new ServiceError("m", { answer }).answer, answer);
  assert.equal(new AuthError("m").answer, undefined);
});

Deno.test("throwIfAborted throws only when the signal is aborted", () => {
  const abort = new AbortController();
  throwIfAborted(undefined);
  throwIfAborted(abort.signal);
  abort.abort();
  assert.throws(() => throwIfAborted(abort.signal), {
    name: "CancelledError",
    code: "cancelled",
    message: "cancelled",
  });
});

Deno.test("cancelledBy keeps the reason, itself or as the cause", () => {
  const abort = new AbortController();
  const stop = new CancelledError("stopped", { signalName: "SIGTERM" });
  abort.abort(stop);
  assert.equal(cancelledBy(abort.signal), stop);
  assert.equal(cancelledBy(abort.signal).signalName, "SIGTERM");
  const other = AbortSignal.abort("why");
  assert.equal(cancelledBy(other).cause, "why");
  assert.equal(cancelledBy(other).signalName, undefined);
});

Deno.test("messageOf reads errors and anything else that is thrown", () => {
  assert.equal(messageOf(new Error("m")), "m");
  assert.equal(messageOf("text"), "text");
  assert.equal(messageOf(undefined), "undefined");
});
