import assert from "node:assert/strict";
import { checkExpression } from "../../../src/server/subscriptions/compile_expression.ts";
import { jmesPath } from "./_notify_world.ts";

for (
  const [expression, title] of [
    [`${"(".repeat(4900)}a${")".repeat(4900)}`, "'q' is nested too deeply"],
    ["[".repeat(9000), "'q' is nested too deeply"],
  ] as const
) {
  Deno.test(`checkExpression says of ${expression.slice(0, 3)}… that it is nested too deeply`, async () => {
    await assert.rejects(
      checkExpression(jmesPath, expression, "'q'", "invalid_jmespath"),
      { name: "Problem", status: 400, code: "invalid_jmespath", title },
    );
  });
}
