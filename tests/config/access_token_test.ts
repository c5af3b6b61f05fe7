import assert from "node:assert/strict";
import type { Json } from "../../src/base/mod.ts";
import {
  readAccessToken,
  removeLogin,
  storeAccessToken,
} from "../../src/config/mod.ts";

Deno.test("storeAccessToken stores a login as the old client did", () => {
  const before = {
    DSSClient: { swagger_url: "https://dss.test/" },
    oauth2_token: { access_token: "old", refresh_token: "r", scope: "s" },
    log_level: "INFO",
  };
  assert.equal(
    JSON.stringify(storeAccessToken(before, "test")),
    '{"DSSClient":{"swagger_url":"https://dss.test/"},' +
      '"oauth2_token":{"access_token":"test","refresh_token":null,' +
      '"id_token":null,"expires_at":"-1","token_type":"Bearer"},' +
      '"log_level":"INFO"}',
  );
});

Deno.test("readAccessToken gives the stored token, or nothing", () => {
  assert.equal(readAccessToken(storeAccessToken({}, "test")), "test");
  const others: Json[] = [
    null,
    "test",
    {},
    { access_token: "" },
    { access_token: null },
    { access_token: 1 },
    ["test"],
  ];
  for (const oauth2_token of others) {
    assert.equal(readAccessToken({ oauth2_token }), undefined);
  }
  assert.equal(readAccessToken({}), undefined);
});

Deno.test("removeLogin removes both keys of a login and nothing else", () => {
  const config = {
    a: 1,
    application_secrets: { installed: {} },
    oauth2_token: {},
    b: 2,
  };
  assert.deepEqual(removeLogin(config), { a: 1, b: 2 });
  assert.deepEqual(removeLogin({ oauth2_token: null }), {});
  const without = { a: 1 };
  assert.equal(removeLogin(without), without);
});
