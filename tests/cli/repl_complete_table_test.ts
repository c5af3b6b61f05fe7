import assert from "node:assert/strict";
import type { Command, Option } from "../../src/commands/command.ts";
import { Context } from "../../src/commands/context.ts";
import { listCommands } from "../../src/commands/find_command.ts";
import { GLOBAL_OPTIONS } from "../../src/commands/global_options.ts";
import { resolveCommand } from "../../src/commands/run_command.ts";
import { DSS_DOCUMENT } from "../support/dss_document.ts";
import type { TestEnvironment } from "../support/test_environment.ts";
import { authDocument } from "./_service_documents.ts";
import { keepDocument, SessionCompletion } from "./_session_completion.ts";

const HIDDEN = ["repl", "completions", "__complete"];
const DSS_URL = "https://dss.test/v1/swagger.json";
const AUTH_URL = "https://auth.test/openapi.json";
const MATRIX_URL = "https://matrix.test/openapi.json";

/** A command and the words that lead to it. */
interface Reached {
  words: string[];
  command: Command;
}

/** Every command of a session, those of the data store in both spellings. */
async function* walk(
  group: Command,
  words: string[],
  context: Context,
): AsyncGenerator<Reached> {
  for (const command of await listCommands(group, context)) {
    const path = [...words, command.name];
    yield { words: path, command };
    if (command.run !== undefined) continue;
    yield* walk(command, path, context);
    if (path.length === 1 && command.name === "dss") {
      yield* walk(command, [], context);
    }
  }
}

/** The three services that documents on disk describe. */
async function configure(hca: TestEnvironment): Promise<void> {
  const config = {
    DSSClient: { swagger_url: DSS_URL },
    AuthClient: { swagger_url: AUTH_URL },
    MatrixClient: { swagger_url: MATRIX_URL },
  };
  const path = `${hca.root}/home/config/hca/config.json`;
  await hca.write(path, JSON.stringify(config));
  await keepDocument(hca, DSS_URL, DSS_DOCUMENT);
  await keepDocument(hca, AUTH_URL, authDocument("https://auth.test"));
  await keepDocument(hca, MATRIX_URL, authDocument("https://matrix.test"));
}

const WORLDS: [name: string, prepare: (hca: TestEnvironment) => unknown][] = [
  ["the embedded service", () => {}],
  ["three services whose documents are on disk", configure],
];

for (const [name, prepare] of WORLDS) {
  Deno.test(`every command of a session with ${name} is reached and completes`, async () => {
    await using test = await SessionCompletion.create({
      prepare: async (hca) => {
        await prepare(hca);
      },
    });
    const { session, hca } = test;
    using context = new Context(session.environment, session.settings);
    const reached: string[] = [];
    for await (const one of walk(session.table.root, [], context)) {
      const line = one.words.join(" ");
      reached.push(line);
      const found = await resolveCommand(one.words, context, session.table);
      assert.equal(found.command.name, one.command.name, line);
      await checkName(test, one.words);
      if (one.command.run !== undefined) await checkFlags(test, one);
    }
    for (const builtin of ["tour", "use", "recent", "source", "exit"]) {
      assert.ok(reached.includes(builtin), builtin);
    }
    for (const line of ["dss get-bundle", "get-bundle", "login", "download"]) {
      assert.ok(reached.includes(line), line);
    }
    const isConfigured = prepare === configure;
    assert.equal(reached.includes("matrix get-v1-users"), isConfigured);
    assert.equal(reached.includes("auth get-v1-users"), isConfigured);
    assert.deepEqual(hca.refusedRequests, [], "the network was asked");
  });
}

/** From its first letter and all but its last, also behind `hca`. */
async function checkName(
  test: SessionCompletion,
  words: string[],
): Promise<void> {
  const name = words.at(-1) ?? "";
  for (const length of new Set([0, 1, name.length - 1])) {
    const line = [...words.slice(0, -1), name.slice(0, length)].join(" ");
    for (const written of [line, `hca ${line}`]) {
      const offered = await test.words(written);
      assert.ok(offered.includes(name), `${written}⇥ has no ${name}`);
      for (const hidden of HIDDEN) assert.ok(!offered.includes(hidden), hidden);
    }
  }
}

async function checkFlags(
  test: SessionCompletion,
  { words, command }: Reached,
): Promise<void> {
  const line = words.join(" ");
  const options = [...command.options ?? [], ...GLOBAL_OPTIONS];
  const flags = await test.words(`${line} --`);
  assert.deepEqual(
    flags.toSorted(),
    options.map((option) => `--${option.name}`).toSorted(),
    line,
  );
  for (const option of options) {
    const values = valuesOf(option);
    if (values.length === 0) continue;
    const flag = `--${option.name}`;
    assert.deepEqual(await test.words(`${line} ${flag} `), values, line);
    assert.deepEqual(
      await test.words(`${line} ${flag}=`),
      values.map((value) => `${flag}=${value}`),
      line,
    );
  }
}

function valuesOf({ choices, type, isSwitch }: Option): readonly string[] {
  if (isSwitch) return [];
  return choices ?? (type === "boolean" ? ["true", "false"] : []);
}

Deno.test("what a session hides is not offered by help either", async () => {
  await using test = await SessionCompletion.create();
  const offered = await test.words("help ");
  assert.ok(offered.includes("dss") && offered.includes("get-bundle"));
  for (const hidden of [...HIDDEN, "help"]) {
    assert.ok(!offered.includes(hidden), hidden);
  }
  for (const start of ["repl", "comp", "__", "hca repl", "help __"]) {
    assert.deepEqual(await test.words(start), [], start);
  }
});
