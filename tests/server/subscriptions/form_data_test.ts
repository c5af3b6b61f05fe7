import assert from "node:assert/strict";
import { encodeForm } from "../../../src/server/subscriptions/form_data.ts";

function parse(form: ReturnType<typeof encodeForm>): Promise<FormData> {
  const headers = { "content-type": form.contentType };
  return new Response(form.body, { headers }).formData();
}

Deno.test("encodeForm keeps the order and every character of the fields", async () => {
  const fields = [
    ["b", "1"],
    ["a", ""],
    ["payload", '{"é": "日本\r\n--x--\\r\\n😀"}'],
  ] as const;
  assert.deepEqual([...await parse(encodeForm(fields))], fields);
});

Deno.test("encodeForm gives each part a Content-Disposition and nothing else", () => {
  const { contentType, body } = encodeForm([["foo", "bar"], ["x", "y"]]);
  const boundary = /^multipart\/form-data; boundary=([0-9a-f]{32})$/
    .exec(contentType)?.[1];
  assert.equal(
    new TextDecoder().decode(body),
    [
      `--${boundary}`,
      'Content-Disposition: form-data; name="foo"',
      "",
      "bar",
      `--${boundary}`,
      'Content-Disposition: form-data; name="x"',
      "",
      "y",
      `--${boundary}--`,
      "",
    ].join("\r\n"),
  );
});

Deno.test("encodeForm lets no name out of its quotes", async () => {
  const name = 'a"\r\nX-Evil: 1\r\n\r\n';
  const form = encodeForm([[name, "v"]]);
  assert.doesNotMatch(new TextDecoder().decode(form.body), /^X-Evil/m);
  assert.equal([...await parse(form)].length, 1);
});

Deno.test("encodeForm takes another boundary each time", () => {
  const types = [1, 2].map(() => encodeForm([]).contentType);
  assert.notEqual(types[0], types[1]);
});
