import assert from "node:assert/strict";
import type { Command } from "../../src/commands/command.ts";
import { Context } from "../../src/commands/context.ts";
import { parseArguments } from "../../src/commands/parse_arguments.ts";
import {
  EXAMPLE_GROUPS,
  type ExampleGroup,
} from "../../src/commands/repl/builtins/_example_groups.ts";
import { fillArguments } from "../../src/commands/repl/fill_arguments.ts";
import type { Session } from "../../src/commands/repl/session.ts";
import {
  expandWord,
  parseStatements,
} from "../../src/commands/repl/statement/mod.ts";
import { listCommands } from "../../src/commands/find_command.ts";
import { resolveCommand } from "../../src/commands/run_command.ts";
import { sessionExamples } from "../../src/commands/session_wording.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import { guidedSession, shownBy } from "./_guided.ts";

const FQID = "7964d4b9-dc39-4c45-ac19-7ec68741d7c3.2019-08-01T224830.507486Z";
const REFERENCES = { itemCount: 9, last: FQID, text: () => FQID };
const LINES = EXAMPLE_GROUPS.flatMap(({ lines }) =>
  lines.map(({ line }) => line)
);

/** Parses a line to the end, as if `$1` stood for a bundle. */
async function checkLine(
  line: string,
  session: Session,
  context: Context,
): Promise<void> {
  const statements = parseStatements(line);
  assert.ok(statements.length > 0, line);
  for (const statement of statements) {
    const words = statement.words.map((word) =>
      expandWord(word, { references: REFERENCES, home: "/home" })
    );
    const found = await resolveCommand(words, context, session.table);
    assert.ok(found.command.run !== undefined, `${line} is no command`);
    const rest = fillArguments(found.command, found.rest, session.defaults);
    parseArguments(found.command, rest, context.environment.tokenize);
  }
}

function contextOf(session: Session): Context {
  return new Context(session.environment, session.settings);
}

/** All commands below one, as help lists them. */
async function commandsBelow(
  group: Command,
  context: Context,
): Promise<Command[]> {
  const own = await listCommands(group, context);
  const below = await Promise.all(
    own.map((command) => commandsBelow(command, context)),
  );
  return [...own, ...below.flat()];
}

for (const line of LINES) {
  Deno.test(`the example '${line}' can be parsed`, async () => {
    await using hca = await TestEnvironment.create();
    const session = guidedSession(hca);
    using context = contextOf(session);
    await checkLine(line, session, context);
  });
}

Deno.test("every example that help shows in a session can be parsed there", async () => {
  await using hca = await TestEnvironment.create();
  const session = guidedSession(hca);
  using context = contextOf(session);
  const { root } = session.table;
  let count = 0;
  for (const command of [root, ...await commandsBelow(root, context)]) {
    for (const line of sessionExamples(command)) {
      count++;
      await checkLine(line.replaceAll(/\bUUID\b/g, FQID), session, context);
    }
  }
  assert.ok(count > 50, `${count}`);
});

/** Runs the lines of a group in one session; fails when one does. */
async function runGroup(
  { lines }: ExampleGroup,
  hca: TestEnvironment,
  session: Session,
): Promise<void> {
  for (const { line } of lines) {
    const status = await session.run(line, hca.controller.signal);
    assert.equal(status, 0, `${line}: ${hca.terminal.errText}`);
  }
  await session.jobs.endAll();
}

/** A world with what the lines count on. */
async function exampleWorld(): Promise<TestEnvironment> {
  const hca = await TestEnvironment.create();
  await hca.addSamples();
  await hca.write("morning.hca", "use replica aws\nsession\n");
  await Deno.mkdir(hca.path("atlas"));
  hca.startProgram = () => ({
    write: () => Promise.resolve(),
    finish: () => Promise.resolve(0),
    stop: () => {},
  });
  return hca;
}

/** A manifest with the rows of some files of a bundle. */
async function writeManifest(hca: TestEnvironment): Promise<void> {
  const [uuid = "", ...version] = FQID.split(".");
  const { out } = await hca.run(
    ...["dss", "get-bundle", "--replica", "aws", "--uuid", uuid],
    ...["--version", version.join("."), "--query", "bundle.files[:3]"],
  );
  const files: Record<string, string>[] = JSON.parse(out);
  const columns = ["name", "uuid", "version", "sha256", "size"];
  const rows = [
    [
      ...["bundle_uuid", "bundle_version"],
      ...columns.map((column) => `file_${column}`),
    ],
    ...files.map((file) => [
      ...[uuid, version.join(".")],
      ...columns.map((column) => file[column]),
    ]),
  ];
  await hca.write(
    "manifest.tsv",
    rows.map((row) => `${row.join("\t")}\n`).join(""),
  );
  hca.terminal.clear();
}

for (const group of EXAMPLE_GROUPS) {
  Deno.test(`the examples of '${group.word}' run on the embedded store`, async () => {
    await using hca = await exampleWorld();
    const session = guidedSession(hca);
    if (group.word === "manifest") await writeManifest(hca);
    if (group.word === "verify") {
      const line = `download ${FQID} --download-dir atlas`;
      await session.run(line, hca.controller.signal);
    }
    await runGroup(group, hca, session);
    assert.deepEqual(hca.refusedRequests, []);
  });
}

Deno.test("the examples of 'download' fetch what they say", async () => {
  await using hca = await exampleWorld();
  const group = EXAMPLE_GROUPS.find(({ word }) => word === "download");
  assert.ok(group !== undefined);
  const session = guidedSession(hca);
  await runGroup(group, hca, session);
  const names = namesBelow(hca.path()).filter((name) =>
    !name.includes(".hca/")
  );
  const [first, second, third] = [1, 2, 3].map((n) =>
    session.references.text(n)
  );
  assert.equal(second, FQID);
  // The first whole, twice; of the second the metadata and the FASTQ files.
  const count = (prefix: string) =>
    names.filter((name) => name.startsWith(prefix)).length;
  assert.equal(count(`${first}/`), 20);
  assert.equal(count(`atlas/${first}/`), 20);
  assert.equal(count(`${second}/`), 17 + 2);
  assert.equal(count(`${third}/`), 0);
  assert.match(hca.terminal.errText + shownBy(hca), /free space/);
});

/** What `examples` shows with a word. */
async function shownFor(line: string): Promise<string> {
  await using hca = await TestEnvironment.create();
  const session = guidedSession(hca);
  assert.equal(await session.run(line, hca.controller.signal), 0);
  return shownBy(hca) + hca.terminal.errText;
}

Deno.test("examples shows every line, and can be sourced as it is", async () => {
  const text = await shownFor("examples");
  for (const line of LINES) {
    const shown = line.split("\n").map((part) => `\n  ${part}`).join("");
    assert.ok(text.includes(`${shown}\n`), line);
  }
  const statements = parseStatements(text);
  const typed = LINES.flatMap((line) => parseStatements(line));
  assert.equal(statements.length, typed.length);
});

Deno.test("examples WORD chooses a group by its word", async () => {
  const text = await shownFor("examples verify");
  assert.match(text, /^# Verify what was downloaded \(examples verify\)\n/);
  assert.match(text, /\n {2}verify atlas --repair\n$/);
  assert.equal(text.match(/^# /gm)?.length, 1);
});

Deno.test("examples WORD chooses lines by what they have, in either case", async () => {
  const text = await shownFor("examples FASTQ");
  assert.deepEqual(text.split("\n"), [
    "# Download (examples download)",
    "  # only some of the data",
    "  download $2 --no-metadata --data-filter *.fastq.gz",
    "",
  ]);
});

Deno.test("examples WORD says when nothing has the word", async () => {
  assert.equal(
    await shownFor("examples nonsense"),
    "hca: no example has 'nonsense'; 'examples' shows them all\n",
  );
});
