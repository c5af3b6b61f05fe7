/**
 * Ctrl-C in a session in a real terminal: it ends what runs, or the line,
 * and never the session.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { sha256Of } from "../e2e/_program.ts";
import { arrivedBytes } from "../faults/_invariants.ts";
import {
  BUNDLE_UUID,
  BUNDLE_VERSION,
  FaultyService,
  seededBytes,
} from "../faults/_service.ts";
import { ServedStore } from "./_served_store.ts";
import { isSkipped, SessionTerminal, until } from "./_terminal.ts";

const ignore = isSkipped;
const MIB = 1 << 20;
const PAGER = /^-- more -- .*$/m;
const QUESTION = /pass 'code' value from within query_params: *$/m;
const INTERRUPTED = /error: interrupted/;

Deno.test("Ctrl-C in a session gives up the line and nothing else", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  await plain.type("nonsense {");
  await session.edits("nonsense {");
  await plain.press("Enter");
  await plain.type("not run");
  await plain.shows(/^… not run$/m);
  await plain.press("C-c");
  await plain.shows(/^… not run\^C\nhca local ▸\s*$/m);
  for (let count = 1; count <= 3; count++) {
    await plain.press("C-c");
    await plain.shows(
      new RegExp(`(^hca local ▸ \\^C\\n){${count}}hca local ▸\\s*$`, "m"),
    );
  }
  assert.doesNotMatch(await plain.screen(), /error/);
  // What was given up is not in the history.
  await plain.press("Up");
  await session.run("jobs");
  await session.end();
});

Deno.test("Ctrl-C in a session ends a search and a list of completions", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  await session.run("jobs");
  await plain.press("C-r");
  await plain.type("jo");
  await plain.shows(/^\(reverse-i-search\)'jo': jobs\s*$/m);
  await plain.press("C-c");
  await session.prompts();
  await plain.type("get-");
  await session.edits("get-");
  await plain.press("Tab");
  await plain.press("Tab");
  await plain.shows(/^get-file .*\n/m);
  await plain.press("C-c");
  await plain.shows(/^hca local ▸ get-\^C\nhca local ▸\s*$/m);
  await session.end();
});

Deno.test(
  "Ctrl-C in a slow download leaves a prompt and what the next one goes on with",
  {
    ignore,
  },
  async () => {
    await using service = new FaultyService();
    const small = service.add("small.txt", seededBytes(1000, 1));
    const big = service.add("big.bin", seededBytes(6 * MIB, 2));
    await using session = await SessionTerminal.open({
      variables: { HCA_SWAGGER_URL: service.swaggerUrl },
    });
    await session.start();
    const line = `download ${BUNDLE_UUID}`;
    for (const round of [1, 2]) {
      // So much more arrives in each round, and then nothing.
      service.spoil(big, [], { cutAfter: 2 * MIB, end: "hang" });
      await session.enter(line);
      const { work } = session.sandbox;
      await until(async () => await arrivedBytes(work) >= 2 * round * MIB);
      await session.plain.press("C-c");
      await session.prompts();
      const answer = await session.answer(line);
      assert.match(answer, INTERRUPTED, `round ${round}: ${answer}`);
      assert.equal(answer.match(/interrupted/g)?.length, 1, answer);
    }
    service.spoil(big, []);
    const answer = await session.run(line);
    assert.doesNotMatch(answer, /error/);
    const directory = join(
      session.sandbox.work,
      `${BUNDLE_UUID}.${BUNDLE_VERSION}`,
    );
    for (const { name, sha256 } of [small, big]) {
      assert.equal(await sha256Of(join(directory, name)), sha256);
    }
    const twice = service.sentBytes - small.bytes.length - big.bytes.length;
    assert.equal(twice, 0);
    await session.end();
  },
);

Deno.test("Ctrl-C, q and Ctrl-D leave the pager of a session", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await plain.resize(80, 10);
  await session.start();
  for (const key of ["C-c", "q", "C-d", "Escape"]) {
    await session.enter("help");
    await plain.shows(PAGER);
    await plain.press(key);
    await session.prompts();
    const answer = await session.answer("help");
    assert.doesNotMatch(answer, /-- more|error|\^C/, key);
    assert.equal(answer.trimEnd().split("\n").length, 9, key);
    await plain.press("C-l");
    await plain.shows(/^hca local ▸\s*$/, "visible");
  }
  await session.end();
});

Deno.test("a pager takes keys as fast as they are pressed, and shows none", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await plain.resize(80, 10);
  await session.start();
  const shownAfter = async (...pressed: string[][]) => {
    await session.enter("help");
    await plain.shows(PAGER);
    for (const keys of pressed) await plain.press(...keys);
    await session.prompts();
    const answer = await session.answer("help");
    assert.doesNotMatch(answer, /-- more|error|\^C/);
    await plain.press("C-l");
    await plain.shows(/^hca local ▸\s*$/, "visible");
    return answer.trimEnd().split("\n").length;
  };
  const keys = ["Space", "Enter", "Enter", "Space", "q"];
  const expected = 9 + 9 + 1 + 1 + 9;
  for (let round = 1; round <= 3; round++) {
    assert.equal(await shownAfter(...keys.map((key) => [key])), expected);
    assert.equal(await shownAfter(keys), expected);
  }
  // It drops what comes before it, if that was not looked at yet.
  const least = await shownAfter(["Space"], ["C-c"]);
  assert.ok(least === 9 || least === 9 + 9, `${least} lines`);
  await session.end();
});

Deno.test(
  "Ctrl-C at the hidden question of login --remote gives a prompt and stores nothing",
  {
    ignore,
  },
  async () => {
    await using served = await ServedStore.open();
    await using session = await SessionTerminal.open({
      variables: { HCA_SWAGGER_URL: served.swaggerUrl },
    });
    const { plain, sandbox } = session;
    await session.start();
    await session.enter("login --remote");
    await plain.shows(QUESTION);
    await plain.type("PLANTED");
    await plain.press("C-c");
    await plain.shows(/query_params:\s*\n.*interrupted.*\nhca dss ▸\s*$/);
    assert.doesNotMatch(await plain.screen(), /PLANTED/);
    await session.run("jobs");
    await session.end();
    const path = join(sandbox.directory, "home/.config/hca/config.json");
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  },
);

Deno.test("Ctrl-C at any moment around a command never ends a session", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  for (let count = 0; count < 30; count++) {
    await plain.paste("session\r", false);
    for (let more = 0; more <= count % 4; more++) await plain.press("C-c");
  }
  await session.clears();
  await plain.type("jobs --help");
  await session.edits("jobs --help");
  await plain.press("C-c");
  await session.prompts();
  await session.end();
});

Deno.test("SIGINT from elsewhere is a Ctrl-C for a session", {
  // A Ctrl-C of the keyboard is no signal while a line is edited.
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  await plain.type("half a line");
  await session.edits("half a line");
  Deno.kill(await session.pid(), "SIGINT");
  await plain.shows(/▸ half a line\^C\nhca local ▸\s*$/);
  Deno.kill(await session.pid(), "SIGINT");
  await plain.shows(/▸ \^C\nhca local ▸\s*$/);
  await session.run("jobs");
  await session.end();
});
