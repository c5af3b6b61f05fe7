import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const MODULE = new URL("../../src/platform/signals.ts", import.meta.url);
const isWindows = Deno.build.os === "windows";
const isLinux = Deno.build.os === "linux";

/**
 * A program that says when it listens and what aborted it, and then does not
 * end by itself; one that is left over ends when nobody reads its input.
 */
const PROGRAM = `
  import { interruptSignal } from ${JSON.stringify(MODULE.href)};
  using interrupt = interruptSignal();
  interrupt.signal.addEventListener("abort", () =>
    console.log(interrupt.signal.reason.signalName));
  // Called after the listener under test.
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGHUP", () =>
    console.log("hung up, aborted: " + interrupt.signal.aborted));
  console.log("ready");
  for await (const _ of Deno.stdin.readable);
`;

/** The program, started by a line of a shell that has it as "$@". */
class Listening implements AsyncDisposable {
  readonly #file: string;
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(line: string) {
    const file = Deno.makeTempFileSync({
      prefix: "hca-signals-",
      suffix: ".ts",
    });
    Deno.writeTextFileSync(file, PROGRAM);
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", line, "sh", Deno.execPath(), "run", "--allow-all", file],
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#lines = linesOf(this.#child.stdout);
    this.#file = file;
  }

  async line(): Promise<string> {
    return (await this.#lines.next()).value ?? "";
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  get status(): Promise<Deno.CommandStatus> {
    return this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close().catch(() => {});
    await this.#child.status;
    await this.#lines.return?.();
    await Deno.remove(this.#file);
  }
}

async function* linesOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}

for (
  const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const
) {
  Deno.test({
    name:
      `interruptSignal is aborted by ${signal}, and a second one ends at once with ${code}`,
    ignore: isWindows,
    fn: async () => {
      await using program = new Listening('exec "$@"');
      assert.equal(await program.line(), "ready");
      program.kill(signal);
      assert.equal(await program.line(), signal);
      program.kill(signal);
      assert.equal((await program.status).code, code);
    },
  });
}

Deno.test({
  name: "interruptSignal ends at once when the second signal is another one",
  ignore: isWindows,
  fn: async () => {
    await using program = new Listening('exec "$@"');
    assert.equal(await program.line(), "ready");
    program.kill("SIGINT");
    assert.equal(await program.line(), "SIGINT");
    program.kill("SIGTERM");
    assert.equal((await program.status).code, 143);
  },
});

Deno.test({
  name: "interruptSignal leaves SIGHUP ignored, as nohup wants it",
  ignore: !isLinux,
  fn: async () => {
    await using program = new Listening("trap '' HUP; exec \"$@\"");
    assert.equal(await program.line(), "ready");
    program.kill("SIGHUP");
    assert.equal(await program.line(), "hung up, aborted: false");
    program.kill("SIGTERM");
    assert.equal(await program.line(), "SIGTERM");
  },
});
