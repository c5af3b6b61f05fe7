import assert from "node:assert/strict";
import { isPrintable, LocalError, type Runtime } from "../../src/base/mod.ts";
import { EXIT_CODES } from "../../src/commands/exit_codes.ts";
import {
  ApiDocument,
  type Operation,
  type Parameter,
  parseOperations,
} from "../../src/swagger/mod.ts";
import { DSS_DOCUMENT } from "../support/dss_document.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { randomRuns } from "../support/random_runs.ts";
import { seeded } from "../support/seeded.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { mutateDocument, ODD_NAMES, type Pick } from "./_mutate_document.ts";
import { authDocument, matrixDocument } from "./_service_documents.ts";

const DOCUMENTS = randomRuns(1000);
const SEED = 20_200_101;
const ADDRESS = "https://dss.test/v1/swagger.json";
const UUID = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";
// Requests, waits and files of one line: a few, or the retries of one request.
const STEPS = 200;
const STATUSES = Object.values(EXIT_CODES).map(({ status }) => status);

const BASES = [
  DSS_DOCUMENT,
  authDocument("https://dss.test"),
  matrixDocument("https://dss.test"),
];

const VALUES = [
  "aws",
  "gcp",
  "1",
  "10",
  "true",
  "{}",
  "[]",
  '[{"a": 1}]',
  "null",
  "x",
  "",
  "-1",
  "..",
  "a".repeat(40) + "!",
  "a".repeat(20_000) + "!",
  " ".repeat(5000) + "x",
  UUID,
  "\x1b[2J",
  "a\nb",
  "\u{1f9ec}",
  "\0",
];

/** A service with this document, whose steps are counted. */
class World {
  /** Requests, waits and uses of files so far. */
  steps = 0;
  document = "";

  constructor(readonly hca: TestEnvironment, pick: Pick) {
    const { files } = hca.runtime;
    const clock = new FakeClock({ skips: (delayMs) => delayMs < 10_000 });
    const count = <T>(value: T): T => {
      if (++this.steps > 10 * STEPS) throw new RangeError("no end in sight");
      return value;
    };
    const refuse = () =>
      Promise.reject(
        count(new LocalError("it is read-only", { reason: "read_only" })),
      );
    const runtime: Runtime = hca.runtime;
    // Nothing is kept: each document is read anew.
    runtime.files = {
      ...files,
      stat: (path) => count(files.stat(path)),
      read: (path) => count(files.read(path)),
      create: refuse,
      makeDirectory: refuse,
      rename: refuse,
      remove: refuse,
    };
    runtime.clock = {
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      sleep: (delayMs, signal) => count(clock.sleep(delayMs, signal)),
    };
    runtime.fetch = (request) => {
      const { pathname } = new URL(count(request.url));
      return Promise.resolve(
        pathname === "/v1/swagger.json"
          ? new Response(this.document)
          : answer(request, pick),
      );
    };
    hca.variables.set("HCA_SWAGGER_URL", ADDRESS);
    hca.variables.set("HCA_ACCESS_TOKEN", "t0ken");
  }
}

/** What the service says: anything, with pages that never end. */
function answer(request: Request, pick: Pick): Response {
  const kind = pick(["json", "page", "circle", "bytes", "error", "redirect"]);
  const page = (next: string, key: string) =>
    Response.json({ results: [1], bundle: { files: [{}] } }, {
      headers: {
        link: `<${next}>; rel="next"`,
        "x-openapi-paginated-content-key": key,
      },
    });
  switch (kind) {
    case "json":
      return Response.json(pick([{}, [], null, "x", { "a\n": "\x1b" }]));
    case "page":
      return page("https://evil.test/", pick(["results", "__proto__"]) ?? "");
    case "circle":
      return page(request.url, pick(["bundle.files", "", "."]) ?? "");
    case "error":
      return Response.json({ code: "\x1b[2J\n", title: ["x"] }, {
        status: pick([400, 401, 404, 410]),
      });
    case "redirect":
      return new Response(null, {
        status: 302,
        headers: { location: pick(["ftp://x/", "s3://b/k", "//", "?a"]) ?? "" },
      });
    default:
      return new Response(new Uint8Array([0x7b, 0x0a, 0xff]));
  }
}

/** A value that a parameter may have, or now and then any other. */
function valueFor(parameter: Parameter, pick: Pick): string {
  if (pick([true, false, false, false])) return pick(VALUES) ?? "";
  const { type, choices, minimum } = parameter;
  if (choices !== undefined) return pick(choices) ?? "";
  const ordinary = {
    string: UUID,
    integer: String(minimum ?? 10),
    number: "1.5",
    boolean: "true",
    object: "{}",
    array: '[{"a": 1}]',
  };
  return parameter.name.endsWith("url") ? "https://a.test" : ordinary[type];
}

/** A call of an operation: most flags with a value, some without. */
function callOf(operation: Operation, pick: Pick): string[] {
  const { name, parameters } = operation;
  const words = ["dss", name.replaceAll("_", "-")];
  for (const parameter of parameters) {
    if (!parameter.required && pick([true, false])) continue;
    if (pick([...Array(30).keys()]) === 0) continue;
    words.push(`--${parameter.name.replace(/[_/]/g, "-")}`);
    words.push(valueFor(parameter, pick));
  }
  return words;
}

/** Calls of a few operations of a document. */
function linesOf(text: string, pick: Pick): string[][] {
  try {
    const document = ApiDocument.parse(text, ADDRESS);
    const operations = [...parseOperations(document).values()];
    // One of those with an odd parameter, and any other.
    const odd = operations.filter(({ parameters }) =>
      parameters.some(({ name }) => ODD_NAMES.includes(name))
    );
    const [first, ...more] = [odd, operations].flatMap((from) => {
      const operation = pick(from);
      return operation === undefined ? [] : [callOf(operation, pick)];
    });
    if (first === undefined) return [];
    return [first, ...more, [...first.slice(0, 2), "--help"]];
  } catch {
    return [["dss", "get-file", "--uuid", "x"]];
  }
}

Deno.test(`hca with ${DOCUMENTS} damaged API documents never falls over`, async () => {
  await using hca = await TestEnvironment.create();
  const next = seeded(SEED);
  const pick: Pick = (from) => from[Math.floor(next() * from.length)];
  const world = new World(hca, pick);
  const deadline = AbortSignal.timeout(120_000);
  const seen = new Map<number, number>();
  for (let at = 0; at < DOCUMENTS; at++) {
    world.document = mutateDocument(pick(BASES) ?? {}, next);
    const lines = [
      ["dss", "--help"],
      ...(at % 5 === 0 ? [["help", "dss", "--format", "json"]] : []),
      ...linesOf(world.document, pick),
    ];
    for (const argv of lines) {
      deadline.throwIfAborted();
      world.steps = 0;
      const { status, out, err } = await hca.run(...argv);
      const shown = `document ${at}: ${JSON.stringify(argv).slice(0, 500)}`;
      assert.ok(STATUSES.includes(status), `${shown}: exit ${status}`);
      // 1 would be a fault of our own.
      assert.notEqual(status, EXIT_CODES.bug.status, `${shown}: ${err}`);
      assert.doesNotMatch(err, /^ {4}at /m, shown);
      assert.ok(world.steps <= STEPS, `${shown}: ${world.steps} steps`);
      assert.ok(err.length < 200_000, `${shown}: ${err.length} of errors`);
      const isHelp = argv.includes("--help") || argv.includes("help");
      for (const text of `${isHelp ? out : ""}\n${err}`.split("\n")) {
        assert.ok(isPrintable(text), `${shown}: ${JSON.stringify(text)}`);
      }
      if (argv[1] === "--help") assert.equal(status, 0, shown);
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }
  }
  // Otherwise the documents were not varied enough to mean anything.
  for (const status of [0, 2, 4, 5, 7, 10]) {
    assert.ok(
      (seen.get(status) ?? 0) > DOCUMENTS / 100,
      `exit ${status} hardly seen`,
    );
  }
});
