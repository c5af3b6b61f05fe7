import assert from "node:assert/strict";
import { ClosedOutput, RefusedError, UsageError } from "../../src/base/mod.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { answer, json, printed } from "./_output_case.ts";

const UUID = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";

let hca: TestEnvironment;

Deno.test.beforeAll(async () => {
  hca = await TestEnvironment.create();
});

Deno.test.afterAll(() => hca[Symbol.asyncDispose]());

Deno.test("printResponse writes JSON with an indent of 2, ASCII only", async () => {
  const body =
    '{"b":1.0,"a":["\u00e9\ud83d\ude00",{}],"n":12345678901234567890}';
  assert.equal(
    await printed(hca, answer(body, "application/json; charset=utf-8")),
    '{\n  "b": 1.0,\n  "a": [\n    "\\u00e9\\ud83d\\ude00",\n    {}\n  ],\n' +
      '  "n": 12345678901234567890\n}\n',
  );
});

for (const format of ["json", "jsonl", "tsv", "table"] as const) {
  Deno.test(`printResponse writes nothing for null as ${format}`, async () => {
    assert.equal(await printed(hca, json(null), { format }), "");
  });
}

Deno.test("printResponse refuses what only says that it is JSON", async () => {
  await assert.rejects(
    printed(hca, answer("<html>", "application/json")),
    (error) => {
      assert.ok(error instanceof RefusedError);
      assert.match(error.message, /^the answer is not valid JSON: /);
      return true;
    },
  );
});

Deno.test("printResponse writes other types byte for byte", async () => {
  assert.equal(await printed(hca, answer('{"a":1}', "text/plain")), '{"a":1}');
  assert.equal(await printed(hca, answer("", "text/plain")), "");
});

Deno.test("printResponse writes bytes when no type is stated", async () => {
  assert.equal(await printed(hca, answer('{"a":1}')), '{"a":1}');
});

Deno.test("printResponse reads a piece of the bytes when the last one was written", async () => {
  const events: string[] = [];
  let left = 3;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (left-- === 0) return controller.close();
      events.push("read");
      controller.enqueue(new Uint8Array([left]));
    },
  }, { highWaterMark: 0 });
  const out = hca.terminal.out;
  hca.terminal.out = (data) => {
    events.push("written");
    return out.call(hca.terminal, data);
  };
  try {
    await printed(hca, answer(body, "binary/octet-stream"));
  } finally {
    hca.terminal.out = out;
  }
  assert.deepEqual(events, Array(3).fill(["read", "written"]).flat());
});

Deno.test("printResponse lets go of the bytes when nobody reads", async () => {
  let isCancelled = false;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel: () => void (isCancelled = true),
  });
  hca.terminal.outLimit = 2;
  await assert.rejects(
    printed(hca, answer(body, "binary/octet-stream")),
    ClosedOutput,
  ).finally(() => hca.terminal.outLimit = Infinity);
  assert.ok(isCancelled);
});

Deno.test("printResponse refuses a form for what is not JSON before it writes", async () => {
  for (
    const [settings, type, message] of [
      [
        { format: "json" },
        "text/plain",
        "--output needs JSON, but the answer is 'text/plain'",
      ],
      [
        { query: "a" },
        undefined,
        "--query needs JSON, but the answer is of no stated type",
      ],
    ] as const
  ) {
    await assert.rejects(
      printed(hca, answer('{"a":1}', type), settings),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.equal(error.message, message);
        return true;
      },
    );
    assert.deepEqual(hca.terminal.outChunks, []);
  }
});

Deno.test("printResponse writes nothing for an answer without content, whatever the form", async () => {
  assert.equal(await printed(hca, answer(null), { format: "table" }), "");
});

const DSS_HEADERS = {
  "x-dss-content-type": 'application/json; dcp-type="metadata/file"',
  "x-aws-request-id": "r",
  "content-type": "text/html",
};

Deno.test("printResponse writes the headers of an answer to HEAD", async () => {
  const response = new Response(null, { headers: DSS_HEADERS });
  assert.deepEqual(JSON.parse(await printed(hca, response, {}, "HEAD")), {
    "Content-Type": "text/html",
    "X-AWS-REQUEST-ID": "r",
    "X-DSS-CONTENT-TYPE": 'application/json; dcp-type="metadata/file"',
  });
});

Deno.test("printResponse writes the headers in the form that was asked for", async () => {
  const head = () => new Response(null, { headers: DSS_HEADERS });
  assert.equal(
    await printed(hca, head(), { format: "tsv" }, "HEAD"),
    "key\tvalue\nContent-Type\ttext/html\nX-AWS-REQUEST-ID\tr\n" +
      'X-DSS-CONTENT-TYPE\tapplication/json; dcp-type="metadata/file"\n',
  );
  assert.equal(
    await printed(hca, head(), { query: '"X-AWS-REQUEST-ID"' }, "HEAD"),
    '"r"\n',
  );
});

Deno.test("printResponse writes where a redirect to a bucket leads, and lets go of its body", async () => {
  let isCancelled = false;
  const body = new ReadableStream({ cancel: () => void (isCancelled = true) });
  const headers = { location: "s3://bucket/key" };
  const response = new Response(body, { status: 302, headers });
  assert.deepEqual(JSON.parse(await printed(hca, response)), {
    Location: "s3://bucket/key",
  });
  assert.ok(isCancelled);
});

Deno.test("printResponse as jsonl writes an element per line, else one line", async () => {
  const format = "jsonl";
  assert.equal(
    await printed(hca, json([{ a: 1, b: [2] }, "é", null]), { format }),
    '{"a": 1, "b": [2]}\n"\\u00e9"\nnull\n',
  );
  assert.equal(
    await printed(hca, json({ a: [1] }), { format }),
    '{"a": [1]}\n',
  );
  assert.equal(await printed(hca, json([]), { format }), "");
});

Deno.test("printResponse as jsonl writes the items of a single page", async () => {
  const page = json({ bundle: { files: [{ n: 1 }, { n: 2 }] }, more: [3] });
  page.headers.set("x-openapi-paginated-content-key", "bundle.files");
  assert.equal(
    await printed(hca, page, { format: "jsonl" }),
    '{"n": 1}\n{"n": 2}\n',
  );
});

Deno.test("printResponse as tsv escapes cells and writes nested values as JSON", async () => {
  const rows = [
    { text: "a\tb\\c\r\n", nested: { k: ["é"] }, number: 1 },
    { late: true, text: null },
  ];
  assert.equal(
    await printed(hca, json(rows), { format: "tsv" }),
    "text\tnested\tnumber\tlate\n" +
      'a\\tb\\\\c\\r\\n\t{"k": ["\\\\u00e9"]}\t1\t\n' +
      "\t\t\ttrue\n",
  );
});

Deno.test("printResponse as tsv keeps digits and other scripts as they are", async () => {
  const body = '[{"n":12345678901234567890,"m":1.0,"s":"é細"}]';
  assert.equal(
    await printed(hca, answer(body, "application/json"), { format: "tsv" }),
    "n\tm\ts\n12345678901234567890\t1.0\té細\n",
  );
});

Deno.test("printResponse as tsv shows control characters to a terminal only", async () => {
  const value = [{ "a\x1b[1m": "\x1b[2J" }];
  assert.equal(
    await printed(hca, json(value), { format: "tsv" }),
    "a\x1b[1m\n\x1b[2J\n",
  );
  hca.terminal.outIsTerminal = true;
  assert.equal(
    await printed(hca, json(value), { format: "tsv" })
      .finally(() => hca.terminal.outIsTerminal = false),
    "a\\u{1b}[1m\n\\u{1b}[2J\n",
  );
});

Deno.test("printResponse as table shows an object by its members, a list by its rows", async () => {
  const format = "table";
  assert.equal(
    await printed(hca, json({ uuid: "u", more: { a: 1 } }), { format }),
    'key   value\nuuid  u\nmore  {"a": 1}\n',
  );
  assert.equal(
    await printed(hca, json({ subscriptions: [{ a: 1 }, { b: "x" }] }), {
      format,
    }),
    "a  b\n1\n   x\n",
  );
  assert.equal(
    await printed(hca, json({ total: 2, results: [{ a: 10 }, { a: 9 }] }), {
      format,
    }),
    " a\n10\n 9\n",
  );
  assert.equal(
    await printed(hca, json({ contents: [{ a: 1 }], name: "n" }), { format }),
    'key       value\ncontents  [{"a": 1}]\nname      n\n',
  );
  assert.equal(await printed(hca, json("x"), { format }), "value\nx\n");
  assert.equal(
    await printed(hca, json([["a", 1], ["b", 2]]), { format }),
    "0  1\na  1\nb  2\n",
  );
});

Deno.test("printResponse as table fits a terminal, and is bold there but with NO_COLOR", async () => {
  const value = [{ name: "a".repeat(50), n: 1 }];
  const format = "table";
  hca.terminal.outIsTerminal = true;
  hca.terminal.width = 30;
  try {
    const bold = await printed(hca, json(value), { format });
    const name = `name${" ".repeat(23)}`;
    assert.equal(
      bold,
      `\x1b[1m${name}  n\x1b[0m\n${"a".repeat(26)}…  1\n`,
    );
    hca.variables.set("NO_COLOR", "1");
    assert.equal(
      await printed(hca, json(value), { format }),
      `${name}  n\n${"a".repeat(26)}…  1\n`,
    );
  } finally {
    hca.variables.delete("NO_COLOR");
    hca.terminal.outIsTerminal = false;
    hca.terminal.width = 80;
  }
  // Elsewhere nothing is lost.
  assert.equal(
    await printed(hca, json([{ name: "a".repeat(500) }]), { format }),
    `name\n${"a".repeat(500)}\n`,
  );
});

Deno.test("printResponse as table says that there are no items, and which columns had no room", async () => {
  assert.equal(await printed(hca, json([]), { format: "table" }), "");
  assert.equal(hca.terminal.errText, "hca: the answer has no items\n");
  const value = [{ uuid: UUID, sha1: "0".repeat(40), score: null }];
  hca.terminal.outIsTerminal = true;
  hca.terminal.width = 40;
  try {
    const out = await printed(hca, json(value), { format: "table" });
    assert.match(out, /^\S+uuid\S*\n[-\w]{36}\n$/);
    // A column of nothing is no loss.
    assert.equal(
      hca.terminal.errText,
      "hca: not wide enough for sha1; --query selects columns, --output tsv " +
        "has them all\n",
    );
  } finally {
    hca.terminal.outIsTerminal = false;
    hca.terminal.width = 80;
  }
});

Deno.test("printResponse as table shows control characters escaped", async () => {
  const value = [{ a: "x\x1b[2J\ny\u202e" }];
  assert.equal(
    await printed(hca, json(value), { format: "table" }),
    "a\nx\\u{1b}[2J\\u{a}y\\u{202e}\n",
  );
});
