/**
 * A service that lets few requests pass, as the one did that people met.
 *
 * @module
 */

import assert from "node:assert/strict";
import { headOf } from "../support/wire_server.ts";
import { faultCase } from "./_case.ts";
import { seededBytes } from "./_service.ts";

let refused = 0;

// 10 requests per 300 s and 30 s of patience, in a hundredth of the time: a
// second is the least that Retry-After can say.
const WINDOW_MS = Number(Deno.env.get("HCA_FAULTS_WINDOW_MS") ?? 1000);
const LIMITED_FILES = 160;

faultCase(import.meta.url, {
  row: "N25",
  when: `a limiter lets 10 requests pass in ${WINDOW_MS} ms`,
  does: `brings all ${LIMITED_FILES} files with under 5 % refused`,
  // No more than a third of what the limiter allows.
  hangsAfterMs: 60_000 + 3 * LIMITED_FILES / 10 * WINDOW_MS,
  arrange: ({ service }) => {
    while (service.files.length < LIMITED_FILES) {
      const count = service.files.length;
      service.add(`limited${count}.bin`, seededBytes(100, 1000 + count));
    }
    let tokens = 10;
    let filledMs = performance.now();
    service.intercept = async (request, wire) => {
      if (!request.target.startsWith("/v1/files/")) return false;
      const nowMs = performance.now();
      tokens = Math.min(10, tokens + (nowMs - filledMs) / WINDOW_MS * 10);
      filledMs = nowMs;
      if (tokens >= 1) {
        tokens--;
        return false;
      }
      await wire.send(headOf(429, {
        "content-length": "0",
        "retry-after": "1",
        "x-refused": "1",
      }));
      refused++;
      return true;
    };
    refused = 0;
  },
  check: ({ service }) => {
    const asked = service.asked("/v1/files/").length;
    assert.ok(refused / asked < 0.05, `${refused} of ${asked} were refused`);
  },
});
