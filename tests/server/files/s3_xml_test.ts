import assert from "node:assert/strict";
import { s3Elements, s3Text } from "../../../src/server/files/s3_xml.ts";

const XML = '<?xml version="1.0"?><R xmlns="http://s3.test/"><U n="1">' +
  "<Key>a&#39;b&#x9;&amp;amp;&lt;&#xE9;&#128512;&unknown;</Key></U>\n" +
  "<U><Key> b </Key></U><UU><Key>c</Key></UU><Empty/><E></E></R>";

Deno.test("s3Elements gives what is in each element of a name", () => {
  const inner = s3Elements("U", XML);
  assert.equal(inner.length, 2);
  assert.equal(inner[1], "<Key> b </Key>");
  assert.deepEqual(s3Elements("V", XML), []);
});

Deno.test("s3Text gives the text of the first element, references resolved once", () => {
  assert.equal(s3Text("Key", XML), "a'b\t&amp;<\u00e9\u{1f600}&unknown;");
  assert.equal(s3Text("E", XML), "");
  assert.equal(s3Text("U", XML), undefined, "it has elements");
  assert.equal(s3Text("V", XML), undefined);
  assert.equal(
    s3Text("A", "<A>&#x110000;&#9999999;</A>"),
    "&#x110000;&#9999999;",
  );
});
