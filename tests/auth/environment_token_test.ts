import assert from "node:assert/strict";
import { createEnvironmentToken } from "../../src/auth/mod.ts";
import { errorOf } from "./_token_world.ts";

function sourceOf(value: string | undefined) {
  const variable = (name: string) =>
    name === "HCA_ACCESS_TOKEN" ? value : undefined;
  return createEnvironmentToken({ variable });
}

Deno.test("createEnvironmentToken gives the token of HCA_ACCESS_TOKEN", async () => {
  const found = {
    token: "a.b-c",
    source: "HCA_ACCESS_TOKEN",
    isRenewable: false,
  };
  assert.deepEqual(await sourceOf("a.b-c").find(), found);
  assert.deepEqual(await sourceOf(" a.b-c\n").find(), found);
  assert.deepEqual(await sourceOf("a.b-c").find("a.b-c"), found, "refused");
});

Deno.test("createEnvironmentToken gives nothing when there is nothing", async () => {
  for (const value of [undefined, "", "  "]) {
    assert.equal(await sourceOf(value).find(), undefined);
  }
});

Deno.test("createEnvironmentToken refuses what no header can carry", async () => {
  for (const value of ["Bearer PLANTED", "PLANTED\nx: y", "PLANTEDé", "\0"]) {
    const error = await errorOf(sourceOf(value).find());
    assert.equal(error.name, "AuthError");
    assert.equal(
      error.message,
      "HCA_ACCESS_TOKEN holds no access token: it has blanks or characters " +
        "outside of ASCII",
    );
  }
});
