import assert from "node:assert/strict";
import { Context } from "../../src/commands/context.ts";
import { greeting } from "../../src/commands/repl/greeting.ts";
import { TestEnvironment } from "../support/test_environment.ts";

async function greetingFor(
  width: number,
  swaggerUrl?: string,
): Promise<{ text: string; dataDir: string }> {
  await using hca = await TestEnvironment.create();
  hca.variables.set("HCA_LOCAL_DIR", "/data/of mine/hca");
  hca.terminal.width = width;
  using context = new Context(hca.environment, {
    logLevel: "CRITICAL",
    logFormat: "text",
    swaggerUrl,
  });
  const text = await greeting(context);
  assert.deepEqual(hca.refusedRequests, []);
  return { text, dataDir: hca.dataDir };
}

Deno.test("greeting says where the embedded store is, and what to type", async () => {
  const { text, dataDir } = await greetingFor(200);
  assert.deepEqual(text.split("\n"), [
    `hca 1.2.3, the Human Cell Atlas, with the embedded data store in ${dataDir}.`,
    "'tour' shows around, 'help' lists commands, Tab completes, Ctrl-D ends.",
    "",
  ]);
});

Deno.test("greeting names another service, without its secrets", async () => {
  const { text } = await greetingFor(
    200,
    "https://user:geheim@dss.example.org/v1/swagger.json",
  );
  assert.match(
    text,
    /Atlas, with https:.*dss\.example\.org\/v1\/swagger\.json/,
  );
  assert.doesNotMatch(text, /geheim/);
});

Deno.test("greeting is within 40 columns", async () => {
  const { text } = await greetingFor(40);
  const lines = text.split("\n");
  assert.deepEqual(lines.filter((line) => line.length > 40), []);
  assert.ok(lines.length < 8);
});
