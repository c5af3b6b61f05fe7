import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { LocalError } from "../../../src/base/mod.ts";
import { decodeJwt } from "../../../src/jwt/mod.ts";
import { denoFiles } from "../../../src/platform/mod.ts";
import { readSigningKey } from "../../../src/server/authorization/read_signing_key.ts";
import { LocalStore, namesBelow } from "../../support/local_store.ts";
import { openDss, SecuredStore } from "../_secured_store.ts";

const SCRIPT = fileURLToPath(new URL("_print_token.ts", import.meta.url));
const tools = { files: denoFiles, random: Math.random };

Deno.test("readSigningKey makes a key of 2048 bits once, in PEM, for its owner only", async () => {
  await using store = await LocalStore.open();
  const path = `${store.dataDir}/signing_key.pem`;
  const key = await readSigningKey(tools, store.dataDir);
  const pem = Deno.readTextFileSync(path);
  assert.match(pem, /^-----BEGIN PRIVATE KEY-----\n/);
  if (Deno.build.os !== "windows") {
    assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  }
  const algorithm = key.privateKey.algorithm as RsaKeyAlgorithm;
  assert.equal(algorithm.modulusLength, 2048);
  assert.equal(key.kid, key.publicJwk.kid);
  const again = await readSigningKey(tools, store.dataDir);
  assert.deepEqual(again.publicJwk, key.publicJwk);
  assert.equal(Deno.readTextFileSync(path), pem);
});

Deno.test("readSigningKey refuses a file that holds no key, without quoting it", async () => {
  await using store = await LocalStore.open();
  const path = `${store.dataDir}/signing_key.pem`;
  await Deno.writeTextFile(path, "canary");
  await assert.rejects(readSigningKey(tools, store.dataDir), (error) => {
    assert.ok(error instanceof LocalError);
    assert.equal(error.message, `'${path}' holds no signing key`);
    assert.match(error.hint ?? "", /^Remove it/);
    return true;
  });
});

Deno.test("an instance that failed to read the key reads it again", async () => {
  await using secured = await SecuredStore.open();
  const { store } = secured;
  const path = `${store.dataDir}/signing_key.pem`;
  const pem = Deno.readTextFileSync(path);
  await Deno.writeTextFile(path, "junk");
  await assert.rejects(secured.dss.issueTokens({ email: "a@b" }), LocalError);
  await Deno.writeTextFile(path, pem);
  assert.ok((await secured.dss.issueTokens({ email: "a@b" })).accessToken);
});

Deno.test("instances that make the key at once sign with the same one", async () => {
  await using store = await LocalStore.open();
  const opened = await Promise.all([1, 2, 3].map(() => openDss(store)));
  try {
    const tokens = await Promise.all(
      opened.map((dss) => dss.issueTokens({ email: "a@b" })),
    );
    const kids = tokens
      .map(({ accessToken }) => decodeJwt(accessToken).header.kid);
    assert.equal(new Set(kids).size, 1, kids.join());
    const names = namesBelow(store.dataDir)
      .filter((name) => name.includes("signing_key"));
    assert.deepEqual(names, ["signing_key.pem"]);
  } finally {
    for (const dss of opened) dss[Symbol.dispose]();
  }
});

Deno.test("processes that make the key at once take each other's tokens", async () => {
  await using store = await LocalStore.open();
  const processes = [1, 2].map(() => new PrintToken(store.dataDir));
  try {
    for (const one of processes) assert.equal(await one.line(), "ready");
    const tokens = await Promise.all(
      processes.map(async (one) => {
        await one.go();
        return await one.line();
      }),
    );
    const kids = tokens.map((token) => decodeJwt(token).header.kid);
    assert.equal(kids[0], kids[1]);
    await store.clock.advance(Date.now() - store.clock.now());
    for (const token of tokens) {
      const answer = await store.request("/v1/collections", {
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(answer.status, 200, await answer.text());
    }
    const names = namesBelow(store.dataDir)
      .filter((name) => name.includes("signing_key"));
    assert.deepEqual(names, ["signing_key.pem"]);
  } finally {
    for (const one of processes) await one.end();
  }
});

/** A run of `_print_token.ts`. */
class PrintToken {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #text = "";

  constructor(dataDir: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--allow-all", SCRIPT, dataDir],
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = this.#child.stdout
      .pipeThrough(new TextDecoderStream()).getReader();
    this.#input = this.#child.stdin.getWriter();
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    while (!this.#text.includes("\n")) {
      const { done, value } = await this.#lines.read();
      if (done) throw new Error(`it ended after ${this.#text}`);
      this.#text += value;
    }
    const [line = "", ...rest] = this.#text.split("\n");
    this.#text = rest.join("\n");
    return line;
  }

  /** Lets it go on. */
  async go(): Promise<void> {
    await this.#input.write(new Uint8Array([10]));
  }

  /** Waits for its end. */
  async end(): Promise<void> {
    await this.#input.close();
    await this.#lines.cancel();
    await this.#child.status;
  }
}
