/**
 * Lines in a session in a real terminal: of several rows, pasted, wide, in a
 * window that changes, typed ahead, and what is done with their output.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { isSkipped, literal, SessionTerminal } from "./_terminal.ts";

const ignore = isSkipped;
const PROMPT = "hca local ▸ ";

/** Where the cursor is, from 0. */
async function cursorOf({ plain }: SessionTerminal): Promise<string> {
  return `${await plain.property("cursor_y")},${await plain
    .property("cursor_x")}`;
}

Deno.test("a line of a session goes on while a bracket or a quote is open", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  const lines = [
    "post-search --es-query {",
    '  "query": {',
    '    "match_all": {}',
    "  }",
    "} --output-format summary",
  ];
  for (const [at, line] of lines.entries()) {
    await plain.type(line);
    await plain.shows(
      new RegExp(`^${at === 0 ? PROMPT : "… "}${literal(line)}\\s*$`, "m"),
    );
    await plain.press("Enter");
  }
  await plain.shows(/^found {2}3 bundles\n[^]*▸\s*$/m);
  // It is one line of the history, as it was typed.
  await plain.press("Up");
  await plain.shows(new RegExp(`${literal(lines.join("\n… "))}\\s*$`));
  await plain.press("C-c");
  await session.prompts();
  await session.end();
});

Deno.test(
  "several lines that are pasted into a session run at Enter, in order",
  {
    ignore,
  },
  async () => {
    await using session = await SessionTerminal.open();
    const { plain } = session;
    await session.start();
    await plain.paste("use replica gcp\nsession\n\nuse replica aws\njobs\n");
    await plain.shows(/^… use replica aws\n… jobs\s*$/m);
    // Nothing has run yet.
    assert.doesNotMatch(await plain.screen(), /^replica|no jobs/m);
    await plain.press("Enter");
    await plain.shows(/^replica {2}gcp\n[^]*no jobs\nhca local aws ▸\s*$/m);
    // The marks of a paste are not left in what is typed afterwards.
    await plain.paste("sess");
    await plain.type("ion");
    await session.edits("session");
    await plain.press("Enter");
    await plain.shows(/^replica {2}aws\n[^]*▸\s*$/m);
    await session.end();
  },
);

Deno.test("a paste into a session shows control characters and obeys none", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  await plain.paste("a\x1b]2;OWNED\x07b\x1b[2Jc\x03d\x04");
  await plain.shows(/▸ a\^\[\]2;OWNED\^Gb\^\[\[2Jc\^Cd\^D$/m);
  assert.notEqual(await plain.property("pane_title"), "OWNED");
  await plain.press("C-c");
  await session.prompts();
  await session.end();
});

Deno.test(
  "wide characters in a session stand where the cursor thinks they do",
  {
    ignore,
  },
  async () => {
    await using session = await SessionTerminal.open();
    const { plain } = session;
    await session.start();
    const row = await plain.property("cursor_y");
    const start = PROMPT.length;
    await plain.type("日本語é");
    await session.edits("日本語é");
    assert.equal(await cursorOf(session), `${row},${start + 7}`);
    await plain.press("Left");
    await plain.press("Left");
    await plain.type("x");
    await session.edits("日本x語é");
    assert.equal(await cursorOf(session), `${row},${start + 5}`);
    await plain.press("BSpace");
    await plain.press("BSpace");
    await session.edits("日語é");
    assert.equal(await cursorOf(session), `${row},${start + 2}`);
    await plain.press("C-e");
    await plain.type("👩‍👩‍👧🇩🇪e\u0301");
    await plain.shows(/▸ 日語é/);
    for (let count = 0; count < 6; count++) await plain.press("BSpace");
    await plain.type("!");
    await session.edits("!");
    assert.equal(await cursorOf(session), `${row},${start + 1}`);
    await plain.press("C-c");
    await session.prompts();
    await session.end();
  },
);

Deno.test(
  "a line of a session is broken and put together as the window changes",
  {
    ignore,
  },
  async () => {
    await using session = await SessionTerminal.open();
    const { plain } = session;
    await plain.resize(40, 12);
    await session.start();
    await plain.press("C-l");
    await plain.shows(/^hca local ▸\s*$/, "visible");
    const words = Array.from({ length: 18 }, (_, at) => `word${10 + at}`);
    const line = words.join(" ");
    await plain.type(line);
    // Every size shows the same text once, cursor at its end.
    for (const width of [40, 25, 61, 17, 120, 200, 33]) {
      await plain.resize(width, 12);
      const rows = chunksOf(`${PROMPT}${line}`, width);
      await plain.shows(
        new RegExp(
          `^${rows.map((row) => literal(row.trimEnd())).join(" *\\n")}\\s*$`,
        ),
        "visible",
      );
      const last = rows.at(-1) ?? "";
      assert.equal(
        await cursorOf(session),
        `${rows.length - 1},${last.length}`,
        `${width} columns`,
      );
    }
    // What is changed at its beginning is changed in the first row.
    await plain.press("Home");
    await plain.type("X");
    await plain.shows(/^hca local ▸ Xword10 /, "visible");
    await plain.press("C-c");
    await plain.resize(200, 40);
    await session.prompts();
    await session.run("jobs");
    await session.end();
  },
);

Deno.test("a session goes on in a window of a few characters", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  for (const [columns, rows] of [[5, 3], [2, 2], [1, 1], [3, 9]] as const) {
    await plain.resize(columns, rows);
    await plain.type("get-日本");
    await plain.press("Tab");
    await plain.press("C-a");
    await plain.press("C-r");
    await plain.type("x");
    await plain.press("C-g");
    await plain.press("C-c");
  }
  await plain.resize(100, 30);
  await session.clears();
  await session.run("jobs");
  await session.end();
});

Deno.test("what is typed while a line of a session runs is the next line", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain, sandbox } = session;
  await session.start();
  const fifo = join(sandbox.directory, "fifo");
  await new Deno.Command("mkfifo", { args: [fifo] }).output();
  await session.enter("help | cat >../read; echo waits; read line <../fifo");
  await plain.shows(/^waits$/m);
  await plain.type("jobs");
  await plain.press("Enter");
  await plain.type("half a");
  await plain.shows(/half a$/m);
  await Deno.writeTextFile(fifo, "go on\n");
  await plain.shows(/▸ jobs\s*\nhca: there are no jobs\nhca local ▸ half a$/m);
  await plain.type(" line");
  await session.edits("half a line");
  await plain.press("C-c");
  await session.prompts();
  await session.end();
});

Deno.test("what a session prints goes to programs and files", {
  ignore,
}, async () => {
  await using session = await SessionTerminal.open();
  const { plain, sandbox } = session;
  await session.start();
  await session.run("post-search --es-query {}");
  assert.equal(
    await session.run("last | head -2"),
    '{\n  "es_query": {},\n',
  );
  assert.equal(await session.run("last > answer.json"), "");
  const path = join(sandbox.work, "answer.json");
  const answer = JSON.parse(await Deno.readTextFile(path));
  assert.equal(answer.results.length, 3);
  assert.match(await session.run("last | wc -l > ../lines"), /^$/);
  const lines = await Deno.readTextFile(join(sandbox.directory, "lines"));
  assert.equal(
    Number(lines),
    (await Deno.readTextFile(path)).trimEnd().split("\n").length,
  );
  // Where there is no line end, the prompt makes one.
  await session.enter("last | printf 'no end'");
  await plain.shows(/^no end\s*\nhca local ▸\s*$/m);
  assert.match(await session.run("nonsense > answer.json"), /error: /);
  assert.equal(
    JSON.parse(await Deno.readTextFile(path)).results.length,
    3,
    "a command that fails leaves the file as it was",
  );
  assert.deepEqual(await sandbox.files(), ["answer.json"]);
  await session.end();
});

/** A text in pieces that fill the rows of a window. */
function chunksOf(text: string, width: number): string[] {
  const chunks: string[] = [];
  for (let at = 0; at < text.length; at += width) {
    chunks.push(text.slice(at, at + width));
  }
  return chunks;
}
