import assert from "node:assert/strict";
import { linuxProcesses } from "../../src/platform/mod.ts";

const ignore = Deno.build.os !== "linux";

/** The name of a process that has ended, with our boot and namespace. */
async function endedName(): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "0"],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const { pid } = child;
  await child.status;
  const [boot, namespace] = linuxProcesses.self?.split(":") ?? [];
  return [boot, namespace, pid, "1"].join(":");
}

Deno.test({
  name:
    "linuxProcesses names this process by boot, namespace, number and start",
  ignore,
  fn() {
    assert.match(
      linuxProcesses.self ?? "",
      new RegExp(`^[0-9a-f-]{36}:\\d+:${Deno.pid}:\\d+$`),
    );
  },
});

Deno.test({
  name:
    "linuxProcesses says that a process has ended, but not of one that runs",
  ignore,
  async fn() {
    assert.equal(linuxProcesses.hasEnded(linuxProcesses.self ?? ""), false);
    assert.equal(linuxProcesses.hasEnded(await endedName()), true);
  },
});

Deno.test({
  name: "linuxProcesses knows a number that was used again by its start",
  ignore,
  fn() {
    const parts = linuxProcesses.self?.split(":") ?? [];
    assert.equal(
      linuxProcesses.hasEnded([...parts.slice(0, 3), "1"].join(":")),
      true,
    );
  },
});

Deno.test({
  name: "linuxProcesses is not certain of other boots, namespaces and nonsense",
  ignore,
  async fn() {
    const [boot, namespace, pid, start] = (await endedName()).split(":");
    for (
      const name of [
        ["00000000-0000-4000-8000-000000000000", namespace, pid, start],
        [boot, "1", pid, start],
        [boot, namespace, "../1", start],
        [boot],
        [""],
      ]
    ) {
      assert.equal(linuxProcesses.hasEnded(name.join(":")), false, `${name}`);
    }
  },
});
