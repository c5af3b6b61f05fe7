import assert from "node:assert/strict";
import {
  discoverProvider,
  issuersOfConfiguration,
} from "../../src/auth/mod.ts";
import {
  NetworkError,
  NotFoundError,
  RefusedError,
} from "../../src/base/mod.ts";
import { answers, authWorld } from "./_auth_world.ts";

const CONFIGURATION = {
  issuer: "https://idp.test/",
  authorization_endpoint: "https://idp.test/authorize",
  token_endpoint: "https://idp.test/token",
  revocation_endpoint: "https://idp.test/revoke",
  jwks_uri: "https://idp.test/jwks",
  authorization_response_iss_parameter_supported: true,
  scopes_supported: ["openid"],
};

const URL = "https://idp.test/.well-known/openid-configuration";

Deno.test("discoverProvider reads what a provider says of itself", async () => {
  const { tools, requests } = authWorld(answers({ [URL]: CONFIGURATION }));
  assert.deepEqual(await discoverProvider(tools, ["https://idp.test/"]), {
    issuer: "https://idp.test/",
    authorizationEndpoint: "https://idp.test/authorize",
    tokenEndpoint: "https://idp.test/token",
    revocationEndpoint: "https://idp.test/revoke",
    jwksUri: "https://idp.test/jwks",
    sendsIssuer: true,
  });
  assert.deepEqual(requests, [`GET ${URL}`]);
});

Deno.test("discoverProvider asks below the path of an issuer", async () => {
  const issuer = "https://idp.test/realms/atlas";
  const url = `${issuer}/.well-known/openid-configuration`;
  const { tools } = authWorld(answers({ [url]: { issuer } }));
  assert.deepEqual(await discoverProvider(tools, [issuer]), {
    issuer,
    sendsIssuer: false,
  });
});

// asked for, what it says it is
const OTHER_ISSUERS: [string[], unknown][] = [
  [["https://idp.test/"], "https://evil.test/"],
  [["https://idp.test/"], "https://idp.test"],
  [["https://idp.test"], "https://idp.test/"],
  [["https://idp.test/"], "HTTPS://IDP.TEST/"],
  [["https://idp.test/"], ["https://idp.test/"]],
  [["https://idp.test/"], undefined],
];

for (const [asked, issuer] of OTHER_ISSUERS) {
  Deno.test(`discoverProvider of ${asked} refuses the issuer ${JSON.stringify(issuer)}`, async () => {
    const { tools } = authWorld(
      answers({ [URL]: { ...CONFIGURATION, issuer } }),
    );
    await assert.rejects(
      discoverProvider(tools, asked),
      (error) =>
        error instanceof RefusedError && /another issuer/.test(error.message),
    );
  });
}

Deno.test("discoverProvider takes either form of an issuer whose final slash is not known", async () => {
  const { tools } = authWorld(answers({ [URL]: CONFIGURATION }));
  const { issuer } = await discoverProvider(
    tools,
    issuersOfConfiguration(URL),
  );
  assert.equal(issuer, "https://idp.test/");
});

Deno.test("issuersOfConfiguration refuses what is no such address", () => {
  for (const url of ["https://idp.test/", `${URL}?x`, ""]) {
    assert.throws(() => issuersOfConfiguration(url), RefusedError);
  }
});

for (
  const key of [
    "authorization_endpoint",
    "token_endpoint",
    "revocation_endpoint",
    "jwks_uri",
  ]
) {
  Deno.test(`discoverProvider refuses a ${key} that is not secure`, async () => {
    for (const bad of ["http://idp.test/x", "ftp://idp.test/", "x"]) {
      const { tools } = authWorld(
        answers({ [URL]: { ...CONFIGURATION, [key]: bad } }),
      );
      await assert.rejects(
        discoverProvider(tools, ["https://idp.test/"]),
        RefusedError,
      );
    }
  });
}

Deno.test("discoverProvider shows no more than the beginning of a long address", async () => {
  const long = `ftp://idp.test/${"x".repeat(100_000)}`;
  const { tools } = authWorld(
    answers({ [URL]: { ...CONFIGURATION, token_endpoint: long } }),
  );
  await assert.rejects(discoverProvider(tools, ["https://idp.test/"]), {
    name: "RefusedError",
    message: `the token endpoint ${long.slice(0, 200)}… is not an https ` +
      "address, so no secret is sent there",
  });
});

// answer, class
const BAD_ANSWERS: [Response, typeof RefusedError | typeof NotFoundError][] = [
  [Response.json(["no object"]), RefusedError],
  [new Response("<html>"), RefusedError],
  [new Response("x".repeat(2_000_000)), RefusedError],
  [new Response("", { status: 404 }), NotFoundError],
  [
    new Response("", {
      status: 302,
      headers: { location: "http://idp.test/" },
    }),
    RefusedError,
  ],
];

for (const [answer, errorClass] of BAD_ANSWERS) {
  Deno.test(`discoverProvider throws ${errorClass.name} for ${answer.status} ${answer.headers.get("content-type")}`, async () => {
    const { tools } = authWorld(answers({ [URL]: answer }));
    await assert.rejects(
      discoverProvider(tools, ["https://idp.test/"]),
      errorClass,
    );
  });
}

Deno.test("discoverProvider gives up after 30 s on an answer that never ends", async () => {
  const { tools, clock } = authWorld(() => {
    const body = new ReadableStream({
      pull: async (controller) => {
        await clock.sleep(5_000);
        controller.enqueue(new TextEncoder().encode(" "));
      },
    });
    return Promise.resolve(new Response(body));
  });
  const refused = assert.rejects(
    discoverProvider(tools, ["https://idp.test/"]),
    (error) =>
      error instanceof NetworkError && /more than 30 s/.test(error.message),
  );
  for (let turn = 0; turn < 10; turn++) await clock.advance(5_000);
  await refused;
});

Deno.test("discoverProvider asks nobody over plain http", async () => {
  const { tools, requests } = authWorld();
  await assert.rejects(
    discoverProvider(tools, ["http://idp.test/"]),
    (error) => error instanceof RefusedError && /https/.test(error.message),
  );
  assert.deepEqual(requests, []);
});
