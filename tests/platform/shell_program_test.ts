import assert from "node:assert/strict";
import { ClosedOutput } from "../../src/base/mod.ts";
import {
  shellCommand,
  type ShellProgramOutput,
  startShellProgram,
} from "../../src/platform/mod.ts";

const isWindows = Deno.build.os === "windows";

/** Takes what a program writes. */
class Collected implements ShellProgramOutput {
  data = "";
  messages = "";

  out = (bytes: Uint8Array): Promise<void> => {
    this.data += new TextDecoder().decode(bytes);
    return Promise.resolve();
  };

  err = (text: string): void => {
    this.messages += text;
  };
}

function shellTest(name: string, work: () => Promise<void>): void {
  Deno.test({ name, ignore: isWindows, fn: work });
}

Deno.test("shellCommand gives each system's shell the line as it is", () => {
  const line = 'jq ".a b" | findstr "x"';
  assert.deepEqual(shellCommand(line, "windows"), {
    program: "cmd",
    args: ["/d", "/s", "/c", '"jq ".a b" | findstr "x""'],
    windowsRawArguments: true,
  });
  for (const os of ["linux", "darwin", "other"] as const) {
    assert.deepEqual(shellCommand(line, os), {
      program: "sh",
      args: ["-c", line],
      windowsRawArguments: false,
    });
  }
});

Deno.test({
  name: "startShellProgram gives quotes to a program of Windows",
  ignore: !isWindows,
  fn: async () => {
    const output = new Collected();
    const program = startShellProgram('echo "a  b"', output);
    assert.equal(await program.finish(), 0);
    assert.equal(output.data, '"a  b"\r\n');
  },
});

shellTest(
  "startShellProgram gives a line of the shell what is written, and its output to the taker",
  async () => {
    const output = new Collected();
    const program = startShellProgram("tr a-z A-Z; echo told >&2", output);
    await program.write(new TextEncoder().encode("one "));
    await program.write(new TextEncoder().encode("two"));
    assert.equal(await program.finish(), 0);
    assert.deepEqual({ ...output, out: 0, err: 0 }, {
      data: "ONE TWO",
      messages: "told\n",
      out: 0,
      err: 0,
    });
  },
);

shellTest(
  "startShellProgram gives the status of the program, of a signal, and of one that is not there",
  async () => {
    for (
      const [line, status] of [
        ["exit 3", 3],
        ["kill -TERM $$", 143],
        ["hca-is-not-this", 127],
      ] as const
    ) {
      const program = startShellProgram(line, new Collected());
      assert.equal(await program.finish(), status, line);
    }
  },
);

shellTest(
  "a program that reads no more closes what is written to it",
  async () => {
    const output = new Collected();
    const program = startShellProgram("head -c 1", output);
    const bytes = new Uint8Array(1 << 20).fill(0x61);
    await assert.rejects(async () => {
      while (true) await program.write(bytes);
    }, ClosedOutput);
    assert.equal(await program.finish(), 0);
    assert.equal(output.data, "a");
  },
);

shellTest("a program is stopped with all that it has started", async () => {
  const output = new Collected();
  const program = startShellProgram(
    "sleep 1000 | cat & echo begun; wait",
    output,
  );
  while (output.data === "") await new Promise((go) => setTimeout(go, 1));
  program.stop();
  // What still had its output open would keep us waiting.
  assert.equal(await program.finish(), 143);
  program.stop();
});

shellTest(
  "a taker that takes no more ends a program that writes without end",
  async () => {
    const program = startShellProgram("yes", {
      out: () => Promise.reject(new ClosedOutput()),
      err: () => {},
    });
    await assert.rejects(program.finish(), ClosedOutput);
  },
);
