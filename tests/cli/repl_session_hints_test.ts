import assert from "node:assert/strict";
import {
  AuthError,
  type Json,
  NotFoundError,
  ServiceError,
  UsageError,
} from "../../src/base/mod.ts";
import { UnknownCommandError } from "../../src/commands/find_command.ts";
import { MissingOptionError } from "../../src/commands/missing_option_error.ts";
import {
  emptyAnswerHint,
  printSessionError,
  withSessionHint,
} from "../../src/commands/repl/session_hints.ts";
import {
  MemoryTerminal,
  TestEnvironment,
} from "../support/test_environment.ts";
import { guidedSession, shownBy } from "./_guided.ts";

/** What a person reads, and the exit status. */
function printed(
  path: readonly string[],
  error: unknown,
): [text: string, status: number] {
  const terminal = new MemoryTerminal();
  const style = { withStack: false, asJson: false };
  const status = printSessionError(terminal, path, error, style);
  return [terminal.errText, status];
}

Deno.test("printSessionError names help as the session has it, for a word that is no command", () => {
  const error = new UnknownCommandError("get-budle", ["get-bundle"], ["hca"]);
  assert.deepEqual(printed([], error), [
    "hca: error: unknown command 'get-budle'; did you mean 'get-bundle'? " +
    "See 'help'.\n",
    2,
  ]);
});

Deno.test("printSessionError names the help of the group that lacks a command", () => {
  const error = new UnknownCommandError("x", [], ["hca", "config"]);
  assert.deepEqual(printed([], error), [
    "hca: error: unknown command 'x'. See 'help config'.\n",
    2,
  ]);
});

Deno.test("printSessionError names the help of the command for a usage error, without dss", () => {
  const error = new UsageError("unknown option '--foo'");
  assert.deepEqual(printed(["dss", "get-file"], error), [
    "dss get-file: error: unknown option '--foo'. See 'help get-file'.\n",
    2,
  ]);
});

const MISSING: [path: string[], names: string[], hint: RegExp][] = [
  [["dss", "get-bundle"], ["uuid"], /'post-search --es-query \{\}' lists/],
  [["dss", "download"], ["bundle-uuid"], /, then 'download \$1' takes the/],
  [["dss", "get-file"], ["uuid"], /'get-bundle UUID' lists the files/],
  [["dss", "get-collection"], ["uuid"], /'get-collections' lists yours/],
  [["dss", "download-collection"], ["uuid"], /'get-collections' lists yours/],
  [["dss", "get-subscription"], ["uuid"], /'get-subscriptions' lists yours/],
  [["dss", "post-search"], ["es-query"], /^See 'help post-search'\.$/],
  [["verify"], ["download-dir"], /^See 'help verify'\.$/],
];

for (const [path, names, hint] of MISSING) {
  Deno.test(`withSessionHint says where --${names} of ${path.join(" ")} comes from`, () => {
    const shown = withSessionHint(new MissingOptionError(names), path);
    assert.ok(shown instanceof UsageError);
    assert.equal(shown.message, `--${names} must be given`);
    assert.match(shown.hint ?? "", hint);
  });
}

Deno.test("withSessionHint leaves a usage error that says what to do", () => {
  const error = new UsageError("no", { hint: "Do it otherwise." });
  assert.equal(withSessionHint(error, ["dss"]), error);
});

Deno.test("withSessionHint leaves what is no fault of a line", () => {
  for (const error of [new ServiceError("broken"), new TypeError("bug"), 7]) {
    assert.equal(withSessionHint(error, ["dss", "get-bundle"]), error);
  }
});

Deno.test("withSessionHint says what to do when nothing is found, and keeps the answer", () => {
  const answer = {
    status: 404,
    code: "not_found",
    title: "Cannot find bundle!",
    requestId: "r",
    url: "https://dss.example.org/v1/bundles/x",
    method: "GET",
  };
  const error = new NotFoundError("not there", { answer });
  const shown = withSessionHint(error, ["dss", "get-bundle"]);
  assert.ok(shown instanceof NotFoundError);
  assert.equal(shown.message, "not there");
  assert.equal(shown.cause, error);
  assert.deepEqual(shown.answer, answer);
  assert.match(shown.hint ?? "", /'recent' lists what was seen/);
});

Deno.test("withSessionHint keeps the hint of what was not found", () => {
  const error = new NotFoundError("not there", { hint: "Look elsewhere." });
  const shown = withSessionHint(error, []);
  assert.ok(shown instanceof NotFoundError);
  assert.equal(shown.hint, "Look elsewhere.");
});

Deno.test("printSessionError says 'login' where a login is missing", () => {
  const [text, status] = printed(
    ["dss", "put-collection"],
    new AuthError('nobody: use "hca dss login"'),
  );
  assert.match(text, /nobody: use "login"\. Log in with 'login', or set HCA_/);
  assert.doesNotMatch(text, /hca dss/);
  assert.equal(status, 4);
});

Deno.test("emptyAnswerHint speaks of a search without results only", () => {
  const none: Json = { es_query: {}, results: [], total_hits: 0 };
  const search = ["dss", "post-search"];
  assert.match(emptyAnswerHint(none, search) ?? "", /'examples search'/);
  const one: Json = { ...none, results: [{}] };
  assert.equal(emptyAnswerHint(one, search), undefined);
  assert.equal(emptyAnswerHint(none, ["dss", "get-events"]), undefined);
  assert.equal(emptyAnswerHint(undefined, search), undefined);
  assert.equal(emptyAnswerHint("text", search), undefined);
});

Deno.test("the commands that hints name are there", async () => {
  await using hca = await TestEnvironment.create();
  const session = guidedSession(hca);
  const hints = MISSING.map(([path, names]) =>
    withSessionHint(new MissingOptionError(names), path)
  );
  const texts = hints.map((error) =>
    error instanceof UsageError ? error.hint ?? "" : ""
  );
  const commands = texts.flatMap((text) =>
    [...text.matchAll(/'(?:help )?([a-z-]+)/g)].map((m) => m[1] ?? "")
  );
  for (const command of new Set([...commands, "recent", "session", "login"])) {
    const line = `help ${command}`;
    const status = await session.run(line, hca.controller.signal);
    assert.equal(status, 0, `${line}: ${hca.terminal.errText}`);
  }
});

/** What `help` shows of a command. */
async function helpOf(command: string): Promise<string> {
  await using hca = await TestEnvironment.create();
  const session = guidedSession(hca);
  const status = await session.run(`help ${command}`, hca.controller.signal);
  assert.equal(status, 0, hca.terminal.errText);
  return shownBy(hca);
}

Deno.test("help in a session lists its own commands first, and explains its lines", async () => {
  const text = await helpOf("");
  assert.match(text, /^usage: COMMAND \[options\]\n/);
  assert.match(text, /\nCommands:\n {2}tour /);
  assert.ok(text.indexOf("  exit ") < text.indexOf("  dss "));
  for (const sign of ["$1", "$_", "> FILE", "| PROGRAM", "'&'", "!!"]) {
    assert.ok(text.replace(/\s+/g, " ").includes(sign), sign);
  }
  assert.doesNotMatch(text, /^ {2}hca /m);
});

Deno.test("help of a command in a session is as it is typed there", async () => {
  const text = await helpOf("download");
  assert.match(text, /^usage: download --bundle-uuid/);
  assert.match(text, /\nExamples:\n {2}download \$1\n {2}download --replica/);
  assert.doesNotMatch(text, /--swagger-url|^ {2}hca |Exit status/m);
  assert.equal(await helpOf("dss download"), text);
});

Deno.test("help of the session's own commands has no options that are for all", async () => {
  const text = await helpOf("jobs");
  assert.match(text, /^usage: jobs \[options\]\n/);
  assert.doesNotMatch(text, /--log-level|Exit status/);
});

Deno.test("help of a command that needs a shell leaves those examples out", async () => {
  const text = await helpOf("login");
  assert.match(text, /\nExamples:\n {2}login\n {2}login --remote\n$/);
});

Deno.test("help on the command line is as it was", async () => {
  await using hca = await TestEnvironment.create();
  const { out } = await hca.runLine("hca download --help");
  assert.match(out, /^usage: hca dss download --bundle-uuid/);
  assert.match(out, /--swagger-url/);
  assert.match(out, /\n {2}hca dss download --replica aws/);
});

/** What a person reads of a line, and its exit status. */
async function errorsOf(line: string): Promise<[text: string, status: number]> {
  await using hca = await TestEnvironment.create();
  await hca.addSamples();
  hca.terminal.outIsTerminal = true;
  hca.terminal.errIsTerminal = true;
  const session = guidedSession(hca);
  const status = await session.run(line, hca.controller.signal);
  return [hca.terminal.errText, status];
}

Deno.test("the session says what to type after a bundle that is not there", async () => {
  const uuid = "00000000-0000-4000-8000-000000000000";
  const [text, status] = await errorsOf(`get-bundle ${uuid}`);
  assert.match(text, /Cannot find bundle!.*\. 'recent' lists what was seen/);
  assert.equal(status, 5);
});

Deno.test("the session says what to type after get-bundle alone, and after a slip", async () => {
  const [alone, status] = await errorsOf("get-bundle");
  assert.match(alone, /^dss get-bundle: error: --uuid must be given\. 'post-/);
  assert.equal(status, 2);
  const [slip] = await errorsOf("get-budle");
  assert.match(slip, /did you mean 'get-bundle'\? See 'help'\.\n$/);
});

Deno.test("the session says what to use instead of a service that does not answer", async () => {
  await using hca = await TestEnvironment.create();
  const session = guidedSession(hca);
  const { signal } = hca.controller;
  await session.run("use service http://127.0.0.1:1/swagger.json", signal);
  hca.terminal.clear();
  assert.equal(await session.run("get-bundle x", signal), 6);
  assert.match(
    hca.terminal.errText,
    /error: no answer from .*\. 'use service local' is the embedded DSS, /,
  );
  assert.doesNotMatch(hca.terminal.errText, /swagger-url|SWAGGER_URL/);
});

Deno.test("the session says how to log in", async () => {
  const [text, status] = await errorsOf("get-collections");
  assert.match(text, /credentials using "login" or/);
  assert.doesNotMatch(text, /hca dss login/);
  assert.equal(status, 4);
});

Deno.test("the session says where queries are after a search that found nothing", async () => {
  const query = '{"query": {"match": {"a.b": "c"}}}';
  const [text, status] = await errorsOf(`post-search --es-query ${query}`);
  assert.match(text, /'examples search'/);
  assert.equal(status, 0);
});
