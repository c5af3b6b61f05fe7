/**
 * Runs every test. The leak checks of `deno test` are on by default up to
 * Deno 2.7 and need flags, which older ones do not know, from 2.8 on.
 *
 * @module
 */

const [major = 0, minor = 0] = Deno.version.deno.split(".").map(Number);
const leakChecks = major > 2 || minor >= 8
  ? ["--sanitize-ops", "--sanitize-resources"]
  : [];
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "test",
    "--allow-all",
    "--parallel",
    "--doc",
    ...leakChecks,
    ...(Deno.args.length > 0
      ? Deno.args
      : ["mod.ts", "docs/scripting.md", "tests"]),
  ],
}).spawn().status;
Deno.exit(code);
