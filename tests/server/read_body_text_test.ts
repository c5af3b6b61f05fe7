import assert from "node:assert/strict";
import { FrameworkProblem } from "../../src/server/problem.ts";
import { readBodyText } from "../../src/server/read_body_text.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { serveHandler } from "../support/served_handler.ts";

/** What a served `readBodyText` says of a request that is sent in pieces. */
async function readPieces(
  clock: FakeClock,
  work: (connection: Deno.Conn) => Promise<void>,
): Promise<string> {
  const said = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  await using server = await serveHandler(async (request) => {
    const reading = readBodyText(request, clock);
    begun.resolve();
    said.resolve(
      await reading.catch((error) =>
        error instanceof FrameworkProblem
          ? `${error.status} ${error.detail}`
          : String(error)
      ),
    );
    return new Response(null, { headers: { connection: "close" } });
  });
  const connection = await Deno.connect({ port: server.port });
  await connection.write(new TextEncoder().encode(
    "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\n\r\nabc",
  ));
  await begun.promise;
  await work(connection);
  const text = await said.promise;
  try {
    connection.close();
  } catch {
    // The test has closed it.
  }
  return text;
}

Deno.test("readBodyText gives up a body that does not come to its end in two minutes", async () => {
  const clock = new FakeClock();
  const text = await readPieces(clock, () => clock.advance(120_000));
  assert.equal(text, "408 The request body took more than 120 seconds");
  assert.equal(clock.pending, 0);
});

Deno.test("readBodyText waits nearly as long, and leaves no timer behind", async () => {
  const clock = new FakeClock();
  const text = await readPieces(clock, async (connection) => {
    await clock.advance(119_000);
    await connection.write(new TextEncoder().encode("def"));
  });
  assert.equal(text, "abcdef");
  assert.equal(clock.pending, 0);
});

Deno.test("readBodyText says that the client went away", async () => {
  const clock = new FakeClock();
  const text = await readPieces(clock, (connection) => {
    connection.close();
    return Promise.resolve();
  });
  assert.equal(text, "400 The request body was not sent to its end");
});
