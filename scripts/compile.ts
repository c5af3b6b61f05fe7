/**
 * Compiles `dist/hca`. Without a download of Deno's runtime, name one by
 * `DENORT_BIN`, which deno itself reads.
 *
 * @module
 */

// What hca needs and nothing more: services anywhere, the user's files, and
// the environment variables it is documented to read. No subprocesses, no
// native libraries, no system information.
const VARIABLES = [
  "HCA_ACCESS_TOKEN",
  "HCA_CONFIG_FILE",
  "HCA_LOCAL_DIR",
  "HCA_SWAGGER_URL",
  "HOME",
  "LOCALAPPDATA",
  "USERPROFILE",
  "NO_COLOR",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_STATE_HOME",
];

const root = new URL("..", import.meta.url);
const { code } = await new Deno.Command(Deno.execPath(), {
  cwd: root,
  args: [
    "compile",
    "--no-prompt",
    "--allow-net",
    "--allow-read",
    "--allow-write",
    `--allow-env=${VARIABLES.join(",")}`,
    "--output",
    "dist/hca",
    ...Deno.args,
    "cli.ts",
  ],
}).spawn().status;
Deno.exit(code);
