import assert from "node:assert/strict";
import { FakeClock } from "../support/fake_clock.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const LINE = "hca clear-hca-cache";
const DSS_URL = "https://dss.test/v1/swagger.json";
const AUTH_URL = "https://auth.test/swagger.json";
// base64.urlsafe_b64encode of the two addresses
const DSS_NAME = "aHR0cHM6Ly9kc3MudGVzdC92MS9zd2FnZ2VyLmpzb24=.json";
const AUTH_NAME = "aHR0cHM6Ly9hdXRoLnRlc3Qvc3dhZ2dlci5qc29u.json";
const NEW = '{"swagger": "2.0", "paths": {"/new": {}}}';

/** A world with two configured services and old copies of both documents. */
async function world(down: string[] = []) {
  const hca = await TestEnvironment.create();
  const asked: string[] = [];
  hca.runtime.clock = new FakeClock({ skips: (delayMs) => delayMs < 20_000 });
  hca.runtime.fetch = ({ url }) => {
    if (!asked.includes(url)) asked.push(url);
    return down.includes(url)
      ? Promise.reject(new TypeError("no route"))
      : Promise.resolve(new Response(NEW));
  };
  const folder = `${hca.root}/home/config/hca`;
  await Deno.mkdir(folder, { recursive: true });
  const config = {
    DSSClient: { swagger_url: DSS_URL },
    AuthClient: { swagger_url: AUTH_URL },
    OtherClient: {},
    notOne: { swagger_url: "https://not.test/swagger.json" },
  };
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
  for (const name of [DSS_NAME, AUTH_NAME]) {
    await Deno.writeTextFile(`${folder}/${name}`, "old");
  }
  const text = (name: string) => Deno.readTextFileSync(`${folder}/${name}`);
  return { hca, asked, folder, text };
}

Deno.test(`${LINE} fetches the document of every configured service anew`, async () => {
  const { hca, asked, folder, text } = await world();
  await using _hca = hca;
  const { status, out, err } = await hca.runLine(LINE);
  assert.equal(
    err,
    `hca: fetched the API document of ${DSS_URL}: 1 paths\n` +
      `hca: fetched the API document of ${AUTH_URL}: 1 paths\n`,
  );
  assert.equal(out, "");
  assert.equal(status, 0);
  assert.deepEqual(asked, [DSS_URL, AUTH_URL]);
  assert.deepEqual(
    namesBelow(folder),
    [AUTH_NAME, DSS_NAME, "config.json"],
  );
  assert.deepEqual([text(DSS_NAME), text(AUTH_NAME)], [NEW, NEW]);
});

Deno.test(`${LINE} removes the copy of a service that cannot be reached`, async () => {
  const { hca, asked, folder, text } = await world([DSS_URL]);
  await using _hca = hca;
  const { status, out, err } = await hca.runLine(LINE);
  assert.match(
    err,
    new RegExp(`${LINE}: error: ${DSS_URL.replaceAll(".", "\\.")}: .*\n`),
  );
  assert.match(
    err,
    /: error: 1 of 2 API documents could not be fetched anew\. .*\n$/,
  );
  assert.equal(out, "");
  assert.equal(status, 3);
  assert.deepEqual(asked, [DSS_URL, AUTH_URL], "the other is not left out");
  assert.deepEqual(namesBelow(folder), [AUTH_NAME, "config.json"]);
  assert.equal(text(AUTH_NAME), NEW);
});

Deno.test(`${LINE} without a copy fetches one`, async () => {
  const { hca, folder, text } = await world();
  await using _hca = hca;
  await Deno.remove(`${folder}/${DSS_NAME}`);
  assert.equal((await hca.runLine(LINE)).status, 0);
  assert.equal(text(DSS_NAME), NEW);
});

Deno.test(`${LINE} --swagger-url local leaves the DSS out`, async () => {
  const { hca, asked, text } = await world();
  await using _hca = hca;
  assert.equal((await hca.runLine(`${LINE} --swagger-url local`)).status, 0);
  assert.deepEqual(asked, [AUTH_URL]);
  assert.equal(text(DSS_NAME), "old");
});

Deno.test(`${LINE} fetches an address that two services share once`, async () => {
  const { hca } = await world();
  await using _hca = hca;
  const { err } = await hca.runLine(`${LINE} --swagger-url ${AUTH_URL}`);
  assert.equal(err, `hca: fetched the API document of ${AUTH_URL}: 1 paths\n`);
});

Deno.test(`${LINE} with the embedded service alone has nothing to do`, async () => {
  await using hca = await TestEnvironment.create();
  const { status, out, err } = await hca.runLine(LINE);
  assert.equal(err, "hca: no service is configured, so no document is kept\n");
  assert.equal(out, "");
  assert.equal(status, 0);
  assert.deepEqual(namesBelow(hca.root), []);
  assert.deepEqual(hca.refusedRequests, []);
});

Deno.test(`${LINE} refuses an address that is none before it removes anything`, async () => {
  const { hca, asked, folder, text } = await world();
  await using _hca = hca;
  await Deno.writeTextFile(
    `${folder}/config.json`,
    JSON.stringify({
      DSSClient: { swagger_url: DSS_URL },
      AuthClient: { swagger_url: "ftp://auth.test/" },
    }),
  );
  const { status, err } = await hca.runLine(LINE);
  assert.match(
    err,
    /: error: the API document of the service 'auth' has no http or https address\./,
  );
  assert.equal(status, 2);
  assert.deepEqual(asked, []);
  assert.equal(text(DSS_NAME), "old");
});

Deno.test(`${LINE} shows no password of an address`, async () => {
  const { hca, folder } = await world([
    "https://dss.test/s.json?token=PLANTED",
  ]);
  await using _hca = hca;
  await Deno.remove(`${folder}/config.json`);
  hca.variables.set("HCA_SWAGGER_URL", "https://dss.test/s.json?token=PLANTED");
  const { status, err } = await hca.runLine(`${LINE} --log-level DEBUG`);
  assert.match(err, /: error: https:\/\/dss\.test\/s\.json\?token=\*\*\*: /);
  assert.doesNotMatch(err, /PLANTED/);
  assert.equal(status, 3);
});
