import assert from "node:assert/strict";
import {
  CancelledError,
  ClosedOutput,
  LocalError,
} from "../../src/base/mod.ts";
import type { Environment } from "../../src/commands/mod.ts";
import { startShellProgram } from "../../src/platform/mod.ts";
import { runScriptLines } from "../support/fake_keyboard.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import { guidedSession } from "./_guided.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";

let hca: TestEnvironment;

Deno.test.beforeEach(async () => {
  hca = await TestEnvironment.create();
});

Deno.test.afterEach(() => hca[Symbol.asyncDispose]());

const run = (...lines: string[]) => runScriptLines(hca, lines);

/** What a program was given, and what it does then. */
class FakeProgram {
  line = "";
  text = "";
  isStopped = false;
  /** What it says it ended with. */
  status = 0;
  /** How much it reads before it ends. */
  limit = Infinity;
  startCount = 0;

  start: Environment["startProgram"] = (line) => {
    this.line = line;
    this.startCount++;
    return {
      write: (bytes) => {
        if (this.text.length >= this.limit) {
          return Promise.reject(new ClosedOutput());
        }
        this.text += new TextDecoder().decode(bytes);
        return Promise.resolve();
      },
      finish: () => Promise.resolve(this.status),
      stop: () => {
        this.isStopped = true;
      },
    };
  };
}

function withProgram(): FakeProgram {
  const program = new FakeProgram();
  hca.startProgram = program.start;
  return program;
}

const workFiles = () => namesBelow(hca.path());
const textOf = (path: string) => Deno.readTextFileSync(hca.path(path));

Deno.test("> FILE gets all that the statement writes, and the terminal nothing", async () => {
  const { status, out, err } = await run("config list > ~/list.json");
  assert.deepEqual({ status, out, err }, { status: 0, out: "", err: "" });
  assert.equal(textOf("../home/list.json"), "{}\n");
});

Deno.test("> FILE replaces what is there and keeps its mode", async () => {
  if (Deno.build.os === "windows") return;
  const path = await hca.write("list.json", "a longer text than the new one\n");
  await Deno.chmod(path, 0o640);
  assert.equal((await run("config list > list.json")).status, 0);
  assert.equal(textOf("list.json"), "{}\n");
  assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o640);
  assert.deepEqual(workFiles(), ["list.json"]);
});

Deno.test("> FILE stays untouched when the command fails", async () => {
  await hca.write("old.json", "old");
  const { status, err } = await run(
    "config get nothing.here > old.json",
    "config get nothing.here > new.json",
  );
  assert.equal(status, 5);
  assert.match(err, /config get: error: /);
  assert.equal(textOf("old.json"), "old");
  assert.deepEqual(workFiles(), ["old.json"]);
});

Deno.test(">> FILE writes behind what is there, and makes a file where there is none", async () => {
  await hca.write("log", "first\n");
  await run("config list >> log", "config list >> log", "config list >> new");
  assert.equal(textOf("log"), "first\n{}\n{}\n");
  assert.equal(textOf("new"), "{}\n");
  assert.deepEqual(workFiles(), ["log", "new"]);
});

Deno.test(">> FILE of jobs that end at once has all that they wrote", async () => {
  const lines = Array.from({ length: 8 }, () => "config list >> log &");
  assert.equal((await run(...lines, "wait")).status, 0);
  assert.equal(textOf("log"), "{}\n".repeat(8));
});

Deno.test("> FILE is refused when it cannot be a file", async () => {
  await Deno.mkdir(hca.path("data"));
  const cases: [target: string, message: RegExp][] = [
    ["data", /^hca: error: cannot write 'data': it is a directory/m],
    ["data/", /cannot write 'data\/': it is a directory/],
    ["missing/x", /cannot write 'missing\/x': there is no directory 'missing'/],
    ["/dev/zero", /cannot write '\/dev\/zero': it is a device or a pipe/],
  ];
  for (const [target, message] of cases) {
    if (Deno.build.os === "windows" && target.startsWith("/dev/")) continue;
    const { status, err } = await run(`config list > ${target}`);
    assert.equal(status, 9, target);
    assert.match(err, message);
  }
  assert.deepEqual(workFiles(), []);
});

Deno.test("> /dev/null throws away what a statement writes", async () => {
  if (Deno.build.os === "windows") return;
  const { status, out } = await run("config list > /dev/null");
  assert.deepEqual({ status, out }, { status: 0, out: "" });
  assert.equal((await Deno.stat("/dev/null")).isCharDevice, true);
});

/** Lets the disk be full for what is written in the current directory. */
function fillDisk(member: "write" | "sync" | "writeAt"): void {
  const full = () =>
    Promise.reject(new LocalError("disk full", { reason: "no_space" }));
  const { create, openForUpdate } = hca.runtime.files;
  hca.runtime.files.create = async (path, options) => {
    const file = await create(path, options);
    return member === "writeAt" ? file : { ...file, [member]: full };
  };
  hca.runtime.files.openForUpdate = async (path, options) => {
    const file = await openForUpdate(path, options);
    if (member !== "writeAt" || !path.endsWith("old")) return file;
    return {
      ...file,
      writeAt: async (at, bytes) => {
        // A part of it still fits.
        await file.writeAt(at, bytes.subarray(0, 1));
        await full();
      },
    };
  };
}

for (
  const [member, line] of [
    ["write", "config list > old"],
    ["sync", "config list > old"],
    ["write", "config list >> old"],
    ["writeAt", "config list >> old"],
  ] as const
) {
  Deno.test(`'${line}' leaves the file as it was when ${member} finds the disk full`, async () => {
    await hca.write("old", "old\n");
    fillDisk(member);
    const { status, err } = await run(line);
    assert.equal(status, 9);
    assert.match(err, /error: disk full/);
    assert.equal(textOf("old"), "old\n");
    assert.deepEqual(workFiles(), ["old"]);
  });
}

Deno.test("| PROGRAM gets the output as JSON, whole", async () => {
  const program = withProgram();
  const { status, out } = await run("config list | jq . > 'a b'");
  assert.deepEqual({ status, out }, { status: 0, out: "" });
  assert.equal(program.line, "jq . > 'a b'");
  assert.equal(program.text, "{}\n");
});

Deno.test("| PROGRAM that reads no more is a good end", async () => {
  await hca.addSamples();
  const program = withProgram();
  program.limit = 1;
  const { status, err } = await run(
    "get-bundles-all --output jsonl | head -1",
    "config list | head -1",
  );
  assert.equal(status, 0);
  assert.doesNotMatch(err, /error/);
});

Deno.test("| PROGRAM decides the status of the statement, unless the command has failed", async () => {
  const program = withProgram();
  program.status = 127;
  assert.equal((await run("config list | nonesuch")).status, 127);
  program.status = 0;
  assert.equal((await run("config list | cat")).status, 0);
  const { status, err } = await run("config get nothing.here | cat");
  assert.equal(status, 5);
  assert.match(err, /config get: error/);
});

Deno.test("| PROGRAM is not started by a command that fails before it writes, and is by one that writes nothing", async () => {
  const program = withProgram();
  await run("config get nothing.here | cat");
  assert.equal(program.startCount, 0);
  await run("use replica gcp | cat");
  assert.equal(program.startCount, 1);
});

Deno.test("| PROGRAM is not started when the statement was stopped before", async () => {
  const program = new FakeProgram();
  hca.startProgram = program.start;
  const session = guidedSession(hca);
  const stopped = AbortSignal.abort(new CancelledError("interrupted"));
  // It writes without a look at the signal.
  assert.equal(await session.run("config list | x", stopped), 130);
  assert.equal(await session.run("clear | x", stopped), 130);
  assert.equal(program.startCount, 0);
  assert.match(hca.terminal.errText, /config list: error: interrupted/);
});

Deno.test("| PROGRAM of the system's shell: status, early end, and what is not found", async () => {
  if (Deno.build.os === "windows") return;
  // Where its output goes is no matter of this one.
  hca.startProgram = (line) =>
    startShellProgram(line, { out: () => Promise.resolve(), err: () => {} });
  assert.equal((await run("config list | exit 3")).status, 3);
  assert.equal((await run("config list | head -c 1")).status, 0);
  assert.equal((await run("config list | hca-is-not-this")).status, 127);
  assert.equal((await run("config list | cat > /dev/null")).status, 0);
});

Deno.test("a file's bytes come out as they are, alone, in a file and in a program", async () => {
  await hca.addSamples();
  const program = withProgram();
  let piped = new Uint8Array();
  hca.startProgram = (line) => {
    const started = program.start(line);
    return {
      ...started,
      write: (bytes) => {
        piped = new Uint8Array([...piped, ...bytes]);
        return Promise.resolve();
      },
    };
  };
  using store = await hca.openStore();
  const listed = await hca.run("dss", "get-bundles-all", "--replica", "aws");
  assert.equal(listed.status, 0);
  assert.ok(store.counts().bundles > 0);
  const lines = [
    "get-bundles-all",
    "get-bundle $1 --query \"bundle.files[?ends_with(name, '.gz')]\"",
  ];
  const { status, err } = await run(...lines, "get-file $1 > a.gz", "exit");
  assert.equal(status, 0, err);
  const bytes = await Deno.readFile(hca.path("a.gz"));
  // RFC 1952, section 2.3.1.
  assert.deepEqual([...bytes.subarray(0, 2)], [0x1f, 0x8b]);
  assert.equal((await run(...lines, "get-file $1 | cat")).status, 0);
  assert.deepEqual(piped, bytes);
  hca.terminal.inputText = [...lines, "get-file $1"].join("\n") + "\n";
  const { outBytes } = await hca.run("repl");
  assert.deepEqual(outBytes.subarray(-bytes.length), bytes);
});

Deno.test("what a statement begins is not left behind when a reference stands for nothing", async () => {
  const { status, err } = await run(`get-bundle $1 > x; get-bundle ${NOBODY}`);
  assert.equal(status, 2);
  assert.match(err, /there is no \$1; the last answer lists nothing/);
  // The next statement runs all the same.
  assert.match(err, /get-bundle: error: /);
  assert.deepEqual(workFiles(), []);
});
