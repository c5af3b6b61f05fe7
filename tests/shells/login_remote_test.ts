/**
 * `hca dss login --remote` in a real terminal: what is typed is not seen, and
 * the terminal is as before, however it ends.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { Sandbox, waitForLine } from "../e2e/_program.ts";
import { addressIn, signIn } from "../cli/_sign_in.ts";
import { PlainTerminal } from "./_plain_terminal.ts";
import { isInstalled } from "./_shell.ts";

const isRequired = Deno.env.get("HCA_REQUIRE_SHELLS") === "1";
const ignore = !isRequired && !await isInstalled("tmux");

const SERVES = /HCA_SWAGGER_URL=(\S+)\n[^]*this password: (\S+)\n/;
const QUESTION = /pass 'code' value from within query_params: *$/m;
// As `stty` says that keys are shown and lines are edited.
const COOKED = /(?<![-\w])icanon[^]*?(?<![-\w])echo(?!\w)/;

interface Asked {
  terminal: PlainTerminal;
  sandbox: Sandbox;
  /** Gets a code for the question on the screen. */
  code: () => Promise<string>;
}

/** A terminal in which the question has been asked. */
async function withQuestion(
  work: (asked: Asked) => Promise<void>,
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
    const variables = { HCA_SWAGGER_URL: url };
    await using terminal = await PlainTerminal.open(sandbox, variables);
    await terminal.type("hca dss login --remote; echo status $?");
    await terminal.press("Enter");
    await terminal.shows(QUESTION);
    const code = async () => {
      const echo = await signIn(addressIn(await terminal.screen()), {
        password,
      });
      return new URL(echo).searchParams.get("code") ?? "";
    };
    await work({ terminal, sandbox, code });
    // A program that a signal ends may have left keys for the shell.
    await terminal.press("Enter");
    await terminal.type("stty -a; echo done");
    await terminal.press("Enter");
    await terminal.shows(/^done$/m);
    assert.match(await terminal.screen(), COOKED);
  } finally {
    server.kill("SIGTERM");
    await new Response(server.stderr).text();
    await server.status;
  }
}

Deno.test("hca dss login --remote does not show the code in a terminal", {
  ignore,
}, async () => {
  await withQuestion(async ({ terminal, sandbox, code }) => {
    const right = await code();
    await terminal.type("wrong");
    await terminal.press("C-u");
    await terminal.type(`${right}xé`);
    await terminal.press("BSpace");
    await terminal.press("BSpace");
    await terminal.press("Enter");
    await terminal.shows(/^Storing access credentials\nstatus 0$/m);
    const screen = await terminal.screen();
    assert.ok(!screen.includes(right));
    assert.doesNotMatch(screen, /wrong/);
    const path = join(sandbox.directory, "home/.config/hca/config.json");
    const { oauth2_token } = JSON.parse(await Deno.readTextFile(path));
    assert.ok(!screen.includes(oauth2_token.access_token));
  });
});

Deno.test("hca dss login --remote ends at Ctrl-C in a terminal", {
  ignore,
}, async () => {
  await withQuestion(async ({ terminal }) => {
    await terminal.type("PLANTED");
    await terminal.press("C-c");
    await terminal.shows(/error: interrupted[^]*^status 130$/m);
    assert.doesNotMatch(await terminal.screen(), /PLANTED/);
  });
});

Deno.test("hca dss login --remote ends at SIGTERM in a terminal", {
  // Only there a process is found by its environment.
  ignore: ignore || Deno.build.os !== "linux",
}, async () => {
  await withQuestion(async ({ terminal, sandbox }) => {
    await terminal.type("PLANTED");
    const pid = await loginProcess(sandbox);
    Deno.kill(pid, "SIGTERM");
    await terminal.shows(/^status 143$/m);
    assert.doesNotMatch(await terminal.screen(), /PLANTED/);
  });
});

Deno.test("hca dss login --remote ends at Ctrl-D in a terminal", {
  ignore,
}, async () => {
  await withQuestion(async ({ terminal }) => {
    await terminal.press("C-d");
    await terminal.shows(/error: no code was given[^]*^status 2$/m);
  });
});

/** The process that asks; it has the home of this sandbox. */
async function loginProcess(sandbox: Sandbox): Promise<number> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const line = await Deno.readTextFile(`/proc/${name}/cmdline`);
      const home = await Deno.readTextFile(`/proc/${name}/environ`);
      const isOurs = home.includes(sandbox.environment.HOME ?? "-");
      if (isOurs && line.includes("login\0--remote")) return Number(name);
    } catch {
      // It has ended.
    }
  }
  throw new Error("no process asks");
}
