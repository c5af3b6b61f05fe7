import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const PLATFORM = new URL("../../src/platform/mod.ts", import.meta.url).href;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

async function run(code: string): Promise<Deno.CommandOutput> {
  return await new Deno.Command(Deno.execPath(), {
    args: ["eval", `import { scopedInterrupts } from "${PLATFORM}"; ${code}`],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
}

Deno.test("scopedInterrupts takes Ctrl-C while somebody has a use for it, and leaves it alone otherwise", async () => {
  const { stdout, signal } = await run(`
    using interrupts = scopedInterrupts();
    const told = Promise.withResolvers();
    {
      using _use = interrupts.onInterrupt(() => told.resolve());
      Deno.kill(Deno.pid, "SIGINT");
      await told.promise;
    }
    {
      let count = 0;
      using _use = interrupts.onInterrupt(() => count++);
      interrupts.interrupt();
      console.log(count);
    }
    interrupts.interrupt();
    console.log("taken", interrupts.signal.aborted);
    Deno.kill(Deno.pid, "SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    console.log("not ended");
  `);
  assert.equal(new TextDecoder().decode(stdout), "1\ntaken false\n");
  assert.equal(signal, "SIGINT");
});
