/**
 * How a session ends in a real terminal: what its status is then, and that
 * the terminal is as it was before.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { isSkipped, SessionTerminal } from "./_terminal.ts";

const ignore = isSkipped;
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
