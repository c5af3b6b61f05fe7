/**
 * Services that are slow, busy, or ask for patience.
 *
 * @module
 */

import assert from "node:assert/strict";
import { WireServer } from "../support/wire_server.ts";
import { type FaultCase, faultCase, type Given, SMALL_BYTES } from "./_case.ts";
import { seededBytes, sendStatus } from "./_service.ts";

/** Takes every request and never says a word. */
class MuteServer extends WireServer {
  protected override answer(
    _request: unknown,
    wire: { closedByPeer: () => Promise<void> },
  ): Promise<void> {
    return wire.closedByPeer();
  }
}

/** The times between the requests whose target begins so, milliseconds. */
function gapsMs({ service }: Given, prefix: string): number[] {
  const times = service.requests.flatMap(({ target }, at) =>
    target.startsWith(prefix) ? [service.arrivedMs[at] ?? 0] : []
  );
  return times.slice(1).map((time, at) => time - (times[at] ?? 0));
}

/** Answers so to the first requests for the small file's content. */
function answersFirst(
  count: number,
  status: number,
  headers: () => Record<string, string> = () => ({}),
) {
  return ({ service, small }: Given): void => {
    let left = count;
    service.intercept = (request, wire) =>
      request.target.startsWith(`/blobs/${small.sha256}`) && left-- > 0
        ? sendStatus(wire, status, headers())
        : false;
  };
}

const blobOf = ({ small }: Given) => `/blobs/${small.sha256}`;

function assertGap(given: Given, leastMs: number, mostMs: number): void {
  const [gapMs = NaN] = gapsMs(given, blobOf(given));
  assert.ok(gapMs >= leastMs && gapMs < mostMs, `waited ${gapMs} ms`);
}

const httpDate = (offsetMs: number) =>
  new Date(Math.floor(Date.now() / 1000) * 1000 + offsetMs).toUTCString();
const DAY_MS = 86_400_000;

const CASES: FaultCase[] = [
  {
    row: "N19",
    // The rate is taken over 30 s.
    system: true,
    when: "a body drips at 2 kB/s while 100 kB/s is the least",
    does: "gives up the connection and goes on with another",
    args: ["--low-speed", "100K"],
    arrange: ({ service, big }) =>
      service.spoil(big, [{ drip: { bytes: 200, everyMs: 100 } }]),
    twiceBytes: SMALL_BYTES,
    check: (_given, { tookMs }) => assert.ok(tookMs < 60_000, `${tookMs} ms`),
  },
  ...[500, 502, 503, 504, 429, 408].map((status): FaultCase => ({
    row: "N21",
    when: `the content is answered with ${status}, twice`,
    does: "asks again",
    arrange: answersFirst(2, status),
    check: (given) => assert.equal(gapsMs(given, blobOf(given)).length, 2),
  })),
  ...[429, 503].map((status): FaultCase => ({
    row: "N22",
    when: `${status} asks to come back in 2 s`,
    does: "waits so long, with all that goes to that host",
    args: ["--jobs", "2"],
    arrange: (given) => {
      for (let count = 0; count < 12; count++) {
        given.service.add(`more${count}.bin`, seededBytes(1000, 100 + count));
      }
      answersFirst(1, status, () => ({ "retry-after": "2" }))(given);
    },
    check: (given) => {
      assertGap(given, 1990, 10_000);
      const { service } = given;
      const at = service.requests.findIndex(({ target }) =>
        target.startsWith(blobOf(given))
      );
      const startMs = service.arrivedMs[at] ?? 0;
      // What was on its way when the answer came is not counted.
      const meanwhile = service.arrivedMs.filter((timeMs) =>
        timeMs > startMs + 200 && timeMs < startMs + 1900
      );
      assert.equal(meanwhile.length, 0, `${meanwhile.length} requests`);
    },
  })),
  {
    row: "N23",
    when: "Retry-After is a date by a clock that is a day ahead",
    does: "reckons by the service's own Date",
    arrange: answersFirst(1, 503, () => ({
      date: httpDate(DAY_MS),
      "retry-after": httpDate(DAY_MS + 2000),
    })),
    check: (given) => assertGap(given, 1990, 15_000),
  },
  {
    row: "N23",
    when: "Retry-After is a date of the past",
    does: "does not wait for it",
    arrange: answersFirst(1, 503, () => ({
      date: httpDate(0),
      "retry-after": httpDate(-5000),
    })),
    check: (given) => assertGap(given, 0, 5000),
  },
  {
    row: "N24",
    when: "Retry-After is a thousand million seconds",
    does: "does not wait, says what was asked, and leaves that host alone",
    args: ["--jobs", "1"],
    arrange: answersFirst(1, 503, () => ({ "retry-after": "1000000000" })),
    status: 3,
    failures: { "small.bin": "ServiceError", "big.bin": "ServiceError" },
    says: /503, asks to wait 11574 days/,
  },
  ...["-1", "soon", "2.5.1", ""].map((text): FaultCase => ({
    row: "N24",
    when: `Retry-After is '${text}'`,
    does: "waits as without it",
    arrange: answersFirst(1, 503, () => ({ "retry-after": text })),
    check: (given) => assertGap(given, 0, 5000),
  })),
  {
    row: "N26",
    when: "a file's address redirects to itself three times, after 1 s each",
    does: "waits each time and then brings the file",
    arrange: ({ service, small }) => {
      let left = 3;
      service.intercept = (request, wire) =>
        request.target.includes(`/files/${small.uuid}`) && left-- > 0
          ? sendStatus(wire, 301, {
            location: request.target,
            "retry-after": "1",
          })
          : false;
    },
    check: (given) => {
      const gaps = gapsMs(given, `/v1/files/${given.small.uuid}`);
      assert.equal(gaps.length, 3);
      for (const gap of gaps) assert.ok(gap >= 990, `${gaps}`);
    },
  },
  {
    row: "N27",
    when: "a file's address redirects to itself, asking to wait 0 s",
    does: "takes it for the loop that it is",
    arrange: ({ service, small }) => {
      service.intercept = (request, wire) =>
        request.target.includes(`/files/${small.uuid}`)
          ? sendStatus(wire, 301, {
            location: request.target,
            "retry-after": "0",
          })
          : false;
    },
    status: 3,
    failures: { "small.bin": "ServiceError" },
    says: /redirects without end/,
  },
];

for (const fault of CASES) faultCase(import.meta.url, fault);

for (const where of ["the service", "the store of the contents"]) {
  const mutes: MuteServer[] = [];
  faultCase(import.meta.url, {
    row: "N20",
    when: `${where} takes the request and says nothing`,
    does: "gives up after its limits and names the host",
    args: [
      ...["--connect-timeout", "0.5", "--idle-timeout", "0.5"],
      ...["--num-retries", "1"],
    ],
    arrange: ({ service, small }) => {
      const mute = new MuteServer();
      mutes.push(mute);
      const prefix = where === "the service"
        ? "/v1/bundles/"
        : `/v1/files/${small.uuid}`;
      service.intercept = (request, wire) =>
        request.target.startsWith(prefix)
          ? sendStatus(wire, 302, { location: `${mute.origin}/mute` })
          : false;
    },
    ...(where === "the service"
      ? { status: 6, error: "NetworkError" }
      : { status: 3, failures: { "small.bin": "NetworkError" } }),
    says: /no answer from 127\.0\.0\.1:\d+ within/,
    check: async () => {
      for (const mute of mutes) await mute[Symbol.asyncDispose]();
    },
  });
}
