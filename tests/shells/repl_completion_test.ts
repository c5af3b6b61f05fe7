/**
 * Tab in a session in a real terminal.
 *
 * @module
 */

import assert from "node:assert/strict";
import { isSkipped, SessionTerminal } from "./_terminal.ts";

const FQID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\S+Z/;

Deno.test("Tab in a session completes in a terminal", {
  ignore: isSkipped,
}, async (test) => {
  await using session = await SessionTerminal.open();
  const { plain } = session;
  await session.start();
  // Until the first answer of the store has come.
  const found = await session.run("post-search --es-query {}");
  const fqid = FQID.exec(found)?.[0] ?? "";
  const [, uuid = "", version = ""] = /^([^.]+)\.(.+)$/.exec(fqid) ?? [];
  assert.notEqual(version, "", found);

  /** Types, `⇥` being the Tab key, and waits until the line is `line`. */
  const completes = (name: string, typed: string, line: string) =>
    test.step(`${name}: ${typed}`, async () => {
      for (const [at, part] of typed.split("⇥").entries()) {
        if (at > 0) await plain.press("Tab");
        await plain.type(part);
      }
      await session.edits(line);
      await plain.press("C-c");
      await session.prompts();
    });

  await completes("a command", "get-bundles-c⇥", "get-bundles-checkout");
  await completes("a command with dss", "dss head-f⇥", "dss head-file");
  await completes("a command of sessions", "rece⇥", "recent");
  await completes("one word after the other", "use⇥rep⇥g⇥", "use replica gcp");
  await completes(
    "a flag",
    "get-bundle --presi⇥",
    "get-bundle --presignedurls",
  );
  await completes(
    "an enum value",
    "get-bundle --replica g⇥",
    "get-bundle --replica gcp",
  );
  await completes(
    "an enum value after =",
    "get-bundle --replica=g⇥",
    "get-bundle --replica=gcp",
  );
  await completes(
    "a uuid that an answer has shown",
    `get-bundle --uuid ${uuid.slice(0, 5)}⇥`,
    `get-bundle --uuid ${uuid}`,
  );
  await completes(
    "its version",
    `get-bundle --uuid ${uuid} --version 2⇥`,
    `get-bundle --uuid ${uuid} --version ${version}`,
  );
  await completes(
    "an FQID that an answer has shown",
    `download ${uuid.slice(0, 5)}⇥`,
    `download ${fqid}`,
  );
  await completes(
    "in the middle of a line",
    "get-bundles-c⇥--rep⇥a⇥",
    "get-bundles-checkout --replica aws",
  );

  await test.step("several are listed with what they are about", async () => {
    await plain.type("get-bundle");
    await session.edits("get-bundle");
    await plain.press("Tab");
    await plain.press("Tab");
    await plain.shows(/^get-bundle .*\n(.*\n)*get-bundles-checkout .*/m);
    // The line stays where it is, and the list goes with the next key.
    await plain.type("s-all");
    await plain.shows(/^hca local ▸ get-bundles-all\s*$/m, "visible");
    await plain.press("C-c");
    await session.prompts();
  });

  await test.step("Tab and Enter in one go run what was meant", async () => {
    await plain.paste("hist\t--limit 1\r", false);
    await plain.shows(/^hca local ▸ history --limit 1\s*\n\s*\d+ {2}history/m);
    await session.prompts();
  });

  await test.step("an FQID of an earlier session", async () => {
    await session.end();
    await session.start();
    await plain.type(`get-bundle ${uuid.slice(0, 5)}`);
    await plain.press("Tab");
    await session.edits(`get-bundle ${fqid}`);
    await plain.press("C-c");
    await session.prompts();
  });
  await session.end();
});
