import assert from "node:assert/strict";
import { redactSecrets, Secrets } from "../../src/base/mod.ts";
import { ends } from "../support/ends.ts";

const MODULE = new URL(
  "../../src/base/mod.ts",
  import.meta.url,
);
// Made up; the first part is {"alg":"RS256","typ":"JWT"}.
const JWT = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhIn0.c2ln-_bmF0";
const PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ\n" +
  "-----END PRIVATE KEY-----";

/** What is said, and what is shown of it. */
const SHOWN: [text: string, shown: string][] = [
  [`got ${JWT}.`, "got ***."],
  [`"${JWT}"`, '"***"'],
  [`x=${JWT}&y=1`, "x=***&y=1"],
  [`Bearer%20${JWT}`, "Bearer%20***"],
  ["none: eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "none: ***."],
  // Five parts (RFC 7516), and one that a message cut off.
  ["eyJh.b.c.d.e", "***"],
  [JWT.slice(0, 50), "***"],
  ["Bearer mF_9.B5f-4.1JqM", "Bearer ***"],
  ["bearer abc", "bearer ***"],
  ["DPoP abc", "DPoP ***"],
  ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic ***"],
  ["Authorization: Bearer abc, def", "Authorization: ***"],
  ["authorization=Digest a=\"b\", c='d'\nnext", "authorization=***\nnext"],
  [
    '{"Authorization": "Bearer abc", "x": 1}',
    '{"Authorization": "***", "x": 1}',
  ],
  ["Proxy-Authorization: Basic abc", "Proxy-Authorization: ***"],
  ["Set-Cookie: sid=1; Secure\r\nX: y", "Set-Cookie: ***\r\nX: y"],
  ["X-Auth-Token: abc", "X-Auth-Token: ***"],
  [`key ${PEM} end`, "key *** end"],
  [PEM.replaceAll("PRIVATE", "RSA PRIVATE"), "***"],
  [PEM.slice(0, 60), "***"],
  [PEM.replaceAll("\n", "\\n"), "***"],
  ["https://ann:s3cret@host/p", "https://***@host/p"],
  ["see http://a@b:1 and c@d", "see http://***@b:1 and c@d"],
  ["/cb?code=abc&state=xyz", "/cb?code=***&state=xyz"],
  [
    "code_verifier=abc&code_challenge=xyz",
    "code_verifier=***&code_challenge=xyz",
  ],
  [
    "grant_type=refresh_token&refresh_token=abc&client_id=hca&client_secret=x%20y",
    "grant_type=refresh_token&refresh_token=***&client_id=hca&client_secret=***",
  ],
  [
    "(https://h/?sig=a.b): no; code=c, d",
    "(https://h/?sig=***): no; code=***, d",
  ],
  ["redirect=%3Fcode%3Dabc", "redirect=%3Fcode%3D***"],
  [
    "X-Amz-Signature=ab&X-Goog-Signature=cd&sig=ef&X-Amz-Security-Token=gh",
    "X-Amz-Signature=***&X-Goog-Signature=***&sig=***&X-Amz-Security-Token=***",
  ],
  ['{"access_token": "abc", "n": 1}', '{"access_token": "***", "n": 1}'],
  ['{"id_token":"a\\"b","x":"y"}', '{"id_token":"***","x":"y"}'],
  [
    "{'hmac_secret_key': 'abc', 'x': 'y'}",
    "{'hmac_secret_key': '***', 'x': 'y'}",
  ],
  ['{\\"refresh_token\\": \\"abc\\"}', '{\\"refresh_token\\": \\"***\\"}'],
  [
    '{"accessToken": "abc", "Password": "p"}',
    '{"accessToken": "***", "Password": "***"}',
  ],
  [
    '{"assertion":"a","signature":"b"}',
    '{"assertion":"***","signature":"***"}',
  ],
];

for (const [text, shown] of SHOWN) {
  Deno.test(`redactSecrets masks what is secret in ${JSON.stringify(text)}`, () => {
    assert.equal(redactSecrets(text), shown);
    assert.equal(redactSecrets(shown), shown, "again");
  });
}

const KEPT = [
  "",
  "response_type=code&client_id=hca&scope=openid",
  "barcode=abc design=x",
  "Basic authentication is not used, nor Bearer",
  "a.b.c eyJ.txt eyJab.txt",
  "not_found: Cannot find file! (HTTP 404) for GET https://h/v1/files/u?replica=aws",
  "Give it the token, or '-': hca dss login --access-token - < token.txt",
  '{"code": 404, "title": "no token"}',
  "7964d4b9-dc39-4c45-ac19-7ec68741d7c3.2019-08-01T200147.836832Z",
];

for (const text of KEPT) {
  Deno.test(`redactSecrets keeps ${JSON.stringify(text)}`, () => {
    assert.equal(redactSecrets(text), text);
  });
}

/** Parts of texts that an expression might look at again and again. */
const TRAPS = [
  ...["a", "a.", "eyJ", "eyJ.", "eyJa..", "\\", '"', '\\"', "=", "://", "://a"],
  ...["-----BEGIN A ", "-----BEGIN PRIVATE KEY-----", "Bearer ", "Basic a/"],
  ...["code=", "code=)", '"code":', '"code": "', "'token':'\\", "_token="],
  ...["authorization", "authorization ", 'authorization:"', "cookie", "x-"],
];
const MEGABYTE = 1 << 20;

Deno.test("redactSecrets takes time in proportion to a text of 1 MB", async () => {
  const texts = TRAPS.flatMap((trap) => {
    const text = trap.repeat(MEGABYTE / trap.length);
    return ["", "code=", '"code": "', 'Authorization: "'].map((before) => [
      `${before}${text}`,
    ]);
  });
  await ends(MODULE, "redactSecrets", ...texts);
});

Deno.test("Secrets.redact masks what was added, and nothing before", () => {
  const secrets = new Secrets();
  assert.equal(secrets.redact("the opaque-token-1"), "the opaque-token-1");
  secrets.add("opaque-token-1");
  secrets.add("other/secret+2");
  assert.equal(
    secrets.redact("xopaque-token-1x, other/secret+2 opaque-token-1"),
    "x***x, *** ***",
  );
});

Deno.test("Secrets.redact masks the forms for URLs and JSON", () => {
  const secrets = new Secrets();
  secrets.add('a/b+"c\\d=');
  for (
    const form of [
      'a/b+"c\\d=',
      "a%2Fb%2B%22c%5Cd%3D",
      JSON.stringify('a/b+"c\\d=').slice(1, -1),
    ]
  ) {
    assert.equal(secrets.redact(`<${form}>`), "<***>");
  }
});

Deno.test("Secrets.redact masks what is left of a secret that was cut off", () => {
  const secret = "0123456789abcdefghijklmnopqrstuvwxyz";
  const secrets = new Secrets();
  secrets.add(secret);
  for (const length of [8, 20, 35, 36]) {
    assert.equal(secrets.redact(`'${secret.slice(0, length)}…'`), "'***…'");
  }
  assert.equal(secrets.redact("0123456"), "0123456");
});

Deno.test("Secrets.redact masks a short secret only where it stands alone", () => {
  const secrets = new Secrets();
  secrets.add("test");
  secrets.add("a");
  secrets.add("");
  assert.equal(
    secrets.redact("a 'test' of latest.test, testing"),
    "a '***' of latest.***, testing",
  );
});

Deno.test("Secrets.redact takes time in proportion to the text", async () => {
  const texts = ["a".repeat(5000), "a".repeat(MEGABYTE)];
  const module = new URL("_redact_secret.ts", import.meta.url);
  const [shown] = await ends(module, "redactSecret", texts);
  assert.match(String(shown), /^(\*\*\*)+$/);
});
