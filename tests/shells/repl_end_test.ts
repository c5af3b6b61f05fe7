/**
 * How a session ends in a real terminal: what its status is then, and that
 * the terminal is as it was before.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ServedStore } from "./_served_store.ts";
import { isSkipped, SessionTerminal, until } from "./_terminal.ts";

const ignore = isSkipped;
const HIDDEN = /pass 'code' value from within query_params: *$/m;
const PAGER = /^-- more -- .*$/m;

/** What a session is doing when it ends. */
const MOMENTS: [when: string, reach: (session: SessionTerminal) => unknown][] =
  [
    ["while a line is edited", async (session) => {
      await session.plain.type("get-bundle --uuid");
      await session.edits("get-bundle --uuid");
    }],
    ["while completions are listed", async (session) => {
      await session.plain.type("get-");
      await session.edits("get-");
      await session.plain.press("Tab");
      await session.plain.press("Tab");
      await session.plain.shows(/^get-file .*\n/m);
    }],
    ["in the pager", async (session) => {
      await session.enter("help");
      await session.plain.shows(PAGER);
    }],
    ["while a program reads the answer", async (session) => {
      await session.enter("help | cat >../read; echo reads; sleep 60");
      await session.plain.shows(/^reads$/m);
    }],
  ];

Deno.test("hca repl ends at Ctrl-D and at exit with 0 in a terminal", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  await session.start();
  await session.end();
  await session.start();
  await session.enter("exit");
  await session.ends(0);
  await session.start();
  await session.run("nonsense");
  await session.end();
});

for (const [signal, status] of [["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(`hca repl ends at ${signal} with ${status} in a terminal`, {
    ignore,
  }, async (test) => {
    for (const [when, reach] of MOMENTS) {
      await test.step(when, async () => {
        await using session = await SessionTerminal.open();
        await session.plain.resize(60, 8);
        await session.start();
        await reach(session);
        Deno.kill(await session.pid(), signal);
        await session.ends(status);
      });
    }
  });
}

Deno.test("hca repl ends at SIGTERM at a hidden question, and stores nothing", {
  ignore,
}, async () => {
  await using served = await ServedStore.open();
  await using session = await SessionTerminal.open({
    variables: { HCA_SWAGGER_URL: served.swaggerUrl },
  });
  await session.start();
  await session.enter("login --remote");
  await session.plain.shows(HIDDEN);
  await session.plain.type("PLANTED");
  Deno.kill(await session.pid(), "SIGTERM");
  await session.ends(143);
  assert.doesNotMatch(await session.plain.screen(), /PLANTED/);
});

Deno.test("hca repl ends when its terminal goes away", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  await session.start();
  await session.run("help | (cat >/dev/null; sleep 60) &");
  await session.plain.type("half a line");
  await session.edits("half a line");
  const pid = await session.pid();
  assert.equal(await isRunning(pid), true);
  await session.plain[Symbol.asyncDispose]();
  await until(async () => !await isRunning(pid));
});

/** Whether there is a process. */
async function isRunning(pid: number): Promise<boolean> {
  const args = ["-0", String(pid)];
  return (await new Deno.Command("kill", { args }).output()).success;
}

const PROGRAM = fileURLToPath(new URL("_failing_repl.ts", import.meta.url));

Deno.test("hca repl leaves the terminal as it was when something throws", {
  ignore,
}, async (test) => {
  for (
    const [failure, status] of [
      ["thrown", 1],
      ["uncaught", 1],
      ["rejected", 1],
      ["exit", 7],
    ] as const
  ) {
    await test.step(failure, async () => {
      await using session = await SessionTerminal.open({
        program: [Deno.execPath(), "run", "--allow-all", PROGRAM],
      });
      await session.start({ args: "", variables: `FAILURE=${failure}` });
      await session.plain.type("half a line");
      await session.edits("half a line");
      await session.plain.press("C-]");
      await session.ends(status);
    });
  }
});
