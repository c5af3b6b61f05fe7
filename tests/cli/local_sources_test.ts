import assert from "node:assert/strict";
import { uuidOf, VERSION } from "../support/local_store.ts";
import { TestEnvironment } from "../support/test_environment.ts";

const FILE = uuidOf(1, "f");

/** Serves, and puts a file from an address; the status of the answer. */
async function putFrom(
  hca: TestEnvironment,
  args: string,
  sourceUrl: string,
): Promise<number | undefined> {
  const { out } = await hca.runLine("hca local token");
  let status: number | undefined;
  hca.serve = async (handler, { onListen, host, port }) => {
    onListen({ host, port });
    const answer = await handler(
      new Request(
        `http://${host}:${port}/v1/files/${FILE}?version=${VERSION}`,
        {
          method: "PUT",
          headers: {
            authorization: `Bearer ${out.trim()}`,
            "content-type": "application/json",
          },
          body: JSON.stringify({ source_url: sourceUrl, creator_uid: 1 }),
        },
      ),
    );
    status = answer.status;
    await answer.body?.cancel();
  };
  const result = await hca.runLine(`hca local serve --no-samples ${args}`);
  assert.equal(result.status, 0, result.err);
  return status;
}

Deno.test("hca local serve --source-dir lets files below it be put, and no others", async () => {
  await using hca = await TestEnvironment.create();
  for (const name of ["in", "out"]) {
    await Deno.mkdir(hca.path(name));
    await Deno.writeTextFile(hca.path(name, "a.txt"), "a");
  }
  const put = (name: string) =>
    putFrom(hca, "--source-dir in", `file://${hca.path(name, "a.txt")}`);
  assert.equal(await put("in"), 201);
  assert.equal(await put("out"), 400);
});

for (
  const [variables, expected] of [
    [{}, /^$/],
    [{ AWS_ACCESS_KEY_ID: "AKID" }, /^$/],
    [
      { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "s" },
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-east-1\/s3\//,
    ],
    [
      {
        AWS_ACCESS_KEY_ID: "AKID",
        AWS_SECRET_ACCESS_KEY: "s",
        AWS_SESSION_TOKEN: "t",
        AWS_DEFAULT_REGION: "eu-west-1",
      },
      /\/eu-west-1\/s3\/.*x-amz-security-token/,
    ],
  ] as const
) {
  Deno.test(`hca local serve --s3-endpoint signs with ${Object.keys(variables).join(", ") || "nothing"}`, async () => {
    await using hca = await TestEnvironment.create();
    for (const [name, value] of Object.entries(variables)) {
      hca.variables.set(name, value);
    }
    const sent: string[] = [];
    hca.runtime.fetch = (request) => {
      sent.push(`${request.method} ${request.url}`);
      assert.match(request.headers.get("authorization") ?? "", expected);
      return Promise.resolve(new Response(null, { status: 404 }));
    };
    const status = await putFrom(
      hca,
      "--s3-endpoint http://s3.test",
      "s3://bucket/key",
    );
    assert.equal(status, 400);
    assert.deepEqual(sent, ["HEAD http://s3.test/bucket/key"]);
  });
}
