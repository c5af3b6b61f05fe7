/**
 * The history of sessions in a real terminal: Up, Ctrl-R, `!!`.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { isSkipped, SessionTerminal } from "./_terminal.ts";

const ignore = isSkipped;

Deno.test("a session has the lines of the one before", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  await session.run("recent --limit 3");
  await session.run("jobs");
  await session.run(" session");
  await session.end();

  await session.start();
  // The one with a blank before it asked not to be kept.
  await plain.press("Up");
  await session.edits("jobs");
  await plain.press("Up");
  await session.edits("recent --limit 3");
  await plain.press("Down");
  await session.edits("jobs");
  await plain.press("Down");
  await session.prompts();
  await plain.press("C-r");
  await plain.type("lim");
  await plain.shows(/^\(reverse-i-search\)'lim': recent --limit 3\s*$/m);
  await plain.press("Enter");
  await plain.shows(/^hca local ▸ recent --limit 3\s*\n[^▸]*▸\s*$/m);
  assert.match(await session.run("history"), /recent.*\n.*jobs\n.*recent/);
  await session.end();

  const path = join(
    session.sandbox.directory,
    "home/.local/state/hca/history",
  );
  const { mode } = await Deno.stat(path);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  assert.deepEqual(
    (await Deno.readTextFile(path)).trimEnd().split("\n"),
    ["recent --limit 3", "jobs", "recent --limit 3", "history"]
      .map((line) => JSON.stringify(line)),
  );
});

Deno.test("!! in a session stands for the last line, and is shown", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  await session.run("jobs");
  await session.enter("!!");
  await plain.shows(/^hca local ▸ !!\njobs\nhca: there are no jobs\n.*▸\s*$/m);
  await session.enter("!! --help");
  await plain.shows(/^hca local ▸ !! --help\njobs --help\n/m);
  await session.prompts();
  // What stands in the history is what ran.
  await plain.press("Up");
  await session.edits("jobs --help");
  await plain.press("C-c");
  await session.prompts();
  await session.end();
});

Deno.test("a secret in a line of a session is not in the next one's history", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  await session.run("session --access-token PLANTED-secret");
  await session.end();
  await session.start();
  await plain.press("Up");
  await session.edits("session --access-token ***");
  await plain.press("C-c");
  await session.prompts();
  await session.end();
});
