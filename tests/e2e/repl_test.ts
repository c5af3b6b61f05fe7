import assert from "node:assert/strict";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { programWords, SampleStore, Sandbox } from "./_program.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FAILS = "config get nothing.here";

let store: SampleStore;
let sandbox: Sandbox;

Deno.test.beforeAll(async () => {
  store = await SampleStore.create();
});
Deno.test.afterAll(() => store[Symbol.asyncDispose]());
Deno.test.beforeEach(async () => {
  sandbox = await Sandbox.create(store.directory);
});
Deno.test.afterEach(() => sandbox[Symbol.asyncDispose]());

const byProgram = (...args: string[]) => [...programWords(), "repl", ...args];
const bySource = (
  ...args: string[]
) => [Deno.execPath(), "run", "--allow-all", join(ROOT, "repl.ts"), ...args];

function start(
  [command = "", ...args]: string[],
  environment: Record<string, string> = {},
): Deno.ChildProcess {
  return new Deno.Command(command, {
    args,
    cwd: sandbox.work,
    env: { ...sandbox.environment, ...environment },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function run(
  words: string[],
  script: string,
  environment: Record<string, string> = {},
): Promise<{ status: number; out: string; err: string }> {
  const child = start(words, environment);
  const writer = child.stdin.getWriter();
  // A session that has ended reads no more.
  await writer.write(new TextEncoder().encode(script)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return {
    status: code,
    out: decoder.decode(stdout),
    err: decoder.decode(stderr),
  };
}

for (
  const [name, words] of [
    ["hca repl", byProgram],
    ["deno run repl.ts", bySource],
  ] as const
) {
  Deno.test(`${name} < script has the status of the first line that fails`, async () => {
    const script = `config list\n${FAILS}\nnonesuch\nconfig list`;
    const all = await run(words(), script);
    assert.equal(all.status, 5, all.err);
    assert.equal(all.out, "{}\n{}\n");
    const first = await run(words("--fail-fast"), script);
    assert.equal(first.status, 5, first.err);
    assert.equal(first.out, "{}\n");
    assert.equal((await run(words(), "config list\nexit\nx\n")).status, 0);
  });
}

Deno.test("hca repl < script works with bundles, programs and jobs", async () => {
  if (Deno.build.os === "windows") return;
  const { status, out, err } = await run(
    byProgram(),
    [
      "\ufeffpost-search --es-query {}\r",
      "get-bundle $1 | head -c 1",
      "download $_ > report.txt &",
      "wait",
      "verify .",
      "get-bundles-all --output jsonl | wc -l",
      "config list | hca-is-not-this",
    ].join("\n"),
  );
  assert.equal(status, 127, err);
  assert.match(out, /\n\{ *3\n$/);
  const files = await sandbox.files();
  assert.ok(files.includes("report.txt"), files.join());
  assert.ok(files.some((name) => name.endsWith("cell_suspension_0.json")));
});

Deno.test("hca repl ended by SIGTERM while it waits for a line ends with 143", async () => {
  if (Deno.build.os === "windows") return;
  const child = start(byProgram());
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("config list\n"));
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGTERM");
  const { code } = await child.status;
  assert.equal(code, 143);
  reader.releaseLock();
  await Promise.all([
    child.stdout.cancel(),
    child.stderr.cancel(),
    writer.close().catch(() => {}),
  ]);
});

const SCRIPT = (origin: string) => `
import { DssClient } from "${origin}/mod.ts";
import { startRepl } from "${origin}/repl.ts";

const signals = [];
Deno.addSignalListener = (name) => signals.push(name);
Deno.exit = () => signals.push("exit");
using client = await DssClient.create({ dataDir: "store" });
const lines = [
  "get-bundles-all --output jsonl",
  "get-bundle $1 | tail -n 3 | tr 0-9 9",
  "use dir x; session",
  "use service local; session",
  "nonesuch",
  "exit",
];
let out = "", err = "";
const decoder = new TextDecoder();
const terminal = {
  outIsTerminal: false,
  errIsTerminal: false,
  out: async (data) => {
    out += typeof data === "string" ? data : decoder.decode(data);
  },
  input: async () => new Uint8Array(),
  ask: async () => lines.shift(),
  err: (text) => { err += text; },
  columns: () => 80,
  rows: () => 24,
};
const status = await startRepl({ client, terminal });
const ending = new AbortController();
const waiting = startRepl({
  client,
  terminal: { ...terminal, ask: () => {
    setTimeout(() => ending.abort());
    return new Promise((_resolve, reject) =>
      ending.signal.addEventListener("abort", () => reject(ending.signal.reason)));
  } },
  signal: ending.signal,
});
const aborted = await waiting.catch((error) => String(error));
// The client is still open.
const { bundle } = await client.getBundle({
  uuid: JSON.parse(out.split("\\n")[0]).uuid, replica: "aws",
});
console.log(JSON.stringify({
  status, out, err, signals, aborted, files: bundle.files.length,
  exitCode: Deno.exitCode,
}));
`;

Deno.test("startRepl runs with a client and a terminal of the caller's own, from a URL, and leaves the process alone", async () => {
  if (Deno.build.os === "windows") return;
  await using server = serveSources();
  const script = join(sandbox.work, "script.ts");
  await Deno.writeTextFile(script, SCRIPT(server.origin));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", "--no-config", script],
    cwd: sandbox.work,
    env: {
      ...sandbox.environment,
      HCA_LOCAL_DIR: join(sandbox.directory, "other"),
      DENO_DIR: join(sandbox.directory, "cache"),
    },
  }).output();
  const err = new TextDecoder().decode(stderr);
  assert.equal(code, 0, err);
  const told = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual(told.signals, []);
  const ends = [told.status, told.aborted, told.exitCode];
  assert.deepEqual(ends, [2, 130, 0], told.err);
  assert.match(told.out, /^\{"uuid": /);
  // A program, too, writes to that terminal.
  assert.match(told.out, /^ +"version": "9999-99-99T999999\.999999Z"$/m);
  assert.match(told.out, /^dir +.*\/work\/x$/m);
  assert.match(told.err, /unknown command 'nonesuch'/);
  assert.ok(told.files > 0);
});

Deno.test("hca is started by the URL of cli.ts, and its session by that of repl.ts", async () => {
  await using server = serveSources();
  const cache = { DENO_DIR: join(sandbox.directory, "cache") };
  const byUrl = (file: string, ...args: string[]) => [
    ...[Deno.execPath(), "run", "--quiet", "--allow-all", "--no-config"],
    ...[`${server.origin}/${file}`, ...args],
  ];
  const told = await run(byUrl("cli.ts", "--version"), "", cache);
  assert.equal(told.status, 0, told.err);
  assert.match(told.out, /^hca \d+\.\d+\.\d+ \(/);
  const lines = `config list\n${FAILS}\n`;
  const session = await run(byUrl("repl.ts"), lines, cache);
  assert.deepEqual([session.status, session.out], [5, "{}\n"], session.err);
});

/** The sources of hca, on a port. */
function serveSources(): AsyncDisposable & { origin: string } {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const type = extname(pathname) === ".json"
        ? "application/json"
        : "application/typescript";
      try {
        const body = await Deno.readFile(join(ROOT, pathname));
        return new Response(body, { headers: { "content-type": type } });
      } catch {
        return new Response("not found", { status: 404 });
      }
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
