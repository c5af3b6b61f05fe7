/**
 * One of several programs that use one login: for each line of standard input
 * it finds a token as a new program would, and prints it. A line holds the
 * token that the service has refused, or nothing.
 *
 * @module
 */

import { createTokenSources, findToken } from "../../src/auth/mod.ts";
import { createRuntime } from "../../src/platform/mod.ts";

using runtime = createRuntime();
const home = Deno.args[0] ?? "";
const lines = Deno.stdin.readable
  .pipeThrough(new TextDecoderStream())
  .pipeThrough(
    new TransformStream<string, string>({
      transform(chunk, controller) {
        for (const line of chunk.trimEnd().split("\n")) {
          controller.enqueue(line);
        }
      },
    }),
  );

for await (const line of lines) {
  const sources = createTokenSources({
    runtime,
    environment: {
      variable: (name) => name === "HOME" ? home : undefined,
      os: "linux",
    },
  }, {
    origin: "https://dss.test",
    audience: () => Promise.resolve("https://dss.test/"),
  });
  const answer = await findToken(sources, line === "" ? undefined : line)
    .then((found) => found?.token, (error) => `${error}`);
  await Deno.stdout.write(new TextEncoder().encode(`${answer}\n`));
}
