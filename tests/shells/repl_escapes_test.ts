/**
 * What a service sends is shown in a session, and never obeyed by the
 * terminal: row S04 of the fault matrix.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import type { JsonObject } from "../../src/base/mod.ts";
import {
  BUNDLE_UUID,
  BUNDLE_VERSION,
  FaultyService,
  seededBytes,
  sendJson,
} from "../faults/_service.ts";
import { headOf, type Wire } from "../support/wire_server.ts";
import { isSkipped, SessionTerminal } from "./_terminal.ts";

// What terminals do when they are told so (ECMA-48, xterm), and the title.
const ORDERS = [
  "\x1b]2;OWNED\x07",
  "\x1b]52;c;T1dORUQ=\x1b\\",
  "\x1b[2J",
  "\x1b[5A",
  "\x1b[6n",
  "\x1b[?1049h",
  "\x1b[31m",
  "\x1bc",
  "\x9b2J",
  "\x9d2;OWNED\x9c",
  "\r",
  "\b\b\b",
  "\x00",
  "\x7f",
  "\u202e",
  "\u2028",
];
const EVIL = ORDERS.map((order) => `evil${order}live`).join(" ");
const HARMLESS = /evil/;

// The sequences that hca itself may send: those of its editor and pager.
// deno-lint-ignore no-control-regex -- this is what it looks for
const OWN = /\x1b\[(?:\d*[ABG]|K|J|\?2004[hl])/g;
// deno-lint-ignore no-control-regex -- this is what it looks for
const COLORS = /\x1b\[[\d;]*m/g;
// What may not be left then; BEL, CR and LF are its own too.
// deno-lint-ignore no-control-regex -- this is what it looks for
const CONTROLS = /[\x00-\x06\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u202a-\u202e]/;

/** A service all of whose words are evil. */
function evilService(): FaultyService {
  const service = new FaultyService();
  service.add("good.txt", seededBytes(1000, 1));
  service.add(`a ${EVIL}`, seededBytes(1000, 2));
  service.listing = (entries) =>
    entries.map((entry, at) =>
      at === 0 ? entry : { ...entry, "content-type": EVIL, [EVIL]: EVIL }
    );
  service.document = (document) => ({
    ...document,
    info: { title: EVIL, description: EVIL, version: EVIL },
    paths: withEvilWords(document.paths as JsonObject),
  });
  service.intercept = async ({ method, target }, wire) => {
    if (method === "POST" && target.startsWith("/v1/search")) {
      await sendJson(wire, SEARCH);
    } else if (target.startsWith("/v1/bundles/all")) {
      const item = { uuid: EVIL, version: EVIL, key: EVIL };
      await sendJson(wire, { bundles: [item, GOOD], [EVIL]: EVIL });
    } else if (target.startsWith("/v1/subscriptions")) {
      await sendProblem(wire);
    } else return false;
    return true;
  };
  return service;
}

const GOOD = { uuid: BUNDLE_UUID, version: BUNDLE_VERSION };

const SEARCH = {
  es_query: { [EVIL]: EVIL },
  total_hits: 2,
  results: [
    {
      bundle_fqid: `${BUNDLE_UUID}.${BUNDLE_VERSION}`,
      bundle_url: EVIL,
      metadata: { [EVIL]: [EVIL, { [EVIL]: EVIL }] },
      search_score: null,
    },
    { bundle_fqid: EVIL, bundle_url: EVIL, [EVIL]: EVIL },
  ],
};

async function sendProblem(wire: Wire): Promise<void> {
  const body = new TextEncoder().encode(
    JSON.stringify({ status: 400, code: EVIL, title: EVIL, stacktrace: EVIL }),
  );
  await wire.send(headOf(400, {
    "content-type": "application/problem+json",
    "content-length": String(body.length),
  }));
  await wire.send(body);
}

function withEvilWords(paths: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods as JsonObject).map(([method, operation]) => [
          method,
          {
            ...operation as JsonObject,
            summary: EVIL,
            description: `${EVIL}\n\n${EVIL}`,
          },
        ]),
      ),
    ]),
  );
}

/** A token whose owner has an evil name; nobody checks it here. */
function evilToken(): string {
  const part = (value: unknown) =>
    new TextEncoder().encode(JSON.stringify(value))
      .toBase64({ alphabet: "base64url", omitPadding: true });
  const claims = { email: `${EVIL}@example.org`, sub: EVIL };
  return `${part({ alg: "none" })}.${part(claims)}.x`;
}

for (const hasColor of [false, true]) {
  const how = hasColor ? "in colour" : "without colour";
  Deno.test(
    `a session shows escape sequences of a service ${how}, and sends none`,
    {
      ignore: isSkipped,
    },
    async (test) => {
      await using service = evilService();
      await using session = await SessionTerminal.open({
        variables: {
          HCA_SWAGGER_URL: service.swaggerUrl,
          HCA_ACCESS_TOKEN: evilToken(),
          NO_COLOR: hasColor ? "" : "1",
        },
      });
      const { plain, sandbox } = session;
      const path = join(sandbox.directory, "output");
      await plain.resize(200, 1000);
      await session.start();
      await plain.record(path);
      const shows = (line: string, expected = HARMLESS) =>
        test.step(line, async () => {
          assert.match(await session.run(line), expected);
          assert.equal(await plain.property("alternate_on"), "0");
        });
      await shows("refresh-swagger", /./);
      await shows("post-search --es-query {}");
      await shows("last");
      await shows("last --query results[1]");
      await shows("last --query results[1] --output table");
      await shows("last --query results[1] --output tsv");
      await shows("last --query results[1] --output jsonl");
      await shows("last | cat", /results/);
      await shows("recent", new RegExp(BUNDLE_UUID));
      await shows(`get-bundle ${BUNDLE_UUID}`);
      await shows("get-bundles-all");
      await shows("session", /somebody/);
      await shows("get-subscriptions");
      await shows("help dss");
      await shows("help get-bundle");
      await shows("get-bundle --help --output json", /./);
      await shows(`download ${BUNDLE_UUID}`);
      await shows(`download ${BUNDLE_UUID} &`, /started/);
      await shows("wait");
      await shows("jobs", /./);
      await test.step("a list of completions", async () => {
        await plain.type("get-");
        await plain.press("Tab");
        await plain.press("Tab");
        await plain.shows(/^get-file .*evil/m);
        await plain.press("C-c");
        await session.prompts();
      });
      await test.step("what the service completes", async () => {
        await plain.type("get-bundle --uuid ev");
        await plain.press("Tab");
        await session.edits("get-bundle --uuid ev");
        await plain.press("C-c");
        await session.prompts();
      });
      await session.end();
      assert.notEqual(await plain.property("pane_title"), "OWNED");
      const sent = await Deno.readTextFile(path);
      for (const order of ORDERS) {
        assert.ok(!sent.includes(`evil${order}live`), JSON.stringify(order));
      }
      const rest = sent.replace(OWN, "").replace(hasColor ? COLORS : OWN, "");
      const at = CONTROLS.exec(rest)?.index;
      assert.equal(
        at,
        undefined,
        JSON.stringify(rest.slice((at ?? 0) - 80, (at ?? 0) + 20)),
      );
    },
  );
}
