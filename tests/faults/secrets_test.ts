/**
 * Where a token may be: in the request and in the user's file, nowhere else.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { createGiven, downloadWords, type Given, runHca } from "./_case.ts";
import { filesBelow } from "./_invariants.ts";
import { sendStatus } from "./_service.ts";
import { faultTest } from "./_suite.ts";

const TOKEN = "TOKEN-CANARY-5a1e";
const SIGNATURE = "SIGNED-CANARY";

/** The files below the sandbox that contain a text, but for `except`. */
async function filesWith(
  { sandbox }: Given,
  text: string,
  except: RegExp,
): Promise<string[]> {
  const names = await filesBelow(sandbox.directory);
  const found = await Promise.all(names.map(async (name) => {
    const content = await Deno.readFile(join(sandbox.directory, name));
    return new TextDecoder("latin1").decode(content).includes(text);
  }));
  return names.filter((name, at) => found[at] && !except.test(name));
}

const RUNS: Record<string, (given: Given) => string[]> = {
  "a download fails in every way, with all messages": ({ service }) => [
    ...downloadWords(service, ["--log-level", "DEBUG", "--num-retries", "1"]),
    ...["--report", "report.json", "--progress", "json"],
  ],
  "a download fails in every way": ({ service }) =>
    downloadWords(service, ["--num-retries", "1"])
      .filter((word) => word !== "--log-format" && word !== "json"),
  "a request that needs the token is refused, with all messages": (
    { service },
  ) => [
    ...["dss", "get-collections", "--swagger-url", service.swaggerUrl],
    ...["--log-level", "DEBUG"],
  ],
};

for (const [when, words] of Object.entries(RUNS)) {
  faultTest(import.meta.url, {
    row: "S01",
    when,
    does: "shows and keeps neither the token nor a signature",
  }, async () => {
    await using given = await createGiven();
    const { service, sandbox, small, big } = given;
    service.spoil(small, [], { cutAfter: 0 });
    service.spoil(big, [], { alter: (body) => body.map((byte) => byte ^ 1) });
    service.intercept = (request, wire) =>
      request.target.startsWith("/v1/collections")
        ? sendStatus(wire, 403)
        : request.target.startsWith(`/v1/files/${service.files[0]?.uuid}`)
        ? sendStatus(wire, 302, {
          location: `http://127.0.0.1:1/x?X-Amz-Signature=${SIGNATURE}`,
        })
        : false;
    const { status, err, out } = await runHca(sandbox, words(given), {
      environment: { HCA_ACCESS_TOKEN: TOKEN },
    });
    assert.notEqual(status, 0);
    for (const canary of [TOKEN, SIGNATURE]) {
      assert.ok(!`${out}${err}`.includes(canary), err);
      assert.deepEqual(await filesWith(given, canary, /^$/), []);
    }
  });
}

faultTest(import.meta.url, {
  row: "S01",
  when: "a token was stored and commands run with it",
  does: "has it in the one file that is meant for it",
}, async () => {
  await using given = await createGiven();
  const { service, sandbox } = given;
  const login = await runHca(sandbox, [
    "dss",
    "login",
    "--access-token",
    TOKEN,
  ]);
  assert.equal(login.status, 0, login.err);
  const listed = await runHca(sandbox, ["config", "list"]);
  const run = await runHca(sandbox, downloadWords(service));
  assert.equal(run.status, 0, run.err);
  for (const { out, err } of [login, listed, run]) {
    assert.ok(!`${out}${err}`.includes(TOKEN), out + err);
  }
  const holders = await filesWith(given, TOKEN, /^$/);
  assert.equal(holders.length, 1, holders.join());
  assert.match(holders[0] ?? "", /^home\/.*config/);
});

if (Deno.build.os !== "windows") {
  faultTest(import.meta.url, {
    row: "S02",
    when: "a token is stored under umask 000",
    does: "makes the file 0600 and its directory 0700",
  }, async (note) => {
    await using given = await createGiven();
    const { sandbox } = given;
    const before = Deno.umask(0);
    try {
      const login = await runHca(sandbox, [
        ...["dss", "login", "--access-token", TOKEN],
      ]);
      assert.equal(login.status, 0, login.err);
    } finally {
      Deno.umask(before);
    }
    const [holder = ""] = await filesWith(given, TOKEN, /^$/);
    const path = join(sandbox.directory, holder);
    const modeOf = async (name: string) =>
      ((await Deno.stat(name)).mode ?? 0) & 0o777;
    assert.equal(await modeOf(path), 0o600);
    assert.equal(await modeOf(join(path, "..")), 0o700);
    note("0600, 0700");
  });
}
