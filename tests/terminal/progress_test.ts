import assert from "node:assert/strict";
import { formatProgress, type ProgressState } from "../../src/terminal/mod.ts";

const STATE: ProgressState = {
  done: 12,
  total: 345,
  receivedBytes: 1_600_000,
  sizeBytes: 9_900_000_000,
  failed: 3,
  elapsedMs: 2_000,
};

Deno.test("formatProgress leaves out what matters least where it is narrow", () => {
  const whole = "12/345 files, 3 failed, 1.6 MB of 9.9 GB, 800.0 kB/s";
  assert.equal(formatProgress(STATE, 200), whole);
  assert.equal(formatProgress(STATE, 80), whole);
  assert.equal(formatProgress(STATE, whole.length), whole);
  assert.equal(
    formatProgress(STATE, 51),
    "12/345 files, 3 failed, 1.6 MB of 9.9 GB",
  );
  assert.equal(
    formatProgress(STATE, 40),
    "12/345 files, 3 failed, 1.6 MB of 9.9 GB",
  );
  assert.equal(formatProgress(STATE, 39), "12/345 files, 3 failed");
  assert.equal(formatProgress(STATE, 20), "12/345 files");
  assert.equal(formatProgress(STATE, 5), "12/34");
  assert.equal(formatProgress(STATE, 0), "");
  assert.equal(formatProgress(STATE, -1), "");
});

Deno.test("formatProgress says nothing of failures when there are none", () => {
  assert.equal(
    formatProgress({ ...STATE, failed: 0 }, 80),
    "12/345 files, 1.6 MB of 9.9 GB, 800.0 kB/s",
  );
});

Deno.test("formatProgress has a rate before any time has passed", () => {
  const start = { ...STATE, failed: 0, receivedBytes: 0, elapsedMs: 0 };
  assert.equal(
    formatProgress(start, 80),
    "12/345 files, 0 B of 9.9 GB, 0 B/s",
  );
});
