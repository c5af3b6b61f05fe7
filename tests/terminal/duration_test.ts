import assert from "node:assert/strict";
import { formatCountdown, formatDuration } from "../../src/terminal/mod.ts";

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;

const DURATIONS: [ms: number, text: string][] = [
  [0, "0.0 s"],
  [449, "0.4 s"],
  [59.94 * S, "59.9 s"],
  [59.96 * S, "1 min 0 s"],
  [123 * S, "2 min 3 s"],
  [H - 1, "1 h 0 min"],
  [H + 2 * MIN + 59 * S, "1 h 2 min"],
  [24 * H - 1, "1 d 0 h"],
  [76 * H, "3 d 4 h"],
];

for (const [durationMs, text] of DURATIONS) {
  Deno.test(`formatDuration of ${durationMs} ms is ${text}`, () => {
    assert.equal(formatDuration(durationMs), text);
  });
}

const COUNTDOWNS: [ms: number, text: string][] = [
  [0, "0:00"],
  [1, "0:01"],
  [192 * S, "3:12"],
  [59 * MIN + 59.5 * S, "1:00:00"],
  [H + 2 * MIN + 3 * S, "1:02:03"],
  [100 * H - S, "99:59:59"],
  [100 * H, "99+ h"],
  [Infinity, "99+ h"],
];

for (const [leftMs, text] of COUNTDOWNS) {
  Deno.test(`formatCountdown of ${leftMs} ms is ${text}`, () => {
    assert.equal(formatCountdown(leftMs), text);
  });
}
