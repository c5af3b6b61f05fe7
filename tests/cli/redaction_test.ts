/**
 * What the program says of an answer that repeats the secrets of the request:
 * on standard error, in a report, in a crash. Data stays as it is.
 *
 * @module
 */

import assert from "node:assert/strict";
import { RefusedError } from "../../src/base/mod.ts";
import { Context } from "../../src/commands/context.ts";
import { describeError, printError } from "../../src/commands/print_error.ts";
import { ReportFile } from "../../src/commands/transfer/report_file.ts";
import {
  MemoryTerminal,
  TestEnvironment,
} from "../support/test_environment.ts";
import type { ServedRequest } from "./_served.ts";
import { FIRST, SecuredService } from "./_secured_service.ts";

/** Answers with an error that repeats what was sent, in many forms. */
const ECHOES: Record<string, (sent: string) => Response> = {
  "in the title": (sent) =>
    Response.json({ code: "bad", title: `I do not know ${sent}` }, {
      status: 400,
    }),
  "in the code": (sent) =>
    Response.json({ code: sent, title: "no" }, { status: 400 }),
  "in a page": (sent) => new Response(`token ${sent} is bad`, { status: 400 }),
  "in JSON that is none": (sent) =>
    new Response(`{"t": ${sent}`, {
      headers: { "content-type": "application/json" },
    }),
  "in a redirect": (sent) =>
    new Response(null, {
      status: 302,
      headers: { location: `ftp://x/${sent}` },
    }),
  "encoded in a redirect": (sent) =>
    Response.redirect(`http://127.0.0.1:1/${encodeURIComponent(sent)}`),
  "cut off": (sent) =>
    new Response(" ".repeat(3) + "x".repeat(275) + sent, { status: 400 }),
};

const STYLES = [
  "",
  "--log-level DEBUG",
  "--log-format json",
  "--log-level DEBUG --log-format json",
];

for (const [where, answer] of Object.entries(ECHOES)) {
  for (const style of STYLES) {
    Deno.test(`hca dss get-closed ${style} does not show a token that the service repeats ${where}`, async () => {
      await using world = await SecuredService.create();
      // No JWT, no word before it: only known because it was sent.
      const token = "pq/rs+PLANTED-3fa94c0e-opaque-value";
      world.hca.variables.set("HCA_ACCESS_TOKEN", token);
      world.refusal = ({ headers }: ServedRequest) =>
        answer(headers.get("authorization")?.slice("Bearer ".length) ?? "");
      const { status, out, err } = await world.hca.runLine(
        `hca dss get-closed ${style}`,
      );
      assert.notEqual(status, 0);
      assert.deepEqual(world.tokens[0], token);
      assert.doesNotMatch(out + err, /PLANTED|pq\/rs/);
      // The target of a redirect need not be shown at all.
      if (!where.endsWith("redirect")) assert.match(err, /\*\*\*/);
      if (style.includes("json")) {
        for (const line of err.trimEnd().split("\n")) JSON.parse(line);
      }
    });
  }
}

Deno.test("hca dss get-closed does not show the token that a renewal brought", async () => {
  await using world = await SecuredService.create();
  world.valid = "none";
  world.renews = false;
  world.refusal = ({ headers }) =>
    Response.json({ title: headers.get("authorization") }, { status: 401 });
  const { status, err } = await world.hca.runLine(
    "hca dss get-closed --log-level DEBUG",
  );
  assert.equal(status, 4);
  assert.equal(world.renewals, 1);
  assert.doesNotMatch(err, /PLANTED/);
});

Deno.test("hca dss get-open prints data with the token in it as it is", async () => {
  await using world = await SecuredService.create();
  const { hca, api } = world;
  const fetch = hca.runtime.fetch;
  hca.runtime.fetch = async (request) =>
    request.url.startsWith(`${api.origin}/v1/`)
      ? Response.json({ echo: request.headers.get("authorization") })
      : await fetch(request);
  const { out } = await hca.runLine("hca dss get-open --auth");
  assert.deepEqual(JSON.parse(out), { echo: `Bearer ${FIRST}` });
});

const SETTINGS = {
  logLevel: "DEBUG",
  logFormat: "text",
  swaggerUrl: undefined,
} as const;

Deno.test("Context.log shows nothing that looks like a secret, nor one of the run", async () => {
  for (const logFormat of ["text", "json"] as const) {
    await using hca = await TestEnvironment.create();
    using context = new Context(hca.environment, { ...SETTINGS, logFormat });
    context.secrets.add("opaque-PLANTED-1");
    context.log("INFO", "sent opaque-PLANTED-1");
    context.log("DEBUG", "Authorization: Bearer PLANTED");
    context.log("ERROR", '{"refresh_token": "PLANTED", "n": 1}');
    context.environment.terminal.err("drawn opaque-PLANTED-1\n");
    const { errText } = hca.terminal;
    assert.doesNotMatch(errText, /PLANTED/);
    assert.equal(errText.match(/\*\*\*/g)?.length, 4);
  }
});

Deno.test("printError and describeError show nothing that looks like a secret", () => {
  const cause = new Error("POST /token?code=PLANTED");
  const error = new RefusedError("client_secret=PLANTED and so on", {
    cause,
    hint: "See https://ann:PLANTED@host/.",
  });
  assert.doesNotMatch(JSON.stringify(describeError(error)), /PLANTED/);
  for (const asJson of [false, true]) {
    const terminal = new MemoryTerminal();
    printError(terminal, ["hca"], error, { withStack: true, asJson });
    assert.doesNotMatch(terminal.errText, /PLANTED/);
    assert.match(
      terminal.errText,
      /caused by Error: POST \/token\?code=\*\*\*/,
    );
  }
  // An error of hca keeps its own code.
  assert.equal(describeError(error).code, "refused");
});

Deno.test("ReportFile keeps no secret of the run", async () => {
  await using hca = await TestEnvironment.create();
  using context = new Context(hca.environment, SETTINGS);
  context.secrets.add("opaque-PLANTED-1");
  const report = await ReportFile.open(context, "report.json", "hca x");
  await report.finish(
    new RefusedError("opaque-PLANTED-1 and access_token=PLANTED"),
  );
  const text = await Deno.readTextFile(hca.path("report.json"));
  assert.doesNotMatch(text, /PLANTED/);
  assert.equal(JSON.parse(text).error.message, "*** and access_token=***");
});
