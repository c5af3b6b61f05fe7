import assert from "node:assert/strict";
import { join } from "node:path";
import { addressIn, signIn } from "../cli/_sign_in.ts";
import { finish, programWords, Sandbox, waitForLine } from "./_program.ts";

const SERVES = /HCA_SWAGGER_URL=(\S+)\n[^]*this password: (\S+)\n/;
const ADDRESS = /https?:\/\/\S+response_type=code\S+/;

interface Served {
  sandbox: Sandbox;
  environment: Record<string, string>;
  password: string;
}

async function withService(
  work: (served: Served) => Promise<void>,
): Promise<void> {
  await using sandbox = await Sandbox.create();
  const store = join(sandbox.directory, "store");
  const server = sandbox.spawn(
    ["local", "serve", "--port", "0", "--no-samples", "--data-dir", store],
  );
  try {
    const [, url = "", password = ""] = await waitForLine(
      server.stdout,
      SERVES,
    );
    await work({ sandbox, password, environment: { HCA_SWAGGER_URL: url } });
  } finally {
    server.kill("SIGTERM");
    await new Response(server.stderr).text();
    await server.status;
  }
}

async function configOf(sandbox: Sandbox): Promise<string | undefined> {
  const path = join(sandbox.directory, "home/.config/hca/config.json");
  return await Deno.readTextFile(path).catch(() => undefined);
}

Deno.test({
  name: "hca dss login interrupted while it waits exits 130 and stores nothing",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withService(async ({ sandbox, environment }) => {
      const login = sandbox.spawn(["dss", "login", "--no-browser"], {
        environment,
      });
      const [mine, theirs] = login.stderr.tee();
      const [url] = await waitForLine(mine, ADDRESS);
      login.kill("SIGINT");
      const { code } = await login.status;
      assert.match(await new Response(theirs).text(), /error: interrupted/);
      assert.equal(code, 130);
      await login.stdout.cancel();
      assert.equal(await configOf(sandbox), undefined);
      const redirectUri = new URL(url).searchParams.get("redirect_uri") ?? "";
      await assert.rejects(fetch(redirectUri), TypeError);
    });
  },
});

/** Starts `hca dss login --remote` with a pipe for its input. */
function remoteLogin({ sandbox, environment }: Served): Deno.ChildProcess {
  const [command, ...first] = programWords();
  return new Deno.Command(command, {
    args: [...first, "dss", "login", "--remote"],
    cwd: sandbox.work,
    env: { ...sandbox.environment, ...environment },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("hca dss login --remote reads the code from a pipe that stays open", async () => {
  await withService(async (served) => {
    const login = remoteLogin(served);
    const [mine, theirs] = login.stderr.tee();
    const [url] = await waitForLine(mine, ADDRESS);
    const echo = await signIn(addressIn(url), { password: served.password });
    const code = new URL(echo).searchParams.get("code") ?? "";
    const writer = login.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${code}\nmore`));
    const err = await new Response(theirs).text();
    assert.equal((await login.status).code, 0, err);
    assert.ok(!err.includes(code));
    assert.equal(
      await new Response(login.stdout).text(),
      "Storing access credentials\n",
    );
    assert.match(await configOf(served.sandbox) ?? "", /"refresh_token"/);
    await writer.close().catch(() => {});
  });
});

Deno.test({
  name: "hca dss login --remote ends at SIGTERM though its input stays open",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withService(async (served) => {
      const login = remoteLogin(served);
      const [mine, theirs] = login.stderr.tee();
      await waitForLine(mine, /query_params: $/);
      login.kill("SIGTERM");
      const { code } = await login.status;
      assert.equal(code, 143);
      await new Response(theirs).text();
      await login.stdout.cancel();
      await login.stdin.close().catch(() => {});
    });
  },
});

Deno.test("hca dss login and logout with the embedded service, as processes", async () => {
  await using sandbox = await Sandbox.create();
  const environment = {
    HCA_LOCAL_DIR: join(sandbox.directory, "store"),
    USER: "ada",
  };
  const login = sandbox.spawn(["dss", "login"], { environment });
  const { status, out, err } = await finish(login);
  assert.equal(status, 0, err);
  assert.equal(out, "Storing access credentials\n");
  assert.match(
    await configOf(sandbox) ?? "",
    /"service": "http:\/\/dss\.hca\./,
  );
  const logout = await finish(
    sandbox.spawn(["dss", "logout"], { environment }),
  );
  assert.equal(logout.status, 0);
  assert.equal(await configOf(sandbox), "{}\n");
});
