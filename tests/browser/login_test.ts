/**
 * `hca dss login` with a real browser in front of a real `hca local serve`.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { Sandbox, waitForLine } from "../e2e/_program.ts";
import { findChromium, Page } from "./_chromium.ts";

const chromium = findChromium();
const isRequired = Deno.env.get("HCA_REQUIRE_BROWSER") === "1";
const ignore = chromium === undefined && !isRequired;

const SERVES = /HCA_SWAGGER_URL=(\S+)\n[^]*this password: (\S+)\n/;

/** Reads a stream to its end; a match can be waited for meanwhile. */
function readAll(
  stream: ReadableStream<Uint8Array>,
): { until: (pattern: RegExp) => Promise<string>; ended: Promise<string> } {
  let text = "";
  let onText = () => {};
  const read = async () => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      onText();
    }
    onText();
    return text;
  };
  const ended = read();
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      onText = () => {
        const match = pattern.exec(text);
        if (match !== null) resolve(match[0].trim());
      };
      onText();
      ended.then(() => reject(new Error(`ended without ${pattern}: ${text}`)));
    });
  return { until, ended };
}

interface Served {
  sandbox: Sandbox;
  environment: Record<string, string>;
  password: string;
}

async function withService(
  work: (served: Served) => Promise<void>,
): Promise<void> {
  await using sandbox = await Sandbox.create();
  const store = join(sandbox.directory, "store");
  const server = sandbox.spawn(
    ["local", "serve", "--port", "0", "--no-samples", "--data-dir", store],
  );
  try {
    const [, url = "", password = ""] = await waitForLine(
      server.stdout,
      SERVES,
    );
    const environment = { HCA_SWAGGER_URL: url };
    await work({ sandbox, environment, password });
  } finally {
    server.kill("SIGTERM");
    await new Response(server.stderr).text();
    await server.status;
  }
}

Deno.test({
  name: "hca dss login with Chromium: wrong password, then signed in, then out",
  ignore,
  async fn() {
    await withService(async ({ sandbox, environment, password }) => {
      await using page = await Page.open(chromium ?? "chromium");
      const login = sandbox.spawn(["dss", "login", "--no-browser"], {
        environment,
      });
      const said = readAll(login.stderr);
      const url = await said.until(/https?:\/\/\S+code_challenge\S+\n/);
      await page.goTo(url);
      assert.match(await page.text(), /Sign in/);
      await page.type("#email", "alice@example.org");
      await page.type("#password", "wrong");
      await page.clickAndWait("button[value=sign_in]");
      assert.match(await page.text(), /password/i);
      await page.type("#password", password);
      await page.clickAndWait("button[value=sign_in]");
      assert.match(await page.text(), /signed in|logged in/i);
      assert.match(
        page.visited.at(-1) ?? "",
        /^http:\/\/(127\.0\.0\.1|localhost):\d+\//,
      );
      assert.equal((await login.status).code, 0);
      assert.doesNotMatch(await said.ended, /PLANTED|eyJ/);
      assert.equal(
        await new Response(login.stdout).text(),
        "Storing access credentials\n",
      );
      const status = await sandbox.run(["auth", "status"], { environment });
      assert.equal(status.status, 0, status.err);
      assert.equal(JSON.parse(status.out).who, "alice@example.org");
      // Signed in: the service knows the caller, and gets to the body.
      const put = await sandbox.run(
        ["dss", "get-collections"],
        { environment },
      );
      assert.notEqual(put.status, 4, put.err);
      assert.equal(
        (await sandbox.run(["dss", "logout"], { environment })).status,
        0,
      );
      const after = await sandbox.run(["dss", "get-collections"], {
        environment,
      });
      assert.equal(after.status, 4, after.err);
      assert.match(after.err, /hca dss login/);
    });
  },
});

Deno.test({
  name: "hca dss login with Chromium: denied exits 4 and stores nothing",
  ignore,
  async fn() {
    await withService(async ({ sandbox, environment }) => {
      await using page = await Page.open(chromium ?? "chromium");
      const login = sandbox.spawn(["dss", "login", "--no-browser"], {
        environment,
      });
      const said = readAll(login.stderr);
      const url = await said.until(/https?:\/\/\S+code_challenge\S+\n/);
      await page.goTo(url);
      await page.clickAndWait("button[value=deny]");
      assert.match(await page.text(), /not signed in|refused|denied/i);
      assert.equal((await login.status).code, 4);
      assert.match(await said.ended, /error: .*denied/i);
      assert.equal(await new Response(login.stdout).text(), "");
      const stored = await sandbox.files(join(sandbox.directory, "home"));
      assert.deepEqual(
        stored.filter((name) => name.endsWith("config.json")),
        [],
      );
    });
  },
});
