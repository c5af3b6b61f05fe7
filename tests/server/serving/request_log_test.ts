import assert from "node:assert/strict";
import {
  logRequests,
  type RequestRecord,
} from "../../../src/server/serving/mod.ts";
import { FakeClock } from "../../support/fake_clock.ts";

Deno.test("logRequests tells method, path, status, time and id, and no query", async () => {
  const clock = new FakeClock();
  const records: RequestRecord[] = [];
  const handler = logRequests(
    async () => {
      await clock.advance(12);
      return new Response(null, {
        status: 404,
        headers: { "x-aws-request-id": "id-1" },
      });
    },
    clock,
    (record) => records.push(record),
  );
  const startMs = clock.now();
  await handler(
    new Request("http://dss.test/v1/files/x?Signature=PLANTED", {
      method: "HEAD",
    }),
  );
  assert.deepEqual(records, [{
    time: new Date(startMs).toISOString(),
    method: "HEAD",
    path: "/v1/files/x",
    status: 404,
    ms: 12,
    request_id: "id-1",
  }]);
});

Deno.test("logRequests cuts a long path", async () => {
  const records: RequestRecord[] = [];
  const handler = logRequests(
    () => Promise.resolve(new Response()),
    new FakeClock(),
    (record) => records.push(record),
  );
  await handler(new Request(`http://dss.test/${"a".repeat(10_000)}`));
  assert.equal(records[0]?.path.length, 500);
});
