import assert from "node:assert/strict";
import { browserCommands, openBrowser } from "../../src/platform/mod.ts";
import type { BrowserSettings } from "../../src/platform/mod.ts";

const URL = "https://idp.test/authorize?a=1&state=$(touch%20x);%s";

function settings(
  variables: Record<string, string>,
  os: BrowserSettings["os"] = "linux",
): BrowserSettings {
  return { variable: (name) => variables[name] || undefined, os };
}

// variables, system, command lines
const CASES: [Record<string, string>, BrowserSettings["os"], string[][]][] = [
  [{}, "linux", []],
  [{}, "other", []],
  [{ DISPLAY: ":0" }, "linux", [["xdg-open", URL]]],
  [{ WAYLAND_DISPLAY: "wayland-0" }, "linux", [["xdg-open", URL]]],
  [{}, "darwin", [["open", URL]]],
  [{}, "windows", [["rundll32", "url.dll,FileProtocolHandler", URL]]],
  [{ BROWSER: "w3m" }, "linux", [["w3m", URL]]],
  [
    { BROWSER: "firefox --new-tab %s:links '%s' -x &", DISPLAY: ":0" },
    "linux",
    [
      ["firefox", "--new-tab", URL],
      ["links", URL, "-x"],
      ["xdg-open", URL],
    ],
  ],
  [
    { BROWSER: "'/opt/my browser/run' --app=%s::" },
    "linux",
    [["/opt/my browser/run", `--app=${URL}`]],
  ],
  [
    { BROWSER: '"C:\\Program Files\\b.exe" %s;b2' },
    "windows",
    [
      ["C:\\Program Files\\b.exe", URL],
      ["b2", URL],
      ["rundll32", "url.dll,FileProtocolHandler", URL],
    ],
  ],
];

for (const [variables, os, expected] of CASES) {
  Deno.test(`browserCommands on ${os} with ${JSON.stringify(variables)}`, () => {
    assert.deepEqual(browserCommands(URL, settings(variables, os)), expected);
  });
}

const isWindows = Deno.build.os === "windows";

/** A program that writes its arguments into a file and ends with a status. */
async function withProgram(
  script: string,
  work: (program: string, directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "hca-browser-" });
  try {
    const program = `${directory}/browser`;
    await Deno.writeTextFile(program, `#!/bin/sh\n${script}\n`);
    await Deno.chmod(program, 0o755);
    await work(program, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test({
  name:
    "openBrowser gives the address to the program as one word, without a shell",
  ignore: isWindows,
  fn: () =>
    withProgram('printf "%s\\n" "$@" > "$0.args"', async (program) => {
      assert.ok(await openBrowser(URL, settings({ BROWSER: program })));
      assert.equal(await Deno.readTextFile(`${program}.args`), `${URL}\n`);
    }),
});

Deno.test({
  name:
    "openBrowser goes on to the next program when one fails or is not there",
  ignore: isWindows,
  fn: () =>
    withProgram('echo >> "$0.runs"; [ "$1" = good ]', async (program) => {
      const browsers = ["/nowhere/at/all", `${program} bad`, `${program} good`];
      const variables = { BROWSER: browsers.join(":") };
      assert.ok(await openBrowser(URL, settings(variables)));
      assert.equal(await Deno.readTextFile(`${program}.runs`), "\n\n");
    }),
});

Deno.test({
  name: "openBrowser says no when there is no browser or none works",
  ignore: isWindows,
  fn: () =>
    withProgram("exit 3", async (program, directory) => {
      assert.equal(await openBrowser(URL, settings({})), false);
      const broken = { BROWSER: `${program}:${directory}:/nowhere` };
      assert.equal(await openBrowser(URL, settings(broken)), false);
    }),
});

Deno.test({
  name: "openBrowser does not wait until the browser is closed",
  ignore: isWindows,
  // The program outlives the test.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: () =>
    withProgram('echo $$ > "$0.pid"; exec sleep 60', async (program) => {
      assert.ok(await openBrowser(URL, settings({ BROWSER: program })));
      const pid = Number(await Deno.readTextFile(`${program}.pid`));
      Deno.kill(pid, "SIGKILL");
    }),
});

for (const url of ["file:///etc/passwd", "-version", "https://a b", "x", ""]) {
  Deno.test(`openBrowser opens no '${url}'`, async () => {
    const variables = { BROWSER: "/bin/true" };
    assert.equal(await openBrowser(url, settings(variables)), false);
  });
}
