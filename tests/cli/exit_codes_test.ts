import assert from "node:assert/strict";
import * as base from "../../src/base/mod.ts";
import { EXIT_CODES, exitStatusOf } from "../../src/commands/exit_codes.ts";
import { TestEnvironment } from "../support/test_environment.ts";

/** The statuses that scripts may rely on. */
const STATUSES: Record<string, number> = {
  UsageError: 2,
  PartialError: 3,
  AuthError: 4,
  NotFoundError: 5,
  NetworkError: 6,
  ServiceError: 7,
  IntegrityError: 8,
  LocalError: 9,
  RefusedError: 10,
  CancelledError: 130,
};

/** One of each class of error there is, but for those that others extend. */
const ERRORS = errorsOf(Object.values(base));

Deno.test("EXIT_CODES has a status for every class of error", () => {
  assert.deepEqual(
    Object.fromEntries(
      ERRORS.map((error) => [error.name, exitStatusOf(error)]),
    ),
    STATUSES,
  );
});

Deno.test("EXIT_CODES names the class that each code belongs to", () => {
  for (const error of ERRORS) {
    assert.equal(EXIT_CODES[error.code].errorClass, error.name);
    assert.equal(EXIT_CODES[error.code].status, exitStatusOf(error));
  }
});

Deno.test("EXIT_CODES has each status once", () => {
  const statuses = Object.values(EXIT_CODES).map(({ status }) => status);
  assert.equal(new Set(statuses).size, statuses.length);
  assert.deepEqual(
    statuses.toSorted((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 129, 130, 143],
  );
});

Deno.test("exitStatusOf is 128 and the number of the signal that ended the run", () => {
  const by = (signalName: base.EndingSignal) =>
    exitStatusOf(new base.CancelledError("interrupted", { signalName }));
  assert.equal(by("SIGHUP"), 128 + 1);
  assert.equal(by("SIGINT"), 128 + 2);
  assert.equal(by("SIGTERM"), 128 + 15);
});

Deno.test("exitStatusOf is 1 for anything that hca does not throw on purpose", () => {
  assert.equal(exitStatusOf(new TypeError("x")), 1);
  assert.equal(exitStatusOf("x"), 1);
  assert.equal(exitStatusOf(undefined), 1);
});

Deno.test("hca --help lists every exit status", async () => {
  await using hca = await TestEnvironment.create();
  hca.terminal.width = 100;
  const { out } = await hca.run("--help");
  const [, table = ""] = out.split("\nExit status:\n");
  const lines = table.trimEnd().split("\n").map((line) =>
    /^ {2}(\d+) +(.+)$/.exec(line)?.slice(1)
  );
  assert.deepEqual(
    lines,
    Object.values(EXIT_CODES).map(({ status, when }) => [String(status), when]),
  );
});

function errorsOf(values: unknown[]): base.HcaError[] {
  const classes = values.filter((value) => typeof value === "function");
  return classes
    .filter(({ prototype }) => prototype instanceof base.HcaError)
    .filter((type) =>
      !classes.some(({ prototype }) => prototype instanceof type)
    )
    .map((type) => Reflect.construct(type, ["message", []]));
}
