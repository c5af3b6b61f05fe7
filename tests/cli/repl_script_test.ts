import assert from "node:assert/strict";
import { CancelledError } from "../../src/base/mod.ts";
import { startShellProgram } from "../../src/platform/mod.ts";
import { ServedStore } from "./_sign_in.ts";
import { runScriptLines } from "../support/fake_keyboard.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

let hca: TestEnvironment;

Deno.test.beforeEach(async () => {
  hca = await TestEnvironment.create();
});

Deno.test.afterEach(() => hca[Symbol.asyncDispose]());

const run = (...lines: string[]) => runScriptLines(hca, lines);
const FAILS = "config get nothing.here";

Deno.test("a script runs to its end and has the status of the first failure", async () => {
  const { status, out, err } = await run(
    "# what follows fails",
    FAILS,
    "nonesuch",
    "config list",
  );
  assert.equal(status, 5);
  assert.equal(out, "{}\n");
  assert.match(err, /^config get: error: .*\n.*line 2 failed \(exit 5\)$/m);
  assert.match(err, /hca: error: unknown command 'nonesuch'/);
  assert.match(err, /line 3 failed \(exit 2\)/);
});

Deno.test("a script that is to fail fast ends at the first failure", async () => {
  const { status, out } = await runScriptLines(
    hca,
    [`config list; ${FAILS}; config list`, "config list"],
    "--fail-fast",
  );
  assert.equal(status, 5);
  assert.equal(out, "{}\n");
});

Deno.test("a line of several statements fails as the first one that does, and runs them all", async () => {
  const { status, out } = await run(`${FAILS}; nonesuch; config list`);
  assert.equal(status, 5);
  assert.equal(out, "{}\n");
});

Deno.test("what is wrong with a line is told once, and none of it runs", async () => {
  for (
    const [line, message] of [
      ["config list; get 'a", /^hca: error: the ' at character 18 is not cl/],
      ["config list | ", /^hca: error: no program follows the \| at/],
      ["config list > ", /^hca: error: the > at character 13 is followed by/],
      ["config list & x", /^hca: error: the & at character 13 may only end/],
      ["get $7", /^hca: error: there is no \$7; the last answer lists nothing/],
    ] as const
  ) {
    const { status, out, err } = await run(line);
    assert.equal(status, 2, line);
    assert.equal(out, "", line);
    assert.match(err, message);
    assert.equal(err.match(/error:/g)?.length, 1, err);
  }
});

Deno.test("a script reads an unfinished line on, and says where it began when nothing follows", async () => {
  const whole = await run("config set search {", '"a": 1', "}", "config list");
  assert.equal(whole.status, 0, whole.err);
  assert.deepEqual(JSON.parse(whole.out), { search: '{\n"a": 1\n}' });
  const cut = await run("config list", "config set search {", '"a": 2');
  assert.equal(cut.status, 2);
  assert.match(cut.err, /the \{ at line 1, character 19 is not closed/);
  assert.match(cut.err, /line 2 failed \(exit 2\)/);
});

Deno.test("a script ends at exit, whatever follows", async () => {
  const { status, out } = await run("config list", "exit; nonesuch", "x");
  assert.equal(status, 0);
  assert.equal(out, "{}\n");
  assert.equal((await run(FAILS, "exit")).status, 5);
});

Deno.test("a script may have the ends of lines and the mark of other systems", async () => {
  await hca.write("win.hca", "\ufeffconfig list\r\nconfig list");
  const { status, out, err } = await run("source win.hca");
  assert.equal(status, 0, err);
  assert.equal(out, "{}\n{}\n");
});

Deno.test("a command of a script that asks does not take the next line for an answer", async () => {
  await using service = await ServedStore.open();
  const { status, out, err } = await runScriptLines(service.hca, [
    "login --remote",
    "config list",
  ]);
  assert.equal(status, 2, err);
  assert.match(err, /login: error: no code was given/);
  assert.equal(out, "{}\n");
  // Only lines were asked for.
  assert.deepEqual(
    service.hca.terminal.questions.map(({ question }) => question),
    ["", "", ""],
  );
});

Deno.test("a command of a script gets no standard input", async () => {
  const { status, err } = await run("post-search --es-query -", "config list");
  assert.equal(status, 2);
  assert.match(err, /'-' cannot be used in a session. Take it from a file/);
});

Deno.test("! is nothing special in a script, and no line of it is kept", async () => {
  const { status, err } = await run("config list", "!!");
  assert.equal(status, 2);
  assert.match(err, /unknown command '!!'/);
  assert.equal((await run("config list", "history")).out, "{}\n");
  const files = namesBelow(hca.path("..", "home"));
  assert.deepEqual(files.filter((name) => name.endsWith("history")), []);
});

Deno.test("source fails as its first line that fails, and names it", async () => {
  await hca.write("inner.hca", `config list\n${FAILS}\nconfig list\n`);
  await hca.write("outer.hca", "source inner.hca\nconfig list\n");
  const { status, out, err } = await run("source outer.hca");
  assert.equal(status, 5);
  assert.equal(out, "{}\n".repeat(3));
  assert.match(err, /line 2 of 'inner\.hca' failed \(exit 5\)/);
  assert.match(err, /line 1 of 'outer\.hca' failed \(exit 5\)/);
});

Deno.test("source refuses what is no file, and files without end", async () => {
  const missing = await run("source missing.hca", "source .");
  assert.equal(missing.status, 9);
  assert.match(missing.err, /source: error: there is no file 'missing\.hca'/);
  assert.match(missing.err, /there is no file '\.'/);
  await hca.write("self.hca", "source self.hca");
  const { status, err } = await run("source self.hca");
  assert.equal(status, 2);
  assert.match(err, /files that run one another go too deep/);
  assert.equal(err.match(/line 1 of 'self\.hca' failed/g)?.length, 10);
});

Deno.test("a file that runs itself as a job comes to an end", async () => {
  await hca.write("self.hca", "source self.hca &");
  const waits = Array.from({ length: 11 }, (_, index) => `wait ${index + 1}`);
  const { err } = await run("source self.hca", ...waits);
  assert.match(err, /^\[10\] failed \(exit 2\): source self\.hca; /m);
  assert.match(err, /files that run one another go too deep/);
  assert.match(err, /wait: error: there is no job '11'/);
});

Deno.test("what the lines of a sourced file write goes where source's output goes", async () => {
  if (Deno.build.os === "windows") return;
  hca.startProgram = startShellProgram;
  await hca.write("inner.hca", "config list | tr {} '<>'\n");
  await hca.write("lines.hca", "config list\nsource inner.hca\n");
  const { status, out, err } = await run(
    "source lines.hca > lines.txt",
    "source lines.hca >> lines.txt",
    `source lines.hca | tr '<>' '()' > '${hca.path("piped.txt")}'`,
  );
  assert.equal(status, 0, err);
  const text = Deno.readTextFileSync(hca.path("lines.txt"));
  assert.equal(text, "{}\n<>\n{}\n<>\n");
  assert.equal(Deno.readTextFileSync(hca.path("piped.txt")), "{}\n()\n");
  assert.equal(out, "");
});

Deno.test("a file stays as it was when a line of what source runs fails", async () => {
  await hca.write("lines.hca", `config list\n${FAILS}\n`);
  await hca.write("lines.txt", "before");
  const { status, out } = await run("source lines.hca > lines.txt");
  assert.deepEqual({ status, out }, { status: 5, out: "" });
  assert.equal(Deno.readTextFileSync(hca.path("lines.txt")), "before");
});

Deno.test("exit in a sourced file ends the session", async () => {
  await hca.write("end.hca", "exit\nconfig list\n");
  const { status, out } = await run("source end.hca; config list", "x");
  assert.deepEqual({ status, out }, { status: 0, out: "" });
});

Deno.test("a script that is ended while a line is awaited has the signal's status", async () => {
  hca.terminal.answer = () => {
    const reason = new CancelledError("interrupted", { signalName: "SIGTERM" });
    hca.controller.abort(reason);
    return Promise.reject(reason);
  };
  assert.equal((await hca.run("repl")).status, 143);
});

Deno.test("a script that is ended while a command runs has the signal's status, and runs no more", async () => {
  await hca.addSamples();
  const openDatabase = hca.openDatabase;
  hca.openDatabase = (path) => {
    hca.controller.abort(
      new CancelledError("interrupted", { signalName: "SIGTERM" }),
    );
    return openDatabase(path);
  };
  const { status, out } = await run("get-bundles-all", "config list");
  assert.equal(status, 143);
  assert.equal(out, "");
});

Deno.test("a script waits for the jobs that it has left behind, and fails as they do", async () => {
  const { status, out, err } = await run(`${FAILS} &`, "config list &");
  assert.equal(status, 5);
  assert.equal(out, "{}\n");
  assert.match(err, /config get: error: /);
  assert.equal((await run("config list &", `${FAILS} &`, "exit")).status, 0);
});

Deno.test("messages of a script are JSON where that is asked for", async () => {
  const { err } = await runScriptLines(
    hca,
    [FAILS, "nonesuch"],
    "--log-format",
    "json",
  );
  const lines = err.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ level, command, message }) => [level, command, message]),
    [
      ["ERROR", "config get", undefined],
      ["WARNING", undefined, "line 1 failed (exit 5)"],
      ["ERROR", "hca", undefined],
      ["WARNING", undefined, "line 2 failed (exit 2)"],
    ],
  );
});

Deno.test("hca before a line is left out, and a line may say settings of its own", async () => {
  const { status, out, err } = await run(
    "hca config list",
    "--log-level DEBUG config get x",
    "config get x",
  );
  assert.equal(status, 5);
  assert.equal(out, "{}\n");
  assert.equal(err.match(/^ +at /m)?.length, 1);
});

Deno.test("a script of 10,000 lines keeps nothing of them", async () => {
  let left = 10_000;
  let startBytes = 0;
  const text = "x".repeat(30_000);
  hca.terminal.answer = async () => {
    await Promise.resolve();
    if (left === 9_000) startBytes = Deno.memoryUsage().heapUsed;
    if (left-- > 0) return `use dir ${left}; # ${text}`;
    return undefined as unknown as string;
  };
  assert.equal((await hca.run("repl")).status, 0);
  // Kept, the lines alone would be 270 MB; garbage is collected late.
  const usedBytes = Deno.memoryUsage().heapUsed - startBytes;
  assert.ok(usedBytes < 135e6, String(usedBytes));
});
