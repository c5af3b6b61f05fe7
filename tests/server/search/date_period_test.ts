import assert from "node:assert/strict";
import {
  detectDate,
  parseDatePeriod,
  parseTimeZone,
} from "../../../src/server/search/date_period.ts";

const PERIODS: [text: string, startMs: number, endMs: number][] = [
  ["2018", 1514764800000, 1546300799999],
  ["2018-07", 1530403200000, 1533081599999],
  ["2020-02", 1580515200000, 1583020799999],
  ["2018-07-22", 1532217600000, 1532303999999],
  ["2018-07-22T10", 1532253600000, 1532257199999],
  ["2018-07-22T10:15", 1532254500000, 1532254559999],
  ["2018-07-22T10:15:30", 1532254530000, 1532254530999],
  ["2018-07-22 10:15:30", 1532254530000, 1532254530999],
  ["2018-07-22T10:15:30.5Z", 1532254530500, 1532254530500],
  ["2018-07-22T10:15:30,123999Z", 1532254530123, 1532254530123],
  ["2018-07-22T10:15:30+01:00", 1532250930000, 1532250930999],
  ["2018-07-22T10:15:30-0130", 1532259930000, 1532259930999],
  ["2019-04-17T16:51:39.733Z", 1555519899733, 1555519899733],
];

for (const [text, startMs, endMs] of PERIODS) {
  Deno.test(`parseDatePeriod covers the whole unit when given ${text}`, () => {
    assert.deepEqual(parseDatePeriod(text), { startMs, endMs });
  });
}

Deno.test("parseDatePeriod is undefined when the text is no real date", () => {
  for (
    const text of [
      "",
      "18",
      "2018-7-2",
      "2018-02-29",
      "2018-13-01",
      "2018-00-01",
      "2018-07-22T24:00",
      "2018-07-22T10:60",
      "2018-07-22T10:15:60",
      "2018-07-22T10:15:30+25:00",
      "2018-07-22x",
      " 2018-07-22",
      "2019-02-21T184000.899031Z",
    ]
  ) {
    assert.equal(parseDatePeriod(text), undefined, text);
  }
});

Deno.test("parseDatePeriod applies the offset when the text states no zone", () => {
  const plain = parseDatePeriod("2018-07-22", 9 * 60 + 30);
  assert.equal(plain?.startMs, 1532183400000);
  const stated = parseDatePeriod("2018-07-22T10:15:30Z", 9 * 60 + 30);
  assert.equal(stated?.startMs, 1532254530000);
});

Deno.test("parseTimeZone reads offsets and UTC only", () => {
  const zones: [string, number | undefined][] = [
    ["Z", 0],
    ["UTC", 0],
    ["+01:00", 60],
    ["-0830", -510],
    ["+09", 540],
    ["Europe/Berlin", undefined],
    ["+24:00", undefined],
    ["01:00", undefined],
  ];
  for (const [text, minutes] of zones) {
    assert.equal(parseTimeZone(text), minutes, text);
  }
});

Deno.test("detectDate leaves years, months and versions when it looks for dates", () => {
  assert.equal(detectDate("2018"), undefined);
  assert.equal(detectDate("2018-07"), undefined);
  assert.equal(detectDate("2019-02-21T184000.899031Z"), undefined);
  assert.equal(detectDate("0000-0002-1825-0097"), undefined);
  assert.equal(detectDate("2018-07-22")?.startMs, 1532217600000);
});
