import assert from "node:assert/strict";
import aws4 from "npm:aws4@1.13.2";
import {
  encodeS3Part,
  signS3Request,
} from "../../../src/server/files/sign_s3_request.ts";

// The worked examples of the Amazon S3 API reference, "Signature Calculations
// for the Authorization Header".
const KEY = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const HOST = "https://examplebucket.s3.amazonaws.com";
const NOW = Date.UTC(2013, 4, 24);

const EXAMPLES: [
  url: string,
  headers: Record<string, string>,
  names: string,
  signature: string,
][] = [
  [
    `${HOST}/test.txt`,
    { range: "bytes=0-9" },
    "host;range;x-amz-content-sha256;x-amz-date",
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  ],
  [
    `${HOST}/?lifecycle`,
    {},
    "host;x-amz-content-sha256;x-amz-date",
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ],
  [
    `${HOST}/?prefix=J&max-keys=2`,
    {},
    "host;x-amz-content-sha256;x-amz-date",
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ],
];

for (const [url, headers, names, signature] of EXAMPLES) {
  Deno.test(`signS3Request signs GET ${url} as Amazon does`, async () => {
    const request = { method: "GET", url: new URL(url), headers } as const;
    const signed = await signS3Request(request, KEY, NOW);
    assert.deepEqual(signed, {
      ...headers,
      "x-amz-content-sha256":
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20130524T000000Z",
      authorization: "AWS4-HMAC-SHA256 " +
        "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, " +
        `SignedHeaders=${names}, Signature=${signature}`,
    });
  });
}

Deno.test("signS3Request sends and signs a session token, for the region it is told", async () => {
  const credentials = { ...KEY, sessionToken: "T", region: "eu-west-2" };
  const url = new URL("http://127.0.0.1:9000/bucket/key");
  const signed = await signS3Request({ method: "HEAD", url }, credentials, NOW);
  assert.equal(signed["x-amz-security-token"], "T");
  assert.match(
    signed.authorization ?? "",
    /\/20130524\/eu-west-2\/s3\/.*;x-amz-date;x-amz-security-token,/,
  );
});

Deno.test("signS3Request signs a header as if it had no two blanks together", async () => {
  const headers = { "content-type": '  text/plain;   a="b  c" ' };
  const url = new URL("http://127.0.0.1:9000/bucket/key");
  const request = { method: "PUT", url, headers } as const;
  const signed = await signS3Request(request, KEY, NOW);
  const other = aws4.sign({
    host: url.host,
    path: url.pathname,
    method: "PUT",
    service: "s3",
    region: "us-east-1",
    headers: {
      ...headers,
      "X-Amz-Date": signed["x-amz-date"] ?? "",
      "X-Amz-Content-Sha256": signed["x-amz-content-sha256"] ?? "",
    },
  }, KEY);
  assert.equal(signed.authorization, other.headers?.["Authorization"]);
});

Deno.test("encodeS3Part leaves only the unreserved characters as they are", () => {
  assert.equal(encodeS3Part("aZ09-._~"), "aZ09-._~");
  assert.equal(
    encodeS3Part("a b+c!'()*é/"),
    "a%20b%2Bc%21%27%28%29%2A%C3%A9%2F",
  );
});
