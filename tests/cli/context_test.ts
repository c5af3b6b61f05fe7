import assert from "node:assert/strict";
import { LOG_LEVELS, type LogLevel } from "../../src/base/mod.ts";
import { Context } from "../../src/commands/context.ts";
import { TestEnvironment } from "../support/test_environment.ts";

/** What is shown of one message of each level. */
async function shownAt(logLevel: LogLevel): Promise<string> {
  await using hca = await TestEnvironment.create();
  using context = new Context(hca.environment, {
    logLevel,
    logFormat: "text",
    swaggerUrl: undefined,
  });
  for (const level of LOG_LEVELS) context.log(level, `of ${level}`);
  assert.deepEqual(hca.terminal.outChunks, []);
  return hca.terminal.errText;
}

Deno.test("Context.log shows messages of its level and above", async () => {
  assert.equal(
    await shownAt("DEBUG"),
    "hca: debug: of DEBUG\n" +
      "hca: of INFO\n" +
      "hca: warning: of WARNING\n" +
      "hca: error: of ERROR\n" +
      "hca: critical: of CRITICAL\n",
  );
  assert.equal(
    await shownAt("WARNING"),
    "hca: warning: of WARNING\n" +
      "hca: error: of ERROR\n" +
      "hca: critical: of CRITICAL\n",
  );
  assert.equal(await shownAt("CRITICAL"), "hca: critical: of CRITICAL\n");
});

Deno.test("Context.log escapes what could move the cursor or forge a line", async () => {
  await using hca = await TestEnvironment.create();
  using context = new Context(hca.environment, {
    logLevel: "INFO",
    logFormat: "text",
    swaggerUrl: undefined,
  });
  context.log("INFO", "a\x1b[2Jb\nhca: c\u202e");
  assert.equal(
    hca.terminal.errText,
    "hca: a\\u{1b}[2Jb\\u{a}hca: c\\u{202e}\n",
  );
});

Deno.test("Context writes data to standard output only", async () => {
  await using hca = await TestEnvironment.create();
  using context = new Context(hca.environment, {
    logLevel: "DEBUG",
    logFormat: "text",
    swaggerUrl: undefined,
  });
  await context.printLine("line");
  await context.printJson({ b: "\u00e9", a: [] });
  assert.equal(hca.terminal.errText, "");
  assert.deepEqual(
    hca.terminal.outChunks.map((chunk) => new TextDecoder().decode(chunk)),
    ["line\n", '{\n  "b": "\\u00e9",\n  "a": []\n}\n'],
  );
});
