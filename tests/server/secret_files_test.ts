import assert from "node:assert/strict";
import { type FileSystem, LocalError } from "../../src/base/mod.ts";
import { denoFiles } from "../../src/platform/mod.ts";
import { readLoginPassword } from "../../src/server/login_password.ts";
import { findSecrets, keepSecret } from "../../src/server/secret_files.ts";
import { namesBelow } from "../support/local_store.ts";

const isWindows = Deno.build.os === "windows";

/** Runs `work` in a directory of its own. */
async function inDirectory(
  work: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "hca-secrets-" });
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function tools(files: Partial<FileSystem> = {}) {
  return { files: { ...denoFiles, ...files }, random: Math.random };
}

const failing = (reason: LocalError["reason"]) => (): Promise<never> =>
  Promise.reject(new LocalError(reason, { reason }));

Deno.test("keepSecret makes a secret once, for its owner only", async () => {
  await inDirectory(async (directory) => {
    const path = `${directory}/secret`;
    let made = 0;
    const keep = () => keepSecret(tools(), path, () => `secret ${++made}\n`);
    assert.equal(await keep(), "secret 1");
    assert.equal(await keep(), "secret 1");
    assert.equal(made, 1);
    assert.equal(Deno.readTextFileSync(path), "secret 1\n");
    if (!isWindows) {
      assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    }
    assert.deepEqual(namesBelow(directory), ["secret"]);
  });
});

Deno.test({
  name: "keepSecret makes a secret for its owner only whatever the umask is",
  ignore: isWindows,
  async fn() {
    await inDirectory(async (directory) => {
      const modes: (number | null)[] = [];
      const link: FileSystem["link"] = async (from, to) => {
        modes.push(Deno.statSync(from).mode);
        await denoFiles.link(from, to);
      };
      const before = Deno.umask(0);
      try {
        await keepSecret(tools({ link }), `${directory}/s`, () => "s");
      } finally {
        Deno.umask(before);
      }
      assert.deepEqual(modes.map((mode) => (mode ?? 0) & 0o777), [0o600]);
    });
  },
});

for (
  const [what, files] of [
    ["", {}],
    [" without hard links", { link: failing("unsupported") }],
  ] as const
) {
  Deno.test(`keepSecret gives everybody one secret when many make it at once${what}`, async () => {
    await inDirectory(async (directory) => {
      const path = `${directory}/secret`;
      // All have looked before the first one makes it.
      const all = Promise.withResolvers<void>();
      let looking = 0;
      const make = async (): Promise<string> => {
        const text = `secret ${++looking}`;
        if (looking === 8) all.resolve();
        await all.promise;
        return text;
      };
      const secrets = await Promise.all(
        Array.from({ length: 8 }, () => keepSecret(tools(files), path, make)),
      );
      assert.equal(looking, 8);
      assert.equal(new Set(secrets).size, 1, secrets.join());
      assert.equal(Deno.readTextFileSync(path), secrets[0]);
      assert.deepEqual(namesBelow(directory), ["secret"]);
    });
  });
}

Deno.test("keepSecret leaves nothing behind when the disk is full", async () => {
  await inDirectory(async (directory) => {
    const create: FileSystem["create"] = async (path, options) => ({
      ...await denoFiles.create(path, options),
      sync: failing("no_space"),
    });
    const path = `${directory}/secret`;
    await assert.rejects(
      keepSecret(tools({ create }), path, () => "secret"),
      (error) => error instanceof LocalError && error.reason === "no_space",
    );
    assert.deepEqual(namesBelow(directory), []);
    assert.equal(await keepSecret(tools(), path, () => "next"), "next");
  });
});

Deno.test("keepSecret leaves nothing behind when its directory is read-only", async () => {
  await inDirectory(async (directory) => {
    const link = failing("read_only");
    await assert.rejects(
      keepSecret(tools({ link }), `${directory}/secret`, () => "secret"),
      (error) => error instanceof LocalError && error.reason === "read_only",
    );
    assert.deepEqual(namesBelow(directory), []);
  });
});

Deno.test("keepSecret refuses an empty file and leaves it", async () => {
  await inDirectory(async (directory) => {
    const path = `${directory}/secret`;
    await Deno.writeTextFile(path, "\n");
    await assert.rejects(keepSecret(tools(), path, () => "x"), (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(error.message, `'${path}' is empty`);
      assert.match(error.hint ?? "", /^Remove it/);
      return true;
    });
    assert.equal(Deno.readTextFileSync(path), "\n");
  });
});

Deno.test("readLoginPassword makes 16 characters that are easy to type, and reads others", async () => {
  await inDirectory(async (directory) => {
    const password = await readLoginPassword(tools(), directory);
    assert.match(password, /^[a-km-np-z2-9]{16}$/);
    assert.equal(await readLoginPassword(tools(), directory), password);
    const path = `${directory}/login_password`;
    if (!isWindows) {
      assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    }
    await Deno.writeTextFile(path, "a phrase of mine\r\n");
    assert.equal(
      await readLoginPassword(tools(), directory),
      "a phrase of mine",
    );
    assert.deepEqual(await findSecrets(denoFiles, directory), {
      signingKey: undefined,
      loginPassword: path,
    });
  });
});

Deno.test("readLoginPassword makes another one for each store", async () => {
  const passwords = new Set<string>();
  for (let round = 0; round < 3; round++) {
    await inDirectory(async (directory) => {
      passwords.add(await readLoginPassword(tools(), directory));
    });
  }
  assert.equal(passwords.size, 3);
});
