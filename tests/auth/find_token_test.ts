import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import {
  createTokenSources,
  findToken,
  TOKEN_SOURCES,
  type TokenSource,
} from "../../src/auth/mod.ts";
import { errorOf, type TokenWorld, tokenWorld } from "./_token_world.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

function sourcesOf({ tools }: TokenWorld): TokenSource[] {
  return createTokenSources(tools, {
    origin: "https://dss.test",
    audience: () => Promise.resolve("https://dss.test/"),
  });
}

/** A machine on which every source has something. */
function fullWorld(): TokenWorld {
  const world = tokenWorld({ login: { accessToken: "stored" } });
  world.files.put(
    "/key.json",
    JSON.stringify({
      type: "service_account",
      client_email: "robot@project.test",
      private_key_id: "k",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    }),
  );
  world.variables.HCA_ACCESS_TOKEN = "given";
  world.variables.GOOGLE_APPLICATION_CREDENTIALS = "/key.json";
  return world;
}

Deno.test("createTokenSources has every source in its order", () => {
  const names = sourcesOf(tokenWorld()).map(({ name }) => name);
  assert.deepEqual(names, [...TOKEN_SOURCES]);
  assert.deepEqual(names, [
    "HCA_ACCESS_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "login",
  ]);
});

Deno.test("findToken takes the first source that has a token", async () => {
  const world = fullWorld();
  const sources = sourcesOf(world);
  assert.equal((await findToken(sources))?.token, "given");
  delete world.variables.HCA_ACCESS_TOKEN;
  const account = await findToken(sources);
  assert.equal(account?.source, "GOOGLE_APPLICATION_CREDENTIALS");
  delete world.variables.GOOGLE_APPLICATION_CREDENTIALS;
  assert.equal((await findToken(sources))?.token, "stored");
  await world.files.remove("/home/user/.config/hca/config.json");
  assert.equal(await findToken(sources), undefined);
});

Deno.test("findToken does not go on to another source after a refusal", async () => {
  const found = await findToken(sourcesOf(fullWorld()), "given");
  assert.equal(found?.token, "given");
});

Deno.test("findToken does not go on to another source after an error", async () => {
  const world = fullWorld();
  world.variables.HCA_ACCESS_TOKEN = "two words";
  const error = await errorOf(findToken(sourcesOf(world)));
  assert.equal(error.name, "AuthError");
});

Deno.test("findToken reads no file when the token was given", async () => {
  const world = fullWorld();
  await findToken(sourcesOf(world));
  assert.deepEqual(world.files.operations, []);
});
