import assert from "node:assert/strict";
import { checkExpression } from "../../../src/server/subscriptions/compile_expression.ts";
import { jmesPath } from "./_notify_world.ts";

const nested = (depth: number) => `${"(".repeat(depth)}a${")".repeat(depth)}`;

for (const expression of [nested(251), nested(4900), "[".repeat(9000)]) {
  const { length } = expression;
  Deno.test(`checkExpression refuses ${length} characters of ${expression[0]}`, async () => {
    await assert.rejects(
      checkExpression(jmesPath, expression, "'q'", "invalid_jmespath"),
      {
        name: "Problem",
        status: 400,
        code: "invalid_jmespath",
        title: "'q' has more than 250 brackets one inside the other",
      },
    );
  });
}

Deno.test("checkExpression takes as many brackets as are allowed, and those of texts", async () => {
  const inTexts = `'${"(".repeat(300)}' == "${"[".repeat(300)}"`;
  for (
    const expression of [nested(250), inTexts, "(a) && ".repeat(300) + "b"]
  ) {
    await checkExpression(jmesPath, expression, "'q'", "invalid_jmespath");
  }
});
