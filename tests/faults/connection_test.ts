/**
 * Lines that break, stall and lie about how much they bring.
 *
 * @module
 */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { programDeno } from "../e2e/_program.ts";
import type { Fault } from "../support/content_server.ts";
import {
  BIG_BYTES,
  type FaultCase,
  faultCase,
  type Given,
  SMALL_BYTES,
} from "./_case.ts";
import { seededBytes } from "./_service.ts";

const BOTH_BYTES = BIG_BYTES + SMALL_BYTES;
// Smaller files are not worth more than one connection.
const HUGE = seededBytes(40 << 20, 4);

const both = (faults: Fault[], always: Fault = {}) => (given: Given) => {
  given.service.spoil(given.small, faults, always);
  given.service.spoil(given.big, faults, always);
};
const part = (share: number) => (sizeBytes: number) =>
  Math.floor(sizeBytes * share);
const times = (count: number, fault: Fault): Fault[] =>
  Array.from({ length: count }, () => fault);
const flip = (body: Uint8Array): Uint8Array => {
  const copy = body.slice();
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
};
const bothFail = (errorClass: string) => ({
  "small.bin": errorClass,
  "big.bin": errorClass,
});

/** How often the contents were asked for. */
const tries = ({ service, big }: Given) =>
  service.asked(`/blobs/${big.sha256}`).length;

/** A case of a file that is fetched over several connections. */
function segmentCase(
  { faults, always, twiceShare, isOne = false, ...fault }:
    & FaultCase
    & {
      faults: Fault[];
      always?: Fault;
      /** Bytes of the file sent more than once, at most. */
      twiceShare: number;
      /** Whether it can only be fetched over one after all. */
      isOne?: boolean;
    },
): FaultCase {
  return {
    ...fault,
    args: ["--segments", "4"],
    arrange: ({ service }) =>
      service.spoil(service.add("huge.bin", HUGE), faults, always),
    twiceBytes: HUGE.length * twiceShare,
    check: ({ service }) => {
      const huge = service.files.find(({ name }) => name === "huge.bin");
      const starts = service.asked(`/blobs/${huge?.sha256}`)
        .flatMap(({ headers }) => headers.get("range") ?? []);
      assert.ok(isOne || new Set(starts).size >= 2, `${starts}`);
    },
  };
}

// Deno's fetch used to decode whatever came, also where identity was asked for
// (2.6 does, 2.9 does not). The file is then right, and hca cannot tell.
const [MAJOR, MINOR] = await programDeno();
const DECODES = MAJOR === 2 && MINOR < 8;

const CASES: FaultCase[] = [
  {
    row: "N01",
    when: "the connection is reset after 40 % of a body, twice",
    does: "goes on where it broke",
    arrange: both(times(2, { cutAfter: part(0.4), end: "reset" })),
    twiceBytes: BOTH_BYTES * 0.8,
    check: (given) => assert.equal(tries(given), 3),
  },
  segmentCase({
    row: "N01",
    when: "two of four segments are reset after 40 %",
    does: "goes on where each broke",
    faults: times(2, { cutAfter: part(0.4), end: "reset" }),
    twiceShare: 0.8,
  }),
  {
    row: "N02",
    when: "the connection is reset after every 15 %, with 2 retries",
    does: "takes progress for a reason to go on",
    args: ["--num-retries", "2"],
    arrange: both(times(5, { cutAfter: part(0.15), end: "reset" })),
    twiceBytes: BOTH_BYTES * 0.75,
  },
  {
    row: "N03",
    when: "the connection ends in order after 40 % of the stated length",
    does: "notices and goes on where it broke, each byte fetched once",
    arrange: both([{ cutAfter: part(0.4) }]),
    check: (given) => assert.equal(tries(given), 2),
  },
  {
    row: "N04",
    when: "every answer brings nothing of what it announces",
    does: "stops after its retries and keeps what it has",
    args: ["--num-retries", "3"],
    arrange: both([{ cutAfter: part(0.4) }], { cutAfter: 0 }),
    status: 3,
    failures: bothFail("NetworkError"),
    says: /broke off|ended|closed|missing|cut/,
    check: (given) => assert.ok(tries(given) <= 5, `${tries(given)} tries`),
    // What is in memory is not kept.
    twiceBytes: SMALL_BYTES,
  },
  {
    row: "N05",
    when: "the service has half of the file and says so",
    does: "refuses it",
    arrange: ({ service, small, big }) => {
      for (const file of [small, big]) {
        const content = file.bytes.slice(0, file.bytes.length / 2);
        service.spoil(file, [], { content });
      }
    },
    status: 3,
    failures: bothFail("IntegrityError"),
    twiceBytes: BOTH_BYTES * 2,
  },
  {
    row: "N06",
    when: "one byte is always wrong",
    does: "refuses the file, says both sums and leaves no part",
    arrange: both([], { alter: flip }),
    status: 3,
    failures: bothFail("IntegrityError"),
    says: /SHA-256 [0-9a-f]{64}.*[0-9a-f]{64}/,
    twiceBytes: BOTH_BYTES * 2,
  },
  segmentCase({
    row: "N06",
    when: "a byte of each of four segments is always wrong",
    does: "refuses the file, says both sums and leaves no part",
    faults: [],
    always: { alter: flip },
    status: 3,
    failures: { "huge.bin": "IntegrityError" },
    says: /SHA-256 [0-9a-f]{64}.*[0-9a-f]{64}/,
    // A range that another connection takes over was on its way.
    twiceShare: 3,
  }),
  {
    row: "N07",
    when: "one byte is wrong in the first answer",
    does: "fetches the file once more from the start",
    arrange: both([{ alter: flip }]),
    twiceBytes: BOTH_BYTES,
    check: (given) => assert.equal(tries(given), 2),
  },
  segmentCase({
    row: "N07",
    when: "one byte is wrong in one of four segments, once",
    does: "fetches the file once more",
    faults: [{ alter: flip }],
    twiceShare: 1,
  }),
  {
    row: "N08",
    when: "a login page comes instead of the file",
    does: "refuses it",
    arrange: both([], {
      alter: () => new TextEncoder().encode("<html>Please log in</html>"),
      headers: { "content-type": "text/html" },
    }),
    status: 3,
    failures: bothFail("IntegrityError"),
    twiceBytes: 10_000,
  },
  {
    row: "N09",
    when: "the service ignores Range after a break",
    does: "takes the whole answer",
    arrange: both([{ cutAfter: part(0.4) }], { ignoresRange: true }),
    twiceBytes: BOTH_BYTES,
  },
  segmentCase({
    row: "N09",
    when: "the service ignores Range, and four segments are wanted",
    does: "takes the whole in one",
    faults: [],
    always: { ignoresRange: true },
    isOne: true,
    twiceShare: 4,
  }),
  {
    row: "N10",
    when: "the rest begins 1000 bytes too early, once",
    does: "does not write it and asks again",
    arrange: both([{ cutAfter: part(0.4) }, { shiftBy: -1000 }]),
    // All of it, when the wrong range makes it begin again.
    twiceBytes: BOTH_BYTES * 1.1,
  },
  segmentCase({
    row: "N10",
    when: "one of four segments begins 1000 bytes too early",
    does: "does not write it and asks again",
    faults: [{}, { shiftBy: -1000 }],
    twiceShare: 2,
  }),
  segmentCase({
    row: "N12",
    when: "the object is another one for some of four segments",
    does: "refuses the splice",
    faults: [{}, { etag: '"two"', content: flip(HUGE) }],
    status: 3,
    failures: { "huge.bin": "IntegrityError" },
    twiceShare: 4,
  }),
  {
    row: "N11",
    when: "a part comes without Content-Range",
    does: "does not write it and begins again",
    arrange: both([
      { cutAfter: part(0.4) },
      { headers: { "content-range": "" } },
    ]),
    twiceBytes: BOTH_BYTES,
  },
  {
    row: "N12",
    when: "the object is another one after a break, and the service vouches",
    does: "begins again and refuses what is not the file",
    arrange: ({ service, small, big }) => {
      for (const file of [small, big]) {
        service.spoil(file, [{ cutAfter: part(0.4) }], {
          content: flip(file.bytes),
          etag: '"two"',
        });
      }
    },
    status: 3,
    failures: bothFail("IntegrityError"),
    twiceBytes: BOTH_BYTES * 4,
    check: ({ service }) => {
      const conditions = service.asked("/blobs/").flatMap(({ headers }) =>
        headers.get("if-range") ?? []
      );
      assert.ok(conditions.includes('"one"'), `${conditions}`);
    },
  },
  {
    row: "N12",
    when: "the object is another one after a break, and the range comes anyway",
    does: "refuses the splice",
    arrange: ({ service, small, big }) => {
      for (const file of [small, big]) {
        service.spoil(file, [{ cutAfter: part(0.4) }], {
          content: flip(file.bytes),
          etag: '"two"',
          ignoresIfRange: true,
        });
      }
    },
    status: 3,
    failures: bothFail("IntegrityError"),
    twiceBytes: BOTH_BYTES * 4,
  },
  {
    row: "N13",
    when: "the entity tag changes and the bytes do not",
    does: "pays with bytes and nothing else",
    arrange: both([{ cutAfter: part(0.4) }, { etag: '"two"' }]),
    // What came before the change, and what was on its way when it showed.
    twiceBytes: BOTH_BYTES * 1.4,
  },
  {
    row: "N13",
    when: "there is no entity tag and the connection breaks",
    does: "brings the file all the same",
    arrange: both([{ etag: "", cutAfter: part(0.4) }]),
    twiceBytes: BOTH_BYTES * 0.4 + 1,
  },
  {
    row: "N16",
    when: "gzip comes although identity was asked for",
    does: "stores the file as it is, or nothing",
    arrange: both([], {
      alter: (body) => new Uint8Array(gzipSync(body)),
      headers: { "content-encoding": "gzip" },
    }),
    ...(DECODES ? {} : {
      status: 3,
      failures: bothFail("IntegrityError"),
      says: /gzip/,
    }),
    twiceBytes: BOTH_BYTES * 3,
  },
  {
    row: "N17",
    when: "the service compresses for those who ask",
    does: "asks for the bytes as they are",
    check: ({ service }) => {
      const asked = service.asked("/blobs/").map(({ headers }) =>
        headers.get("accept-encoding")
      );
      assert.deepEqual([...new Set(asked)], ["identity"]);
    },
  },
  ...[0, 0.4].map((share): FaultCase => ({
    row: "N18",
    when: share === 0
      ? "nothing follows the header fields"
      : "the line goes silent after 40 % of a body",
    does: "gives up the connection after the idle limit and goes on",
    args: ["--idle-timeout", "1"],
    arrange: both([{ cutAfter: part(share), end: "hang" }]),
    check: (_given, { tookMs }) => assert.ok(tookMs < 20_000, `${tookMs} ms`),
  })),
  {
    row: "N36",
    when: "a chunked body ends without its last chunk",
    does: "notices and goes on where it broke",
    arrange: both([{ framing: "chunked", cutAfter: part(0.4) }]),
    twiceBytes: BOTH_BYTES,
  },
  {
    row: "N36",
    when: "a body without a length is cut",
    does: "notices by the size and goes on where it broke",
    arrange: both([{ framing: "close", cutAfter: part(0.4) }]),
    twiceBytes: BOTH_BYTES,
  },
];

for (const fault of CASES) faultCase(import.meta.url, fault);
