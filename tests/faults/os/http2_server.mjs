/*
 * node http2_server.mjs DIRECTORY FAULT: serves the files of a directory over
 * HTTP/2 with its certificate, and breaks the first answer of each in the
 * middle. Writes `port N` when it listens.
 */
import { readFileSync } from "node:fs";
import { constants, createSecureServer } from "node:http2";
import { join } from "node:path";
import process from "node:process";

const [, , directory, fault] = process.argv;
const file = (name) => readFileSync(join(directory, name));
const server = createSecureServer({
  cert: file("cert.pem"),
  key: file("key.pem"),
  allowHTTP1: false,
});
const broken = new Set();

server.on("stream", (stream, headers) => {
  const path = headers[":path"];
  const body = file(path.slice(1));
  const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0);
  const rest = body.subarray(from);
  const { session } = stream;
  stream.on("error", () => {});
  session.on("error", () => {});
  stream.respond({
    ":status": headers.range === undefined ? 200 : 206,
    etag: '"one"',
    "content-length": rest.length,
    ...(headers.range !== undefined &&
      { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` }),
  });
  if (broken.has(path)) return stream.end(rest);
  broken.add(path);
  stream.write(rest.subarray(0, rest.length * 0.4), () => {
    if (fault === "goaway") {
      if (session.destroyed) return;
      session.goaway(constants.NGHTTP2_NO_ERROR);
      session.destroy();
    } else if (fault === "internal-error") {
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    } else stream.close(constants.NGHTTP2_REFUSED_STREAM);
  });
});
server.on("sessionError", () => {});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`port ${server.address().port}\n`);
});
