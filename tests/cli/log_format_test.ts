import assert from "node:assert/strict";
import {
  AuthError,
  CancelledError,
  ClosedOutput,
  IntegrityError,
  NetworkError,
  NotFoundError,
  PartialError,
} from "../../src/base/mod.ts";
import { printError } from "../../src/commands/print_error.ts";
import {
  MemoryTerminal,
  TestEnvironment,
} from "../support/test_environment.ts";

const DOCUMENT = {
  swagger: "2.0",
  paths: {
    "/things/{uuid}": {
      parameters: [{ name: "uuid", in: "path" }],
      get: { responses: { 200: {} } },
    },
    "/signed": { get: { responses: { 302: {} } } },
  },
};
const URL = "https://dss.test/swagger.json";

/** A world with a service that gives this answer. */
async function world(answer: () => Response): Promise<TestEnvironment> {
  const hca = await TestEnvironment.create();
  hca.runtime.fetch = (request) =>
    Promise.resolve(request.url === URL ? Response.json(DOCUMENT) : answer());
  return hca;
}

/** The lines of standard error, which must be one JSON object each. */
function objects(err: string): Record<string, unknown>[] {
  assert.match(err, /\n$/);
  return err.trimEnd().split("\n").map((line) => {
    const value: unknown = JSON.parse(line);
    assert.ok(typeof value === "object" && value !== null);
    assert.match(line, /^[\x20-\x7e]+$/);
    return { ...value };
  });
}

/** What `printError` writes about an error, as a value. */
function shown(error: unknown): { status: number; error: unknown } {
  const terminal = new MemoryTerminal();
  const status = printError(terminal, ["hca", "dss"], error, {
    withStack: false,
    asJson: true,
  });
  const [line] = objects(terminal.errText);
  assert.deepEqual(Object.keys(line ?? {}), ["level", "command", "error"]);
  assert.equal(line?.level, "ERROR");
  assert.equal(line?.command, "hca dss");
  return { status, error: line?.error };
}

Deno.test("hca --log-format json dss get-thing answered with an error", async () => {
  await using hca = await world(() =>
    Response.json(
      { code: "not_found", title: "Cannot find \u00e9!", stacktrace: "…" },
      { status: 404, headers: { "x-aws-request-id": "r-\u00b5" } },
    )
  );
  const { status, out, err } = await hca.runLine(
    `hca --log-format json --swagger-url ${URL} dss get-thing --uuid u`,
  );
  assert.equal(status, 5);
  assert.equal(out, "");
  assert.deepEqual(objects(err), [{
    level: "ERROR",
    command: "hca dss get-thing",
    error: {
      class: "NotFoundError",
      code: "not_found",
      message: "not_found: Cannot find \u00e9! (HTTP 404, request r-\u00b5) " +
        "for GET https://dss.test/things/u",
      hint: null,
      exit: 5,
      status: 404,
      service_code: "not_found",
      title: "Cannot find \u00e9!",
      request_id: "r-\u00b5",
    },
  }]);
});

Deno.test("hca dss get-thing --output json --log-format=json ends with the error as JSON", async () => {
  await using hca = await world(() =>
    new Response("<html>busy</html>", { status: 400 })
  );
  const { status, out, err } = await hca.runLine(
    `hca dss get-thing --uuid u --swagger-url ${URL} --output json ` +
      "--log-format=json --log-level DEBUG",
  );
  assert.equal(status, 7);
  assert.equal(out, "");
  const lines = objects(err);
  assert.ok(lines.length > 1);
  for (const { level, message } of lines.slice(0, -1)) {
    assert.equal(level, "DEBUG");
    assert.equal(typeof message, "string");
  }
  const { stack, error } = lines.at(-1) ?? {};
  assert.deepEqual(error, {
    class: "ServiceError",
    code: "service",
    message: "the service gave no reason (HTTP 400) for GET " +
      "https://dss.test/things/u",
    hint: null,
    exit: 7,
    status: 400,
    service_code: null,
    title: "the service gave no reason",
    request_id: null,
  });
  assert.ok(Array.isArray(stack));
  assert.match(String(stack[0]), /^ServiceError: /);
  assert.match(String(stack[1]), /^ {4}at /);
});

/** Lines that fail before there is a command, and the class of error. */
const EARLY: [line: string, status: number, command: string][] = [
  ["hca --log-format json nonsense", 2, "hca"],
  ["hca nonsense --log-format json", 2, "hca"],
  ["hca --log-format json dss get-bundle", 2, "hca dss get-bundle"],
  [
    "hca --log-format json dss get-bundle --log-level LOUD",
    2,
    "hca dss get-bundle",
  ],
  ["hca --log-format json local info", 9, "hca local info"],
];

for (const [line, expected, command] of EARLY) {
  Deno.test(line, async () => {
    await using hca = await TestEnvironment.create();
    const { status, out, err } = await hca.runLine(line);
    assert.equal(status, expected);
    assert.equal(out, "");
    const [last, ...more] = objects(err).reverse();
    assert.deepEqual(more, []);
    assert.equal(last?.command, command);
  });
}

Deno.test("hca --log-format json … has its messages as JSON objects", async () => {
  await using hca = await TestEnvironment.create();
  using store = await hca.openStore();
  await store.decideSamples(false);
  const { status, out, err } = await hca.runLine(
    "hca --log-format json dss get-bundles-all --replica aws",
  );
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(out).bundles, []);
  assert.deepEqual(objects(err), [{
    level: "INFO",
    message: "no service is configured; using the embedded one in " +
      hca.dataDir,
  }]);
});

Deno.test("hca --log-format json dss download draws no progress line", async () => {
  await using hca = await TestEnvironment.create();
  await hca.addSamples();
  hca.terminal.errIsTerminal = true;
  const { status, err } = await hca.runLine(
    "hca --log-format json dss download --replica aws --no-data " +
      "--bundle-uuid 7d76a71c-ae4c-48bd-8b1e-19387da4dc66",
  );
  assert.equal(status, 0, err);
  const levels = objects(err).map(({ level }) => level);
  assert.ok(levels.length > 2);
  assert.deepEqual([...new Set(levels)], ["INFO"]);
});

Deno.test("hca --log-format text is the default, xml is refused", async () => {
  await using hca = await TestEnvironment.create();
  const text = await hca.runLine("hca --log-format text nonsense");
  assert.deepEqual(text, await hca.runLine("hca nonsense"));
  const xml = await hca.runLine("hca --log-format xml local info");
  assert.equal(xml.status, 2);
  assert.match(
    xml.err,
    /^hca local info: error: --log-format must be one of text, json, not 'xml'/,
  );
});

Deno.test("printError writes what a PartialError holds", () => {
  const error = new PartialError("2 of 3 files failed", [
    { name: "a.json", error: new IntegrityError("has other bytes") },
    { name: "b\n", error: new NetworkError("no answer", { hint: "Wait." }) },
  ], { hint: "Run it again." });
  const failure = { hint: null, message: "has other bytes", exit: 8 };
  assert.deepEqual(shown(error), {
    status: 3,
    error: {
      class: "PartialError",
      code: "partial",
      message: "2 of 3 files failed",
      hint: "Run it again.",
      exit: 3,
      failures: [
        {
          name: "a.json",
          error: { class: "IntegrityError", code: "integrity", ...failure },
        },
        {
          name: "b\n",
          error: {
            class: "NetworkError",
            code: "network",
            message: "no answer",
            hint: "Wait.",
            exit: 6,
          },
        },
      ],
    },
  });
});

Deno.test("printError names the command that logs in", () => {
  const { status, error } = shown(new AuthError("401"));
  assert.equal(status, 4);
  assert.deepEqual(error, {
    class: "AuthError",
    code: "auth",
    message: "401",
    hint:
      "Log in with 'hca dss login', or set HCA_ACCESS_TOKEN; the token is " +
      "sent where the API document asks for one, and everywhere with --auth.",
    exit: 4,
  });
  const own = shown(new AuthError("403", { hint: "Ask Ann." }));
  assert.equal((own.error as { hint: string }).hint, "Ask Ann.");
});

Deno.test("printError calls what nobody foresaw a bug", () => {
  for (const thrown of [new TypeError("x is not y"), "x is not y"]) {
    const { status, error } = shown(thrown);
    assert.equal(status, 1);
    assert.deepEqual(error, {
      class: thrown instanceof Error ? "TypeError" : "Error",
      code: "bug",
      message: "x is not y",
      hint: "This is a fault of hca; please report it with the output of " +
        "--log-level DEBUG.",
      exit: 1,
    });
  }
});

Deno.test("printError as JSON tells SIGTERM from SIGINT", () => {
  const exit = (signalName: "SIGINT" | "SIGTERM") =>
    (shown(new CancelledError("ended", { signalName })).error as {
      exit: number;
    }).exit;
  assert.equal(exit("SIGINT"), 130);
  assert.equal(exit("SIGTERM"), 143);
});

Deno.test("printError as JSON says nothing when the reader went away", () => {
  const terminal = new MemoryTerminal();
  const style = { withStack: true, asJson: true };
  assert.equal(printError(terminal, ["hca"], new ClosedOutput(), style), 0);
  assert.equal(terminal.errText, "");
});

const SIGNED = "https://me:word@bucket.test/key?X-Amz-Signature=hidden1" +
  "&X-Amz-Credential=hidden2&version=2019&access_token=hidden3#hidden4";

for (const asJson of [false, true]) {
  Deno.test(`printError shows no signature of an address, ${asJson ? "as JSON" : "as text"}`, () => {
    const inner = new TypeError(`cannot reach (${SIGNED})`);
    const outer = new NotFoundError("gone", { cause: inner });
    for (const error of [outer, inner, `thrown ${SIGNED}`]) {
      const terminal = new MemoryTerminal();
      printError(terminal, ["hca"], error, { withStack: true, asJson });
      assert.match(terminal.errText, /https:\/\/\*\*\*@bucket\.test\/key\?/);
      assert.match(terminal.errText, /X-Amz-Signature=\*\*\*&/);
      assert.match(terminal.errText, /&version=2019&/);
      assert.doesNotMatch(terminal.errText, /hidden|word@/);
    }
  });
}

for (const format of ["text", "json"]) {
  Deno.test(`hca dss get-signed --log-level DEBUG --log-format ${format} shows no signature`, async () => {
    await using hca = await world(() => new Response());
    const { fetch } = hca.runtime;
    hca.runtime.fetch = (request) => {
      if (request.url.includes("/signed")) {
        return Promise.resolve(
          Response.redirect(SIGNED.replace("me:word@", "")),
        );
      }
      return request.url.includes("bucket.test")
        ? Promise.reject(new TypeError(`error sending to ${request.url}`))
        : fetch(request);
    };
    hca.runtime.clock = {
      ...hca.runtime.clock,
      now: () => 0,
      elapsed: () => 0,
      sleep: (delayMs, signal) =>
        delayMs >= 20_000
          ? new Promise((wake) =>
            signal?.addEventListener("abort", () => wake())
          )
          : Promise.resolve(),
    };
    const { status, err } = await hca.runLine(
      `hca dss get-signed --log-level DEBUG --log-format ${format} ` +
        `--swagger-url ${URL}`,
    );
    assert.equal(status, 6, err);
    assert.match(err, /X-Amz-Signature=\*\*\*/);
    assert.match(err, / at /);
    assert.doesNotMatch(err, /hidden/);
    if (format === "json") objects(err);
  });
}
