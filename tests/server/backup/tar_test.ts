import assert from "node:assert/strict";
import { readTar } from "../../../src/server/backup/read_tar.ts";
import {
  BLOCK_BYTES,
  parseTarHeader,
  tarHeader,
} from "../../../src/server/backup/tar_header.ts";

async function* pieces(bytes: Uint8Array, size: number) {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    // One buffer again and again, as a file is read.
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
  }
}

function archive(files: [name: string, text: string][]): Uint8Array {
  const parts = files.flatMap(([name, text]) => {
    const bytes = new TextEncoder().encode(text);
    const padding = (BLOCK_BYTES - bytes.length % BLOCK_BYTES) % BLOCK_BYTES;
    const header = tarHeader({ name, sizeBytes: bytes.length }, 1e12);
    return [header, bytes, new Uint8Array(padding)];
  });
  const whole = [...parts, new Uint8Array(2 * BLOCK_BYTES)];
  return new Uint8Array(whole.flatMap((part) => [...part]));
}

async function namesAndTexts(
  bytes: Uint8Array,
  size: number,
): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const file of readTar(pieces(bytes, size))) {
    let text = "";
    for await (const chunk of file.chunks()) {
      text += new TextDecoder().decode(chunk);
    }
    found.push([file.name, text]);
  }
  return found;
}

const FILES: [string, string][] = [
  ["a", "one"],
  ["empty", ""],
  ["b/c", "x".repeat(512)],
  ["long", "y".repeat(1300)],
];

for (const size of [1, 7, 512, 4096]) {
  Deno.test(`readTar reads an archive that comes in pieces of ${size} bytes`, async () => {
    assert.deepEqual(await namesAndTexts(archive(FILES), size), FILES);
  });
}

Deno.test("readTar skips contents that nobody read", async () => {
  const names: string[] = [];
  for await (const { name } of readTar(pieces(archive(FILES), 100))) {
    names.push(name);
  }
  assert.deepEqual(names, FILES.map(([name]) => name));
});

Deno.test("an archive is one that tar can list and unpack", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${directory}/a.tar`, archive(FILES));
    const { success } = await new Deno.Command("tar", {
      args: ["-xf", "a.tar"],
      cwd: directory,
    }).output();
    assert.ok(success);
    for (const [name, text] of FILES) {
      assert.equal(await Deno.readTextFile(`${directory}/${name}`), text);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

for (const sizeBytes of [0, 8 ** 11 - 1, 8 ** 11, 2 ** 45 + 3]) {
  Deno.test(`parseTarHeader reads the size ${sizeBytes}`, () => {
    const header = tarHeader({ name: "n", sizeBytes }, 0);
    assert.deepEqual(parseTarHeader(header), { name: "n", sizeBytes });
  });
}

Deno.test("parseTarHeader refuses a header that was changed, and a link", () => {
  const changed = tarHeader({ name: "n", sizeBytes: 3 }, 0);
  changed[0] = 0x6d;
  assert.throws(() => parseTarHeader(changed), {
    name: "RefusedError",
    message: "the archive is damaged: a header is not right",
  });
  const link = tarHeader({ name: "n", sizeBytes: 0 }, 0);
  // A symbolic link, its checksum set right.
  link[156] = 0x32;
  const checksum = link.reduce(
    (sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte),
    0,
  );
  link.set(
    new TextEncoder().encode(`${checksum.toString(8).padStart(6, "0")}\0 `),
    148,
  );
  assert.throws(() => parseTarHeader(link), {
    name: "RefusedError",
    message: "the archive holds more than files",
  });
});

Deno.test("readTar refuses an archive that was cut short anywhere", async () => {
  const whole = archive(FILES);
  for (const length of [100, 512, 700, whole.length - 1024]) {
    await assert.rejects(namesAndTexts(whole.subarray(0, length), 512), {
      name: "RefusedError",
      message: "the archive ends too early",
    });
  }
});
