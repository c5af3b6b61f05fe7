import assert from "node:assert/strict";
import { CancelledError } from "../../src/base/mod.ts";
import { keyOf, TestSession } from "../support/fake_keyboard.ts";
import { neverAnswers } from "../support/scripted_fetch.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import { configure, ServedApi } from "./_served.ts";
import { ServedStore } from "./_sign_in.ts";

let hca: TestEnvironment;

Deno.test.beforeEach(async () => {
  hca = await TestEnvironment.create();
  hca.variables.set("NO_COLOR", "1");
});

Deno.test.afterEach(() => hca[Symbol.asyncDispose]());

/** Lets the program go on until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const promptOf = ({ err }: { err: string }) =>
  /(hca [^▸\n]*▸) *$/.exec(err)?.[1];

Deno.test("a session takes up what an answer shows", async () => {
  await hca.addSamples();
  await using session = await TestSession.start(hca);
  const found = await session.line("post-search --es-query {}");
  const [, fqid = ""] = /^\$2 +(\S+)$/m.exec(found.out) ?? [];
  const [uuid = "", version] = fqid.split(/\.(.*)/);
  const bundle = await session.line("get-bundle $2");
  assert.match(bundle.out, new RegExp(`^bundle +${uuid}$`, "m"));
  assert.match(bundle.out, new RegExp(`^version +${version}$`, "m"));
  const last = await session.line("last --query bundle.uuid --output json");
  assert.equal(last.out, `"${uuid}"\n`);
  assert.match(
    (await session.line("session")).out,
    new RegExp(`\\$_ +${uuid}`),
  );
});

Deno.test("$1 counts in what a query shows, and last has all of the answer", async () => {
  await hca.addSamples();
  await using session = await TestSession.start(hca);
  const all = await session.line("post-search --es-query {}");
  const second = /^\$2 +(\S+)$/m.exec(all.out)?.[1];
  await session.line("post-search --es-query {} --query 'results[1:]'");
  const one = await session.line("get-bundle $1 --query bundle.uuid");
  assert.equal(one.out, `"${second?.slice(0, 36)}"\n`);
  await session.line("post-search --es-query {} --query total_hits");
  const last = await session.line("last --query total_hits");
  assert.equal(last.out, "3\n");
  const none = await session.line("get-bundle $1");
  assert.match(none.err, /there is no \$1; the last answer lists nothing/);
});

Deno.test("nothing is asked, opened or made before the first command", async () => {
  const session = await TestSession.start(hca);
  assert.equal(promptOf(session.shown()), "hca local ▸");
  assert.equal(await session.end(), 0);
  assert.deepEqual(hca.refusedRequests, []);
  // Completion keeps the commands of the embedded service.
  const made = namesBelow(hca.root).filter((name) => !/completion/.test(name));
  assert.deepEqual(made, []);
});

Deno.test("a session begins and goes on with a configuration that cannot be read", async () => {
  await hca.write("../home/config/hca/config.json", "{");
  await using session = await TestSession.start(hca);
  const { err } = await session.line("get-bundles-all");
  assert.match(err, /error: .*config\.json/);
  assert.match((await session.line("use replica gcp")).err, /gcp ▸ *$/);
});

Deno.test("an end of the program ends the session with its status", async () => {
  const session = await TestSession.start(hca);
  hca.controller.abort(
    new CancelledError("interrupted", { signalName: "SIGTERM" }),
  );
  assert.equal(await session.status, 143);
});

Deno.test("exit and the end of the terminal end a session well", async () => {
  const first = await TestSession.start(hca);
  first.keyboard.line("nonesuch");
  first.keyboard.line("exit; config list");
  assert.equal(await first.status, 0);
  assert.doesNotMatch(first.shown().out, /\{\}/);
  const second = await TestSession.start(hca);
  second.keyboard.end();
  assert.equal(await second.status, 0);
});

Deno.test("Ctrl-C stops the command that runs and what is behind it, and nothing else", async () => {
  const asked = Promise.withResolvers<void>();
  hca.variables.set("HCA_SWAGGER_URL", "https://dss.example/swagger.json");
  hca.runtime.fetch = (request) => {
    asked.resolve();
    return neverAnswers(request);
  };
  await using session = await TestSession.start(hca);
  session.keyboard.line("get-bundles-all; config list");
  await until(() => session.keyboard.openCount === 0);
  await asked.promise;
  session.keyboard.interrupt();
  await session.idle();
  const { out, err } = session.shown();
  assert.equal(out, "");
  assert.match(err, /error: interrupted\n/);
  assert.equal((await session.line("config list")).out, "{}\n");
});

Deno.test("Ctrl-C that comes with the end of a line stops it before a program is started", async () => {
  let startCount = 0;
  hca.startProgram = () => {
    startCount++;
    throw new Error("it is started");
  };
  await using session = await TestSession.start(hca);
  session.shown();
  session.keyboard.line("clear | less");
  while (session.keyboard.openCount > 0) await Promise.resolve();
  // As it is told: a turn after the keyboard was given back.
  setTimeout(() => session.keyboard.interrupt(), 0);
  await session.idle();
  assert.match(session.shown().err, /clear: error: interrupted/);
  assert.equal(startCount, 0);
});

Deno.test("!! and its like are shown as what they stand for, and kept so", async () => {
  await using session = await TestSession.start(hca);
  await session.line("config list");
  const again = await session.line("!! > /dev/null; config list");
  assert.equal(again.out, "{}\n");
  assert.match(again.err, /^config list > \/dev\/null; config list$/m);
  assert.equal((await session.line("!1")).out, "{}\n");
  const missing = await session.line("!nonesuch");
  assert.match(missing.err, /hca: error: there is no !nonesuch/);
  const { out } = await session.line("history --limit 4");
  assert.equal(
    out,
    "2  config list > /dev/null; config list\n" +
      "3  config list\n4  !nonesuch\n5  history --limit 4\n",
  );
});

Deno.test("that no history can be kept is told once", async () => {
  await hca.write("no-directory", "");
  hca.variables.set("XDG_STATE_HOME", hca.path("no-directory"));
  const session = await TestSession.start(hca);
  for (const line of ["config list", "jobs", "history", "session"]) {
    session.keyboard.line(line);
    await session.idle();
  }
  // All lines are settled then.
  assert.equal(await session.end(), 0);
  const { err } = session.shown();
  assert.equal(err.match(/the history was not /g)?.length, 1, err);
});

Deno.test("a secret is in no history, and its line is not run again without it", async () => {
  await using session = await TestSession.start(hca);
  const secret = "PLANTED-secret";
  await session.line(`config set other_token ${secret}`);
  const again = await session.line("!!");
  assert.match(again.err, /error: the history has no secrets: \*\*\* stands/);
  const edited = await session.line("config set other_token ***");
  assert.match(edited.err, /error: the history has no secrets/);
  const { out } = await session.line("history");
  assert.match(out, /^1 {2}config set other_token \*\*\*$/m);
  const config = hca.path("../home/config/hca/config.json");
  const kept = JSON.parse(await Deno.readTextFile(config));
  assert.equal(kept.other_token, secret);
  // What only looks like a mask is none.
  const glob = await session.line("get-bundle '***'");
  assert.match(glob.err, /unexpected argument '\*\*\*'/);
  // The file is searched for planted secrets at the end.
});

Deno.test("history is there in the next session, before the command has ended", async () => {
  const first = await TestSession.start(hca);
  await first.line("config list");
  await first.line(" config get x");
  first.keyboard.line("exit");
  assert.equal(await first.status, 0);
  await using second = await TestSession.start(hca);
  const { out } = await second.line("history");
  assert.equal(out, "1  config list\n2  exit\n3  history\n");
});

Deno.test("last stays what it was when a command fails, and says when it is a part", async () => {
  const api = pagedApi();
  await using _closing = api;
  api.connect(hca);
  hca.variables.set("HCA_SWAGGER_URL", api.url);
  await using session = await TestSession.start(hca);
  const none = await session.line("last");
  assert.match(none.err, /last: error: there is no answer yet/);
  await session.line("get-pages");
  assert.equal(
    (await session.line("last --query results")).out.replace(/\s/g, ""),
    '[{"n":1},{"n":2}]',
  );
  await session.line("get-broken");
  await session.line("get-broken --output jsonl");
  const kept = await session.line("last --query 'results[].n' --output jsonl");
  assert.deepEqual([kept.out, /first page/.test(kept.err)], ["1\n2\n", false]);
  const streamed = await session.line("get-pages --output jsonl");
  assert.equal(streamed.out, '{"n": 1}\n{"n": 2}\n');
  const part = await session.line("last --query 'results[].n' --output jsonl");
  assert.equal(part.out, "1\n");
  assert.match(part.err, /page by page; only its first page is kept/);
});

/** Two pages, and two of which the second one fails. */
function pagedApi(): ServedApi {
  const paged = { get: { responses: { 206: {} } } };
  return new ServedApi(
    (origin) => ({
      swagger: "2.0",
      host: new URL(origin).host,
      schemes: ["http"],
      basePath: "/v1",
      paths: { "/pages": paged, "/broken": paged },
    }),
    ({ target }) => {
      if (target === "/v1/broken?page=2") {
        return Response.json({ code: "no" }, { status: 400 });
      }
      const isFirst = !target.includes("page=2");
      return Response.json({ results: [{ n: isFirst ? 1 : 2 }] }, {
        headers: isFirst ? { link: `<${target}?page=2>; rel="next"` } : {},
      });
    },
  );
}

Deno.test("use service lets the commands of a configured service stand alone, and the prompt says so", async () => {
  const api = pagedApi();
  await using _closing = api;
  api.connect(hca);
  await configure(hca, { MatrixClient: { swagger_url: api.url } });
  await using session = await TestSession.start(hca);
  const unknown = await session.line("get-pages");
  assert.match(unknown.err, /unknown command 'get-pages'/);
  const used = await session.line("use service Matrix");
  assert.equal(promptOf(used), "hca matrix ▸");
  const alone = await session.line("get-pages --query 'results[].n' > n");
  assert.doesNotMatch(alone.err, /error/);
  assert.deepEqual(JSON.parse(Deno.readTextFileSync(hca.path("n"))), [1, 2]);
  assert.match(
    (await session.line("session")).out,
    /^service +matrix, dss local/,
  );
  assert.match((await session.line("dss create-version")).out, /^\d{4}-/);
  assert.match((await session.line("create-version")).err, /unknown command/);
  const back = await session.line("use service default");
  assert.equal(promptOf(back), "hca local ▸");
  const wrong = await session.line("use service nonesuch");
  assert.match(
    wrong.err,
    /there is no service 'nonesuch'.*Configured are matrix/,
  );
  assert.equal(promptOf(wrong), "hca local ▸");
});

Deno.test("use service reaches the service of an address, and the embedded one", async () => {
  const api = pagedApi();
  await using _closing = api;
  api.connect(hca);
  await using session = await TestSession.start(hca);
  const used = await session.line(`use service ${api.url}`);
  assert.equal(promptOf(used), "hca dss ▸");
  await session.line("get-pages --output jsonl");
  assert.deepEqual(api.lines(), ["GET /v1/pages", "GET /v1/pages?page=2"]);
  // A line may still say otherwise.
  const local = await session.line("--swagger-url local get-pages");
  assert.match(local.err, /unknown command 'get-pages'/);
  assert.equal(
    promptOf(await session.line("use service local")),
    "hca local ▸",
  );
});

Deno.test("use sets what lines leave out, and refuses what cannot be", async () => {
  await hca.write("file", "");
  await using session = await TestSession.start(hca);
  assert.equal(
    promptOf(await session.line("use replica gcp")),
    "hca local gcp ▸",
  );
  await session.line("use dir ~/data");
  const { out } = await session.line("session");
  assert.match(out, /^replica +gcp$/m);
  assert.match(out, new RegExp(`^dir +${hca.path("..", "home/data")}$`, "m"));
  for (
    const [line, message] of [
      ["use replica azure", /the replica must be one of aws, gcp, not 'azure'/],
      ["use dir file", /'file' is no directory/],
      ["use colour red", /THING must be one of replica, service, dir/],
    ] as const
  ) {
    assert.match((await session.line(line)).err, message);
  }
  assert.equal(promptOf(await session.line("use replica")), "hca local ▸");
});

Deno.test("login and logout change the prompt at once", async () => {
  await using service = await ServedStore.open();
  await using session = await TestSession.start(service.hca);
  const login = await session.line("login --access-token PLANTED-1");
  assert.equal(promptOf(login), "hca dss token ▸");
  assert.match(
    (await session.line("session")).out,
    /^login +somebody \(stored/m,
  );
  assert.equal(promptOf(await session.line("logout")), "hca dss ▸");
});

Deno.test("a command may ask, and what is typed is not shown", async () => {
  await using service = await ServedStore.open();
  await using session = await TestSession.start(service.hca);
  session.shown();
  session.keyboard.line("login --remote");
  await until(() => session.keyboard.openCount === 0);
  await session.idle();
  session.keyboard.type("PLANTEDx");
  session.keyboard.press(keyOf("backspace"));
  session.keyboard.ctrl("c");
  await session.idle();
  const { err } = session.shown();
  assert.doesNotMatch(err, /PLANTED/);
  assert.match(err, /login: error: interrupted/);
});

Deno.test("a long answer comes a screen at a time, and ends where it is enough", async () => {
  hca.terminal.height = 11;
  for (let key = 10; key < 40; key++) {
    await hca.run("config", "set", `key${key}`, "x");
  }
  await using session = await TestSession.start(hca);
  const rows = (text: string) => text.split("\n").length - 1;
  const folded = await session.line("config list");
  assert.doesNotMatch(folded.err, /more/);
  const first = await session.line("last");
  assert.equal(rows(first.out), 10);
  assert.match(first.err, /-- more -- \(space: page, Enter: line, q: end\)$/);
  session.keyboard.press(keyOf("return"));
  await session.idle();
  assert.equal(rows(session.shown().out), 1);
  session.keyboard.type(" ");
  await session.idle();
  assert.equal(rows(session.shown().out), 10);
  session.keyboard.type("q");
  await session.idle();
  const rest = session.shown();
  assert.equal(rest.out, "");
  assert.equal(promptOf(rest), "hca local ▸");
  // The answer was not shown to its end, and is whole all the same.
  const last = await session.line("last --query key39");
  assert.equal(last.out, '"x"\n');
});

Deno.test("keys that come together turn pages one by one, in a terminal that shows none", async () => {
  hca.terminal.height = 6;
  await using session = await TestSession.start(hca);
  const { keyboard } = session;
  await session.line("help");
  assert.equal(keyboard.holdCount, 1);
  keyboard.type("  x");
  await session.idle();
  const { out } = session.shown();
  assert.equal(out.split("\n").length - 1, 5 + 5);
  assert.equal(keyboard.holdCount, 1);
  keyboard.type(" q ");
  await session.idle();
  const { out: rest, err } = session.shown();
  assert.equal(rest.split("\n").length - 1, 5);
  assert.match(err, /▸ $/);
  assert.equal(keyboard.holdCount, 0);
});

Deno.test("Ctrl-C a moment before the pager asks ends the answer as quietly", async () => {
  hca.terminal.height = 6;
  await using session = await TestSession.start(hca);
  await session.line("help");
  session.keyboard.interrupt();
  await session.idle();
  const { out, err } = session.shown();
  assert.equal(out, "");
  assert.doesNotMatch(err, /error/);
  assert.match(err, /▸ $/);
});

Deno.test("a screen is full by the rows that lines take", async () => {
  hca.terminal.height = 11;
  hca.terminal.width = 20;
  await using session = await TestSession.start(hca);
  const value = "日".repeat(10);
  for (let key = 0; key < 4; key++) {
    await session.line(`config set k${key} ${value}`);
  }
  await session.line("config list");
  // Escaped they take 69 columns, four rows: two of them, and a brace.
  const { out, err } = await session.line("last");
  assert.equal(out.split("\n").length - 1, 3, out);
  assert.match(err, /-- more --/);
  session.keyboard.type("q");
  await session.idle();
});

Deno.test("a screen counts wide characters twice", async () => {
  hca.terminal.height = 4;
  hca.terminal.width = 20;
  await using session = await TestSession.start(hca);
  await session.line(`# ${"日".repeat(7)}`);
  await session.line(`# ${"日".repeat(8)}`);
  // 19 columns, and 21.
  const { out, err } = await session.line("history");
  assert.equal(out.split("\n").length - 1, 2, out);
  assert.match(err, /-- more --/);
  session.keyboard.type("q");
  await session.idle();
});

Deno.test("nothing is paged in a script, a sourced file, a pipe or a file", async () => {
  hca.terminal.height = 3;
  for (let key = 0; key < 10; key++) {
    await hca.run("config", "set", `key${key}`, "x");
  }
  await hca.write("lines.hca", "config list > x\nlast\n");
  await using session = await TestSession.start(hca);
  const sourced = await session.line("source lines.hca");
  assert.match(sourced.out, /"key9"/);
  assert.doesNotMatch(sourced.err, /more/);
  assert.doesNotMatch((await session.line("last > x")).err, /more/);
  assert.match((await session.line("last")).err, /more/);
  session.keyboard.type("q");
});

Deno.test("Ctrl-C and the end of the input at a full screen end the answer", async () => {
  hca.terminal.height = 2;
  await hca.run("config", "set", "key", "x");
  const session = await TestSession.start(hca);
  await session.line("config list; last");
  session.keyboard.ctrl("c");
  await session.idle();
  assert.equal(promptOf(session.shown()), "hca local ▸");
  await session.line("last");
  session.keyboard.end();
  assert.equal(await session.status, 0);
});

Deno.test("clear clears a screen, and writes nothing into a file", async () => {
  await using session = await TestSession.start(hca);
  assert.equal((await session.line("clear")).out, "\x1b[H\x1b[2J");
  await session.line("clear > x");
  assert.equal(Deno.readTextFileSync(hca.path("x")), "");
});

Deno.test("recent lists what answers named, of this session and earlier ones", async () => {
  await hca.addSamples();
  await hca.run("dss", "get-bundles-all", "--replica", "aws");
  await using session = await TestSession.start(hca);
  const earlier = await session.line("recent");
  assert.equal(earlier.out.match(/^ ?\$\d/gm)?.length, 3);
  await session.line("get-bundle $1 > bundle.json");
  const { out } = await session.line("recent --limit 2 --query x");
  assert.equal(out, "");
  const two = await session.line("recent --limit 2");
  assert.equal(two.out.match(/^ ?\$\d/gm)?.length, 2);
});
