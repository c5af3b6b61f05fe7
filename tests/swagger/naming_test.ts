import assert from "node:assert/strict";
import { commandName, flagName, methodName } from "../../src/swagger/mod.ts";

// HTTP method, path, name: observed with the old client.
const NAMES: [string, string, string][] = [
  ["get", "/foos", "get_foos"],
  ["post", "/foos", "post_foo"],
  ["put", "/foos", "put_foo"],
  ["delete", "/foos", "delete_foos"],
  ["get", "/foos/{uuid}", "get_foo"],
  ["put", "/foos/{uuid}", "put_foo"],
  ["head", "/files/{uuid}", "head_file"],
  ["get", "/foos/{Uuid}", "get_foos"],
  ["get", "/foos/{id}", "get_foos"],
  ["put", "/foos/{id}", "put_foo"],
  ["get", "/s/{uuid}/items", "get_s_items"],
  ["post", "/s/{uuid}/items", "post_s_item"],
  ["get", "/x-y/.well-known/z", "get_x_y_z"],
  ["get", "/users/", "get_users_"],
  ["post", "/class/{x}", "post_clas"],
  ["put", "/subscriptions", "put_subscription"],
  ["get", "/bundles/all", "get_bundles_all"],
  ["get", "/bundles/{uuid}", "get_bundle"],
  ["patch", "/bundles/{uuid}", "patch_bundle"],
  ["post", "/bundles/{uuid}/checkout", "post_bundles_checkout"],
  ["get", "/bundles/{uuid}/checkout", "get_bundles_checkout"],
  ["GET", "/swagger.json", "get_swagger.json"],
  ["get", "/", "get_"],
];

for (const [method, path, name] of NAMES) {
  Deno.test(`methodName of ${method} ${path} is ${name}`, () => {
    assert.equal(methodName(method, path), name);
  });
}

Deno.test("commandName and flagName write dashes", () => {
  assert.equal(commandName("get_bundles_all"), "get-bundles-all");
  assert.equal(flagName("es_query"), "es-query");
  assert.equal(flagName("a/b_c"), "a-b-c");
});
