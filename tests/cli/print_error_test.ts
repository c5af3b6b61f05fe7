import assert from "node:assert/strict";
import {
  AuthError,
  CancelledError,
  ClosedOutput,
  IntegrityError,
  LocalError,
  NotFoundError,
  PartialError,
  RefusedError,
  UsageError,
} from "../../src/base/mod.ts";
import { printError } from "../../src/commands/print_error.ts";
import {
  MemoryTerminal,
  TestEnvironment,
} from "../support/test_environment.ts";

const PATH = ["hca", "dss", "download"];

function shown(
  error: unknown,
  withStack = false,
): { status: number; err: string; out: number } {
  const terminal = new MemoryTerminal();
  const status = printError(terminal, PATH, error, {
    withStack,
    asJson: false,
  });
  return { status, err: terminal.errText, out: terminal.outChunks.length };
}

Deno.test("printError writes one line and gives the status", () => {
  assert.deepEqual(shown(new RefusedError("the manifest is odd")), {
    status: 10,
    err: "hca dss download: error: the manifest is odd\n",
    out: 0,
  });
});

Deno.test("printError joins the hint with one full stop", () => {
  const line = (message: string) =>
    shown(new UsageError(message, { hint: "Try it." })).err
      .replace("hca dss download: error: ", "");
  assert.equal(line("it is wrong"), "it is wrong. Try it.\n");
  assert.equal(line("it is wrong."), "it is wrong. Try it.\n");
  assert.equal(line("did you mean 'x'?"), "did you mean 'x'? Try it.\n");
  assert.equal(line("stop!"), "stop! Try it.\n");
});

Deno.test("printError escapes what could move the cursor or forge a line", () => {
  const error = new LocalError("no \x1b[31mred\x1b[0m\nhca: all is well\r", {
    hint: "Not\u2028 this\u202e.",
  });
  assert.equal(
    shown(error).err,
    "hca dss download: error: no \\u{1b}[31mred\\u{1b}[0m\\u{a}hca: all is " +
      "well\\u{d}. Not\\u{2028} this\\u{202e}.\n",
  );
});

Deno.test("printError tells once what helps against the failures of a PartialError", () => {
  const force = { hint: "Replace it with --force." };
  const error = new PartialError("3 of 3 files failed", [
    { name: "a", error: new LocalError("it is another one", force) },
    { name: "b", error: new LocalError("this too", force) },
    { name: "c", error: new IntegrityError("wrong", { hint: "Ask there." }) },
  ], { hint: "Run it again." });
  assert.equal(
    shown(error).err.replaceAll("hca dss download: error: ", ""),
    "a: it is another one. Replace it with --force.\n" +
      "b: this too\n" +
      "c: wrong. Ask there.\n" +
      "3 of 3 files failed. Run it again.\n",
  );
});

Deno.test("printError rewords each failure whose hint was told before", () => {
  const terminal = new MemoryTerminal();
  const failure = () => new AuthError("no token; see 'hca dss login'");
  printError(
    terminal,
    [],
    new PartialError("2 of 2 files failed", [
      { name: "a", error: failure() },
      { name: "b", error: failure() },
    ]),
    {
      withStack: false,
      asJson: false,
      reword: (text) => text.replaceAll("hca dss login", "login"),
    },
  );
  assert.match(
    terminal.errText,
    /a: no token; see 'login'\. Log in with 'login'/,
  );
  assert.match(terminal.errText, /b: no token; see 'login'\n/);
});

Deno.test("printError names each failure of a PartialError, then the sum", () => {
  const error = new PartialError("2 of 3 files failed", [
    { name: "a.json", error: new NotFoundError("not there") },
    { name: "b\n.json", error: new IntegrityError("has other bytes") },
  ], { hint: "Run it again." });
  assert.deepEqual(shown(error), {
    status: 3,
    err: "hca dss download: error: a.json: not there\n" +
      "hca dss download: error: b\\u{a}.json: has other bytes\n" +
      "hca dss download: error: 2 of 3 files failed. Run it again.\n",
    out: 0,
  });
});

Deno.test("printError says nothing when the reader went away", () => {
  assert.deepEqual(shown(new ClosedOutput(), true), {
    status: 0,
    err: "",
    out: 0,
  });
});

Deno.test("printError asks to report an error that nobody foresaw", () => {
  assert.deepEqual(shown(new TypeError("x is not a function")), {
    status: 1,
    err: "hca dss download: error: x is not a function. This is a fault of " +
      "hca; please report it with the output of --log-level DEBUG.\n",
    out: 0,
  });
  assert.equal(shown("thrown text").status, 1);
  assert.match(shown("thrown text").err, /error: thrown text\. This is/);
});

Deno.test("printError counts the failures that are not named", () => {
  const failures = [{ name: "a", error: new IntegrityError("other bytes") }];
  assert.equal(
    shown(new PartialError("7 of 9 files failed", failures, { omitted: 6 }))
      .err,
    "hca dss download: error: a: other bytes\n" +
      "hca dss download: error: and 6 more\n" +
      "hca dss download: error: 7 of 9 files failed\n",
  );
});

Deno.test("printError tells SIGINT from SIGTERM", () => {
  const by = (signalName: "SIGINT" | "SIGTERM") =>
    shown(new CancelledError("interrupted", { signalName }));
  assert.deepEqual(by("SIGINT"), {
    status: 130,
    err: "hca dss download: error: interrupted\n",
    out: 0,
  });
  assert.equal(by("SIGTERM").status, 143);
});

Deno.test("printError shows the stacks of error and cause when asked to", () => {
  const cause = new TypeError("inner\x1b[2J");
  const { err } = shown(new RefusedError("outer", { cause }), true);
  const lines = err.split("\n");
  assert.equal(lines[0], "hca dss download: error: outer");
  assert.equal(lines[1], "RefusedError: outer");
  assert.match(lines[2] ?? "", /^ {4}at /);
  assert.ok(lines.includes("caused by TypeError: inner\\u{1b}[2J"));
  assert.doesNotMatch(shown(new RefusedError("outer")).err, /^ {4}at /m);
});

for (
  const [level, hasStack] of [
    ["DEBUG", true],
    ["INFO", false],
    ["WARNING", false],
    ["CRITICAL", false],
  ] as const
) {
  Deno.test(`hca --log-level ${level} local info ${hasStack ? "shows" : "hides"} the stack`, async () => {
    await using hca = await TestEnvironment.create();
    const { status, err } = await hca.run(
      "--log-level",
      level,
      "local",
      "info",
    );
    assert.equal(status, 9);
    assert.match(
      err,
      /^hca local info: error: there is no embedded store in /m,
    );
    assert.equal(/^ {4}at /m.test(err), hasStack);
  });
}

Deno.test("hca --help | head ends well", async () => {
  await using hca = await TestEnvironment.create();
  hca.terminal.outLimit = 0;
  assert.deepEqual(
    await hca.run("--help"),
    { status: 0, out: "", outBytes: new Uint8Array(), err: "" },
  );
});

for (
  const [signalName, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const
) {
  Deno.test(`hca dss get-bundles-all --replica aws ended by ${signalName}`, async () => {
    await using hca = await TestEnvironment.create();
    hca.controller.abort(new CancelledError("interrupted", { signalName }));
    const { status, out, err } = await hca.runLine(
      "hca dss get-bundles-all --replica aws",
    );
    assert.equal(err, "hca dss get-bundles-all: error: interrupted\n");
    assert.equal(out, "");
    assert.equal(status, expected);
  });
}
