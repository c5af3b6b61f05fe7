import assert from "node:assert/strict";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TYPES: Record<string, string> = {
  ".ts": "application/typescript",
  ".json": "application/json",
};

const SCRIPT = (origin: string) => `
import { DssClient, NotFoundError } from "${origin}/mod.ts";
using dss = await DssClient.create({ dataDir: "store" });
const found = [];
for await (const hit of dss.items("get_bundles_all", { replica: "aws" })) {
  found.push(hit);
}
try {
  await dss.getBundle({ uuid: "00000000-0000-4000-8000-000000000000", replica: "aws" });
} catch (error) {
  found.push(error instanceof NotFoundError);
}
console.log(JSON.stringify(found.length));
`;

Deno.test("mod.ts works when imported from a URL, with an empty cache and no import map", async () => {
  const place = await Deno.makeTempDir({ prefix: "hca-url-" });
  const served: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      served.push(pathname);
      try {
        return new Response(await Deno.readFile(join(ROOT, pathname)), {
          headers: { "content-type": TYPES[extname(pathname)] ?? "text/plain" },
        });
      } catch {
        return new Response("not found", { status: 404 });
      }
    },
  );
  try {
    const origin = `http://127.0.0.1:${server.addr.port}`;
    await Deno.writeTextFile(join(place, "script.ts"), SCRIPT(origin));
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--no-config", "script.ts"],
      cwd: place,
      env: {
        DENO_DIR: join(place, "cache"),
        HOME: place,
        APPDATA: place,
        HCA_SWAGGER_URL: "",
        HCA_CONFIG_FILE: "",
        XDG_CONFIG_HOME: join(place, "config"),
      },
    }).output();
    const err = new TextDecoder().decode(output.stderr);
    assert.equal(output.code, 0, err);
    assert.equal(new TextDecoder().decode(output.stdout), "4\n");
    assert.ok(served.includes("/mod.ts"));
    assert.ok(!served.some((path) => path.startsWith("/src/commands/")));
  } finally {
    await server.shutdown();
    await Deno.remove(place, { recursive: true });
  }
});
