import assert from "node:assert/strict";
import { codeOfTyped, logInRemotely } from "../../src/auth/mod.ts";
import {
  AuthError,
  CancelledError,
  RefusedError,
  UsageError,
} from "../../src/base/mod.ts";
import { MemoryTerminal } from "../support/test_environment.ts";
import { authWorld, PROVIDER, REQUEST } from "./_auth_world.ts";
import { challengeOf } from "../../src/auth/mod.ts";

const STATE = `state=${REQUEST.state}`;

// what is typed, the code in it
const TYPED: [string, string][] = [
  ["PLANTED", "PLANTED"],
  ["  4/0Ab_c-d~e  \r", "4/0Ab_c-d~e"],
  ["'PLANTED'", "PLANTED"],
  ['"PLANTED"', "PLANTED"],
  ["code=a%2Fb", "a/b"],
  [`?code=a&${STATE}`, "a"],
  [`${STATE}&code=a`, "a"],
  [`https://idp.test/echo?code=a+b&${STATE}`, "a b"],
  [`http://127.0.0.1/echo?${STATE}&code=a&iss=https://idp.test/`, "a"],
  // Not a query: codes may have any of these.
  ["abc==", "abc=="],
  ["x=y", "x=y"],
];

for (const [typed, code] of TYPED) {
  Deno.test(`codeOfTyped finds the code in '${typed.trim()}'`, () => {
    // The sender's name cannot be missed where only a part was copied.
    const provider = { ...PROVIDER, sendsIssuer: true };
    assert.equal(codeOfTyped(typed, provider, REQUEST), code);
  });
}

// what is typed, class, message
const BAD: [string, new (message: string) => Error, RegExp][] = [
  ["", UsageError, /no code was given/],
  [" \t", UsageError, /no code was given/],
  ["PLANTED PLANTED", UsageError, /not a code/],
  ["PLANTEDé", UsageError, /not a code/],
  ["PLANTED\u0007", UsageError, /not a code/],
  ["https://idp.test/echo?code=PLANTED", RefusedError, /wrong state/],
  ["https://idp.test/echo?code=PLANTED&state=x", RefusedError, /wrong state/],
  ["code=PLANTED&state=x", RefusedError, /wrong state/],
  ["?state=x&code=PLANTED", RefusedError, /wrong state/],
  [`https://idp.test/echo?${STATE}`, RefusedError, /no code/],
  [`code=PLANTED&${STATE}&iss=https://evil.test/`, RefusedError, /iss/],
  [`error=access_denied&${STATE}`, AuthError, /access_denied/],
  ["https://[bad", RefusedError, /wrong state/],
];

for (const [typed, errorClass, message] of BAD) {
  Deno.test(`codeOfTyped throws ${errorClass.name} for '${typed.slice(0, 50)}'`, () => {
    assert.throws(() => codeOfTyped(typed, PROVIDER, REQUEST), (error) => {
      assert.ok(error instanceof errorClass);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /PLANTED/);
      return true;
    });
  });
}

function tokens(bodies: string[]) {
  return async (request: Request) => {
    bodies.push(await request.text());
    return Response.json({ access_token: "the-token", token_type: "Bearer" });
  };
}

Deno.test("logInRemotely prints the address, asks hidden and redeems the code", async () => {
  const bodies: string[] = [];
  const { tools } = authWorld(tokens(bodies));
  const terminal = new MemoryTerminal();
  terminal.inputText = "PLANTED-code\n";
  const login = await logInRemotely(tools, PROVIDER, terminal);
  assert.equal(login.accessToken, "the-token");
  assert.deepEqual(terminal.questions, [{
    question: "pass 'code' value from within query_params: ",
    isHidden: true,
  }]);
  const [line, url = ""] =
    /^please authenticate at the url: (\S+)\n/.exec(terminal.errText) ?? [];
  assert.ok(line);
  assert.doesNotMatch(terminal.errText, /PLANTED/);
  const asked = new URL(url).searchParams;
  assert.equal(asked.get("redirect_uri"), "https://idp.test/echo");
  const sent = new URLSearchParams(bodies[0]);
  assert.equal(sent.get("code"), "PLANTED-code");
  assert.equal(sent.get("redirect_uri"), "https://idp.test/echo");
  assert.equal(
    await challengeOf(sent.get("code_verifier") ?? ""),
    asked.get("code_challenge"),
  );
});

Deno.test("logInRemotely compares the state of a whole address with its own", async () => {
  const bodies: string[] = [];
  const { tools } = authWorld(tokens(bodies));
  const terminal = new MemoryTerminal();
  terminal.answer = () => {
    const url = new URL(/\S+$/m.exec(terminal.errText)?.[0] ?? "");
    const echo = new URL(url.searchParams.get("redirect_uri") ?? "");
    echo.searchParams.set("code", "the-code");
    echo.searchParams.set("state", url.searchParams.get("state") ?? "");
    return echo.href;
  };
  // The question stands after the address.
  const say = terminal.err.bind(terminal);
  terminal.err = (text) => text.startsWith("please") ? say(text) : undefined;
  await logInRemotely(tools, PROVIDER, terminal);
  assert.equal(new URLSearchParams(bodies[0]).get("code"), "the-code");
  terminal.answer = () => "https://idp.test/echo?code=x&state=y";
  await assert.rejects(logInRemotely(tools, PROVIDER, terminal), RefusedError);
  assert.equal(bodies.length, 1);
});

Deno.test("logInRemotely ends when the input does, or by the signal", async () => {
  const { tools, requests } = authWorld();
  await assert.rejects(
    logInRemotely(tools, PROVIDER, new MemoryTerminal()),
    UsageError,
  );
  const signal = AbortSignal.abort(new CancelledError("interrupted"));
  await assert.rejects(
    logInRemotely({ ...tools, signal }, PROVIDER, new MemoryTerminal()),
    CancelledError,
  );
  assert.deepEqual(requests, []);
});
