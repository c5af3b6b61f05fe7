import assert from "node:assert/strict";
import { ends } from "../support/ends.ts";
import { keptLine } from "../../src/commands/repl/history_secrets.ts";

// Signs nothing.
const MODULE = new URL(
  "../../src/commands/repl/history_secrets.ts",
  import.meta.url,
);
const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2VjcmV0";

/** What is typed, and what is kept of it; the secrets all hold `hush`. */
const KEPT: [line: string, kept: string][] = [
  ["dss login --access-token hush-1", "dss login --access-token ***"],
  ["login --access-token=hush-1", "login --access-token=***"],
  ["login --access-tok 'hush 1' ; ls", "login --access-tok *** ; ls"],
  ["login --access-token - ", "login --access-token - "],
  ["login --access-token=-", "login --access-token=-"],
  ["hca dss login hush-1 --remote hush-2", "hca dss login *** --remote ***"],
  ['session; login "hush 1\nx"', "session; login ***"],
  ["login 'hush", "login ***"],
  ["login \\\n hush", "login \\\n ***"],
  [
    "config set oauth2_token.access_token hush",
    "config set oauth2_token.access_token ***",
  ],
  [
    'config set --json oauth2_token \'{"x": "hush"}\'',
    "config set --json oauth2_token ***",
  ],
  ["config set creator_uid 8008", "config set creator_uid 8008"],
  [
    "config set --log-level DEBUG a.token hush",
    "config set --log-level DEBUG a.token ***",
  ],
  [
    "config --log-level DEBUG set a.token hush; config get set",
    "config --log-level DEBUG set a.token ***; config get set",
  ],
  ["last | x --token hush -a", "last | x --token *** -a"],
  [
    'last | x --api-key \'hush hush\' "--my-secret" "$S"',
    'last | x --api-key *** "--my-secret" "$S"',
  ],
  [
    "last | x --token $TOKEN --password -",
    "last | x --token $TOKEN --password -",
  ],
  ["session # --access-token hush", "session # --access-token ***"],
  [
    "x --hmac-secret-key hush --hmac-key-id me",
    "x --hmac-secret-key *** --hmac-key-id me",
  ],
  ["x --password=hush", "x --password=***"],
  [
    'put-subscription --json {"hmac_secret_key": "hush hush", "a": [1, 2.0]}',
    'put-subscription --json \'{"hmac_secret_key": "***", "a": [1, 2.0]}\'',
  ],
  [
    'x --body=\'{"a": {"credentials": {"id": "hush"}}}\'',
    'x --body=\'{"a": {"credentials": {"id": "***"}}}\'',
  ],
  [
    'x {"hmac_secret_key": "hush \\" hush", "b',
    'x {"hmac_secret_key": "***", "b',
  ],
  ['x {"hmac_secret_key": "hush', 'x {"hmac_secret_key": "***"'],
  [
    'x "{\\"hmac_secret_key\\": \\"hush hush\\", \\"a\\": 1}',
    `x '{"hmac_secret_key": "***", "a": 1}'`,
  ],
  [
    'x "{\\"hmac_secret_key\\": \\"hush hush\\", \\"a\\"',
    'x "{\\"hmac_secret_key\\": \\"***\\", \\"a\\"',
  ],
  [
    `last | curl -H "Authorization: Bearer hush" http://h/ | jq .`,
    `last | curl -H "Authorization: ***" http://h/ | jq .`,
  ],
  [
    "last | curl -H Authorization:hush -d x",
    "last | curl -H Authorization:***",
  ],
  ["x 'bearer hush.hush'", "x 'bearer ***'"],
  [`get-file ${JWT}x`, "get-file ***"],
  ["x ya29.hush-hush_hush", "x ***"],
  [
    "get-file --url 'https://b.s3/k?versionId=7&X-Amz-Signature=hush&X-Amz-Credential=hush'",
    "get-file --url 'https://b.s3/k?versionId=7&X-Amz-Signature=***&X-Amz-Credential=***'",
  ],
  ["x https://me:hush@host/", "x https://***@host/"],
  ["x http://host/#access_token=hush&b", "x http://host/#access_token=***&b"],
  ["HCA_ACCESS_TOKEN=hush ls", "HCA_ACCESS_TOKEN=*** ls"],
  ["ls | env API_KEY='hush hush' sh", "ls | env API_KEY='***' sh"],
];

for (const [line, kept] of KEPT) {
  Deno.test(`keptLine keeps ${JSON.stringify(kept)}`, () => {
    assert.equal(keptLine(line), kept);
    assert.doesNotMatch(kept, /hush/);
    assert.equal(keptLine(kept), kept);
  });
}

Deno.test("keptLine leaves lines alone that hold no secret", () => {
  for (
    const line of [
      "get-bundle --uuid $1 --replica aws",
      'post-search --es-query {"query": {"match": {"a.b": 1.0}}} | jq .',
      "get-bundles-all --prefix aa > 'my file'; login",
      "x http://127.0.0.1:8473/v1/swagger.json#/paths 'it\\'s",
      "help login",
      "",
    ]
  ) assert.equal(keptLine(line), line);
});

Deno.test("keptLine keeps nothing of a line that begins with a blank", () => {
  for (const line of [" ls", "\tls", "\nls", " "]) {
    assert.equal(keptLine(line), undefined);
  }
});

Deno.test("keptLine takes linear time", async () => {
  const pieces = [
    ...["a", "token", "token=", '"token\\": \\"', "http://", "eyJ"],
    ...["a ", "; ", "--token x ", "config set "],
  ];
  const lines = pieces.map((
    piece,
  ) => [`x ${piece.repeat(3e5 / piece.length)}`]);
  await ends(MODULE, "keptLine", ...lines);
});
