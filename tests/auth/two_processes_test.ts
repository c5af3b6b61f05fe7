import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readStoredLogin, storeLogin } from "../../src/auth/mod.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { configFolder, loadConfig } from "../../src/config/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { StrictProvider } from "./_strict_provider.ts";

const ROUNDS = 50;
const SCRIPT = fileURLToPath(new URL("_renewing_process.ts", import.meta.url));

/** A program that is asked for a token by a line and answers with a line. */
class RenewingProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;

  constructor(home: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--allow-all", SCRIPT, home],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
  }

  async find(refused: string): Promise<string> {
    await this.#writer.write(new TextEncoder().encode(`${refused}\n`));
    let line = "";
    while (!line.endsWith("\n")) {
      const { done, value } = await this.#reader.read();
      assert.ok(!done, "the process has ended");
      line += value;
    }
    return line.trimEnd();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#reader.cancel();
    await this.#child.status;
  }
}

/** The configuration with another expiry. */
function expire(config: JsonObject, expiresAtMs: number): JsonObject {
  const login = readStoredLogin(config);
  assert.ok(login !== undefined);
  return storeLogin(config, { ...login, expiresAtMs });
}

Deno.test("two processes with one expired token keep a valid login, 50 times", async () => {
  const home = await Deno.makeTempDir({ prefix: "hca-two-processes-" });
  try {
    await using strict = new StrictProvider();
    await using one = new RenewingProcess(home);
    await using two = new RenewingProcess(home);
    const environment = {
      variable: (name: string) => name === "HOME" ? home : undefined,
      os: "linux" as const,
    };
    const folder = configFolder(environment);
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const path = `${folder}/config.json`;
    const write = (config: unknown) =>
      Deno.writeTextFile(path, JSON.stringify(config), { mode: 0o600 });
    const read = () => loadConfig(denoFiles, environment);
    await write(storeLogin({ log_level: "INFO" }, {
      accessToken: strict.accessToken,
      refreshToken: strict.refreshToken,
      provider: strict.provider,
      service: "https://dss.test",
    }));
    for (let round = 1; round <= ROUNDS; round++) {
      // By turns the clock says that it has expired, and the service does.
      const isExpired = round % 2 === 0;
      const now = Date.now();
      if (isExpired) await write(expire(await read(), now - 1_000));
      const refused = isExpired ? "" : strict.accessToken;
      const tokens = await Promise.all([one.find(refused), two.find(refused)]);
      const { accessToken, refreshToken } = strict;
      assert.deepEqual(tokens, [accessToken, accessToken], `round ${round}`);
      assert.equal(strict.hasEnded, false);
      assert.equal(strict.forms.length, round, "one renewal in each round");
      const config = await read();
      const login = readStoredLogin(config);
      assert.equal(login?.accessToken, accessToken);
      assert.equal(login?.refreshToken, refreshToken);
      assert.ok((login?.expiresAtMs ?? 0) > now + 3_500_000);
      assert.equal(config.log_level, "INFO");
    }
    const names = await Array.fromAsync(Deno.readDir(folder));
    assert.deepEqual(names.map(({ name }) => name), ["config.json"]);
    const { mode } = await Deno.stat(path);
    assert.equal((mode ?? 0) & 0o777, 0o600);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
