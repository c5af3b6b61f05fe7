import assert from "node:assert/strict";
import { startShellProgram } from "../../src/platform/mod.ts";
import { JobOutput } from "../../src/commands/repl/job_output.ts";
import { Jobs } from "../../src/commands/repl/jobs.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import { runScriptLines, TestSession } from "../support/fake_keyboard.ts";
import { neverAnswers } from "../support/scripted_fetch.ts";
import {
  MemoryTerminal,
  TestEnvironment,
} from "../support/test_environment.ts";

const FAILS = "config get nothing.here";

let hca: TestEnvironment;

Deno.test.beforeEach(async () => {
  hca = await TestEnvironment.create();
});

Deno.test.afterEach(() => hca[Symbol.asyncDispose]());

const run = (...lines: string[]) => runScriptLines(hca, lines);

/** Holds the requests of the program until it is opened. */
function gate(): { open: () => void; arrived: Promise<void> } {
  const arrived = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  hca.variables.set("HCA_SWAGGER_URL", "http://127.0.0.1:1/swagger.json");
  hca.runtime.fetch = async (request) => {
    arrived.resolve();
    await Promise.race([opened.promise, neverAnswers(request)]);
    return new Response("closed", { status: 404 });
  };
  return { open: opened.resolve, arrived: arrived.promise };
}

Deno.test("wait shows what a job wrote, data as data and messages as messages", async () => {
  const { status, out, err } = await run(
    "config list &",
    `${FAILS} &`,
    "wait 1",
    "wait 2",
    "jobs",
  );
  assert.equal(status, 5);
  assert.equal(out, "{}\n");
  assert.match(err, /^\[1\] started$/m);
  assert.match(err, /^\[1\] done: config list; 'wait 1' shows/m);
  assert.match(err, /^\[2\] failed \(exit 5\): config get nothing\.here; /m);
  assert.match(err, /^config get: error: /m);
  assert.match(err, /line 4 failed \(exit 5\)/);
  assert.match(err, /there are no jobs/);
});

Deno.test("wait for all fails as the first job that failed, and has shown them all", async () => {
  const { status, out } = await run("config list &", `${FAILS} &`, "wait");
  assert.equal(status, 5);
  assert.equal(out, "{}\n");
});

Deno.test("a job whose output cannot be opened fails, and the session goes on", async () => {
  if (Deno.build.os === "windows") return;
  const { status, out, err } = await run(
    "config list > /dev/zero &",
    "wait",
    "config list",
  );
  assert.equal(status, 9);
  assert.match(err, /cannot write '\/dev\/zero': it is a device or a pipe/);
  assert.equal(out, "{}\n");
});

Deno.test("a job writes files and programs as a command in front does", async () => {
  if (Deno.build.os === "windows") return;
  hca.startProgram = startShellProgram;
  const { status, out, err } = await run(
    "config list > list &",
    "config list | tr {} '<>'; echo told >&2 &",
    "config list | exit 3 &",
    "wait 1",
    "wait 2",
    "wait 3",
  );
  assert.equal(status, 3);
  assert.equal(Deno.readTextFileSync(hca.path("list")), "{}\n");
  // What a program of a job writes waits like all that the job writes.
  assert.equal(out, "<>\n");
  assert.match(err, /^told$/m);
});

Deno.test("cancel stops a job and the program that reads it", async () => {
  if (Deno.build.os === "windows") return;
  hca.startProgram = startShellProgram;
  await using session = await TestSession.start(hca);
  await session.line("config list | sleep 1000 | cat &");
  // It may end before there is a prompt again, or while it is waited for.
  const cancel = await session.line("cancel 1");
  const { err } = await session.line("wait 1");
  assert.match(cancel.err + err, /^\[1\] cancelled: config list/m);
  assert.match((await session.line("jobs")).err, /there are no jobs/);
});

Deno.test("cancel stops a request of a job; Ctrl-C while it is waited for does not", async () => {
  const { open, arrived } = gate();
  await using session = await TestSession.start(hca);
  await session.line("get-bundles-all &");
  await arrived;
  session.keyboard.line("wait 1");
  await until(() => session.keyboard.openCount === 0);
  session.keyboard.interrupt();
  await session.keyboard.idle();
  assert.match(session.shown().err, /wait: error: interrupted/);
  assert.match((await session.line("jobs")).out, /^\[1\] running, /);
  await session.line("cancel 1");
  const { err } = await session.line("wait 1");
  assert.match(err, /error: cancelled/);
  open();
});

Deno.test("jobs that run are stopped at the end of a session", async () => {
  const { arrived } = gate();
  const session = await TestSession.start(hca);
  await session.line("get-bundles-all &");
  await arrived;
  session.shown();
  session.keyboard.line("exit");
  assert.equal(await session.status, 0);
  assert.match(session.shown().err, /warning: a job that ran: stopped/);
});

Deno.test("the end of a job is told at the prompt, and changes no $1 and no last", async () => {
  await hca.addSamples();
  await using session = await TestSession.start(hca);
  await session.line("get-bundles-all --output jsonl");
  const first = (await session.line("last --query bundles[0].uuid")).out;
  session.keyboard.line("get-bundle $1 &");
  await until(() => session.shown().err.includes("[1] done: "));
  assert.equal((await session.line("last --query bundles[0].uuid")).out, first);
});

Deno.test("a file that is sourced beside the prompt writes nothing there, and changes no $1", async () => {
  if (Deno.build.os === "windows") return;
  await hca.addSamples();
  hca.startProgram = startShellProgram;
  await hca.write(
    "lines.hca",
    `config list | tr {} '<>'\n${FAILS}\n[}\nget-bundle $4\nconfig list &\n` +
      "get-bundles-all --query has_more\n",
  );
  await using session = await TestSession.start(hca);
  await session.line("get-bundles-all --output jsonl");
  const first = (await session.line("last --query bundles[0].uuid")).out;
  session.shown();
  session.keyboard.line("source lines.hca &");
  let { out, err } = session.shown();
  await until(() => {
    const more = session.shown();
    [out, err] = [out + more.out, err + more.err];
    return err.includes("[1] failed") && err.includes("[2] done");
  });
  assert.equal(out, "");
  assert.doesNotMatch(err, /error|warning|\[2\] started/);
  assert.equal((await session.line("last --query bundles[0].uuid")).out, first);
  const told = await session.line("wait 1");
  assert.equal(told.out, "<>\nfalse\n");
  assert.match(told.err, /^config get: error: /m);
  assert.match(told.err, /line 2 of 'lines\.hca' failed \(exit 5\)/);
  assert.match(told.err, /the \} at character 2 closes no bracket/);
  assert.match(told.err, /there is no \$4/);
  assert.match(told.err, /^\[2\] started$/m);
});

Deno.test("files are sourced beside the prompt in any number", async () => {
  const { arrived, open } = gate();
  await hca.write("slow.hca", "get-bundles-all\n");
  await hca.write("quick.hca", "config list\n");
  await using session = await TestSession.start(hca);
  for (let number = 1; number <= 12; number++) {
    await session.line("source slow.hca &");
  }
  await arrived;
  const { out } = await session.line("source quick.hca");
  assert.match(out, /DSSClient|\{\}/);
  const { err } = await session.line("source quick.hca > quick.txt");
  assert.doesNotMatch(err, /error/);
  open();
});

Deno.test("a job that waits for jobs fails, and does not wait for itself", async () => {
  await hca.write("waits.hca", "config list &\nwait\n");
  for (const line of ["wait", "wait 1", "source waits.hca"]) {
    const { status, err } = await run(`${line} &`);
    assert.equal(status, 2, line);
    assert.match(err, /wait: error: a job cannot wait for jobs\. Leave out/);
  }
});

Deno.test("cancel, wait and jobs of a number that is none say so", async () => {
  for (const line of ["cancel 7", "wait 7", "wait x", "cancel -1"]) {
    const { status, err } = await run(line);
    assert.equal(status, 2, line);
    assert.match(err, /there is no job '|unknown option/, line);
  }
});

Deno.test("Jobs keeps those that run, and a hundred of those that have ended", async () => {
  const ended: number[] = [];
  const jobs = new Jobs(new FakeClock(), ({ number }) => ended.push(number));
  const running = Promise.withResolvers<number>();
  jobs.start("long", () => running.promise);
  for (let number = 2; number <= 150; number++) {
    jobs.start("short", () => Promise.resolve(0));
  }
  await settle();
  assert.equal(ended.length, 149);
  const numbers = jobs.list().map(({ number }) => number);
  assert.deepEqual([numbers.length, ...numbers.slice(0, 2)], [101, 1, 51]);
  running.resolve(0);
  await jobs.endAll();
});

Deno.test("JobOutput keeps the order, the kinds, and the end of a lot", async () => {
  const output = new JobOutput();
  assert.equal(output.isEmpty, true);
  await output.write("a");
  output.err("b");
  const bytes = new Uint8Array([0xff, 0x00]);
  await output.write(bytes);
  bytes.fill(1);
  const terminal = new MemoryTerminal();
  await output.copyTo(terminal);
  assert.deepEqual(
    terminal.outChunks.map((chunk) => [...chunk]),
    [[0x61], [0xff, 0x00]],
  );
  assert.equal(terminal.errText, "b");
  assert.deepEqual([output.isEmpty, output.droppedBytes], [false, 0]);
  for (let piece = 0; piece < 5; piece++) {
    await output.write(String(piece).repeat(300_000));
  }
  terminal.clear();
  await output.copyTo(terminal);
  const text = terminal.outChunks.map((chunk) =>
    new TextDecoder().decode(chunk)
  ).join("");
  assert.equal(text.length, 1 << 20);
  assert.equal(output.droppedBytes, 4 + 1_500_000 - (1 << 20));
  assert.ok(text.startsWith("1") && text.endsWith("4".repeat(300_000)));
  assert.equal(terminal.errText, "");
});

/** Lets the program go on until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}
