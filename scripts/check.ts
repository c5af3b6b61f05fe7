// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * All that can be said of the sources without running them: `deno task check`.
 *
 * @module
 */

// The core is everything but `platform/`; it must not know Deno, so it is
// checked with the libraries of the web alone.
const CORE = [
  ...["auth", "base", "checksum", "config", "http", "jwt", "oidc"],
  ...["swagger", "store", "transfer"],
  ...["services", "server", "terminal", "commands"],
].map((folder) => `src/${folder}/mod.ts`);

const STEPS: [string, string[]][] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", ["check", "mod.ts", "cli.ts", "repl.ts", "scripts", "tests"]],
  [
    "types of the core, without Deno",
    ["check", "--config", "scripts/core.deno.json", ...CORE],
  ],
  ["documentation", ["doc", "--lint", "mod.ts", "cli.ts", "repl.ts"]],
];

for (const [name, args] of STEPS) {
  console.log(`-- ${name}`);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: new URL("..", import.meta.url),
  }).output();
  if (success) continue;
  await Deno.stdout.write(stdout);
  await Deno.stderr.write(stderr);
  console.error(`check failed: ${name} (deno ${args.join(" ")})`);
  Deno.exit(1);
}
console.log("check ok");
