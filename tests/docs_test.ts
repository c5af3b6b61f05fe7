/**
 * The documents that are made of the code, held against it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { commandsDocument } from "../scripts/commands_doc.ts";
import { replDocument } from "../scripts/repl_tour.ts";
import type { Command } from "../src/commands/command.ts";
import { EXIT_CODES } from "../src/commands/exit_codes.ts";
import { parseArguments } from "../src/commands/parse_arguments.ts";
import { program } from "../src/commands/program.ts";
import { builtins } from "../src/commands/repl/builtins/mod.ts";
import { Session } from "../src/commands/repl/session.ts";
import { tokenizeArguments } from "../src/platform/mod.ts";
import { findLine } from "./cli/_table.ts";
import { TestEnvironment, wordsOf } from "./support/test_environment.ts";

const FILE = new URL("../docs/commands.md", import.meta.url);
const REPL = new URL("../docs/repl.md", import.meta.url);

/** Every command made by hand, with its words. */
function handMade(
  command: Command,
  path: readonly string[],
): [path: string, command: Command][] {
  return [
    [path.join(" "), command],
    ...(command.commands ?? []).flatMap((child) =>
      handMade(child, [...path, child.name])
    ),
  ];
}

const COMMANDS = handMade(program, ["hca"]);

Deno.test("docs/commands.md is what scripts/commands_doc.ts writes", async () => {
  const text = await Deno.readTextFile(FILE);
  assert.ok(
    text === await commandsDocument(),
    "run deno run --allow-all scripts/commands_doc.ts",
  );
});

Deno.test("docs/commands.md has every command and every exit status", async () => {
  const text = await Deno.readTextFile(FILE);
  const titles = [...text.matchAll(/^#+ (hca.*)$/gm)].map((match) => match[1]);
  const wanted = COMMANDS.filter(([, { isHidden }]) => !isHidden)
    .map(([path]) => path);
  assert.deepEqual(wanted.filter((path) => !titles.includes(path)), []);
  assert.equal(new Set(titles).size, titles.length);
  for (const path of ["hca dss post-search", "hca dss get-event"]) {
    assert.ok(titles.includes(path), path);
  }
  for (const { status, when } of Object.values(EXIT_CODES)) {
    assert.match(
      text,
      new RegExp(`^\\| ${status} +\\|.*${when.slice(0, 9)}`, "m"),
    );
  }
});

Deno.test("docs/repl.md has the tour as it is now", async () => {
  const text = await Deno.readTextFile(REPL);
  assert.match(text, /```console\nhca local ▸ tour\n/);
  assert.ok(
    text === await replDocument(),
    "run deno run --allow-all scripts/repl_tour.ts --write",
  );
});

Deno.test("docs/repl.md has every command that only a session has", async () => {
  const text = await Deno.readTextFile(REPL);
  await using hca = await TestEnvironment.create();
  const session = new Session({
    environment: hca.environment,
    settings: { logLevel: "INFO", logFormat: "text", swaggerUrl: undefined },
    program,
  });
  for (const { name, aliases = [] } of builtins(session)) {
    for (const word of [name, ...aliases]) {
      assert.match(text, new RegExp(`^\\|.*\`${word}[ \`]`, "m"), word);
    }
  }
});

/** The part of a line for a shell that calls hca. */
function callIn(line: string): string {
  const [call = ""] = /\bhca (?:'[^']*'|[^'()<>|])*/.exec(line) ?? [];
  return call.trim();
}

for (const [path, command] of COMMANDS) {
  if (command.run === undefined) continue;
  Deno.test(`${path} has an example, and each one can be parsed`, async () => {
    const { examples = [] } = command;
    assert.ok(examples.length > 0);
    for (const line of examples) {
      const call = callIn(line);
      assert.ok(
        wordsOf(call).join(" ").startsWith(path),
        `${call} is not about ${path}`,
      );
      const found = await findLine(call);
      assert.equal(found.path.join(" "), path);
      parseArguments(found.command, found.rest, tokenizeArguments);
    }
  });
}
