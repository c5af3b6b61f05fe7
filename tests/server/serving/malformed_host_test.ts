import assert from "node:assert/strict";
import {
  limitRequests,
  logRequests,
  type RequestRecord,
} from "../../../src/server/serving/mod.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { serveHandler } from "../../support/served_handler.ts";

for (const host of ["a b", "127.0.0.1:99999", "[::1"]) {
  Deno.test(`limitRequests answers 400 to the Host '${host}', and it is logged`, async () => {
    const records: RequestRecord[] = [];
    const limited = limitRequests(() => Promise.resolve(new Response("ok")));
    const handler = logRequests(limited, new FakeClock(), (record) => {
      records.push(record);
    });
    await using server = await serveHandler(handler);
    const connection = await Deno.connect({ port: server.port });
    await connection.write(new TextEncoder().encode(
      `GET /version HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    ));
    const answer = await new Response(connection.readable).text();
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /\{"message": "Bad Request"\}$/);
    assert.deepEqual(
      records.map(({ path, status }) => ({ path, status })),
      [{ path: "-", status: 400 }],
    );
  });
}
