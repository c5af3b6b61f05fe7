import assert from "node:assert/strict";
import { CancelledError, type Key } from "../../src/base/mod.ts";
import { hiddenAnswer } from "../../src/commands/repl/hidden_answer.ts";
import { FakeKeyboard, keyOf } from "../support/fake_keyboard.ts";
import { MemoryTerminal } from "../support/test_environment.ts";

const text = (of: string) => keyOf("text", { text: of });
const ctrl = (name: string) => keyOf(name, { ctrl: true });
const ENTER = keyOf("return");

async function asked(
  keys: Key[],
  isHidden = false,
): Promise<{ answer: string | undefined; shown: string }> {
  const keyboard = new FakeKeyboard();
  const terminal = new MemoryTerminal();
  keyboard.press(...keys);
  const options = { isHidden };
  const answer = await hiddenAnswer(keyboard, terminal, "Who? ", options);
  assert.equal(keyboard.openCount, 0);
  return { answer, shown: terminal.errText };
}

Deno.test("hiddenAnswer shows what is typed, or nothing of it", async () => {
  const keys = [text("al"), keyOf("paste", { text: "ice\r\n\x1b[0m" }), ENTER];
  assert.deepEqual(await asked(keys), {
    answer: "alice[0m",
    shown: "Who? alice[0m\r\n",
  });
  assert.deepEqual(await asked(keys, true), {
    answer: "alice[0m",
    shown: "Who? \r\n",
  });
});

Deno.test("hiddenAnswer takes back whole characters, with all the columns they have", async () => {
  const one = [text("e\u0301日"), keyOf("backspace"), ENTER];
  assert.deepEqual(await asked(one), {
    answer: "e\u0301",
    shown: "Who? e\u0301日\b \b\b \b\r\n",
  });
  const both = [text("e\u0301日"), keyOf("backspace"), keyOf("backspace")];
  const none = [...both, keyOf("backspace"), ENTER];
  assert.equal((await asked(none)).answer, "");
  const line = await asked([text("a日"), ctrl("u"), text("b"), ENTER]);
  assert.deepEqual(line, {
    answer: "b",
    shown: "Who? a日\b \b\b \b\b \bb\r\n",
  });
});

Deno.test("hiddenAnswer ends with Ctrl-C and with Ctrl-D on nothing", async () => {
  await assert.rejects(asked([text("a"), ctrl("c")]), CancelledError);
  assert.equal((await asked([ctrl("d")])).answer, undefined);
  assert.equal((await asked([text("a"), ctrl("d"), ENTER])).answer, "a");
});

Deno.test("hiddenAnswer takes a paste of any length", async () => {
  const paste = keyOf("paste", { text: "x".repeat(300_000) });
  assert.equal((await asked([paste, ENTER], true)).answer?.length, 300_000);
});
