import assert from "node:assert/strict";
import {
  decodeBase64Url,
  encodeBase64Url,
  randomText,
} from "../../src/base/mod.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("encodeBase64Url and decodeBase64Url agree with RFC 4648", () => {
  // Section 10, without the padding.
  const vectors = {
    "": "",
    f: "Zg",
    fo: "Zm8",
    foo: "Zm9v",
    foob: "Zm9vYg",
    fooba: "Zm9vYmE",
    foobar: "Zm9vYmFy",
  };
  for (const [plain, text] of Object.entries(vectors)) {
    assert.equal(encodeBase64Url(bytesOf(plain)), text);
    assert.deepEqual(decodeBase64Url(text), bytesOf(plain));
  }
});

Deno.test("encodeBase64Url uses the URL alphabet", () => {
  // RFC 7515, appendix C.
  const bytes = new Uint8Array([3, 236, 255, 224, 193]);
  assert.equal(encodeBase64Url(bytes), "A-z_4ME");
  assert.deepEqual(decodeBase64Url("A-z_4ME"), bytes);
});

Deno.test("decodeBase64Url refuses every other text", () => {
  const texts = [
    ...["Zg==", "Zm8=", "A+z/", "Zm 9v", "Zm9v\n", "Z", "Zm9vY", "Zm9vé"],
    // Bits that belong to no byte (RFC 4648, section 3.5).
    ...["Zh", "Zm9"],
  ];
  for (const text of texts) {
    assert.throws(() => decodeBase64Url(text), {
      name: "RefusedError",
      message: "a text is not base64url",
    }, text);
  }
});

Deno.test("randomText has the bits that were asked for", () => {
  const texts = Array.from({ length: 50 }, () => randomText());
  assert.equal(new Set(texts).size, 50);
  for (const text of texts) assert.match(text, /^[\w-]{43}$/);
  assert.equal(decodeBase64Url(randomText(16)).length, 16);
});
