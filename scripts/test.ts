/**
 * Runs every test that needs nothing but Deno. The ones in `tests/shells`
 * drive bash, zsh, fish and the interactive session through tmux, the ones in
 * `tests/browser` a Chromium, the ones in `tests/s3` need an S3 service; CI
 * installs those and names the folders. The leak checks of `deno test` are on
 * by default up to Deno 2.7 and need flags, which older ones do not know, from
 * 2.8 on.
 *
 * @module
 */

const [major = 0, minor = 0] = Deno.version.deno.split(".").map(Number);
const leakChecks = major > 2 || minor >= 8
  ? ["--sanitize-ops", "--sanitize-resources"]
  : [];
// What somebody happens to have installed must not decide what is tested.
const named = ["shells", "browser", "s3"];
const everything = ["mod.ts", "docs/scripting.md"];
for (const { name } of Deno.readDirSync("tests")) {
  if (!named.includes(name)) everything.push(`tests/${name}`);
}
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "test",
    "--allow-all",
    "--parallel",
    "--doc",
    ...leakChecks,
    ...(Deno.args.length > 0 ? Deno.args : everything),
  ],
}).spawn().status;
Deno.exit(code);
