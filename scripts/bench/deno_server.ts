/**
 * The server where nginx is not installed, run as a process of its own:
 * `deno run -A deno_server.ts PORT STATE BLOBS API`. It answers as
 * `nginx_config.ts` makes nginx answer.
 *
 * @module
 */

import { join } from "node:path";
import { CAP_BYTES_PER_SECOND } from "./nginx_config.ts";

const [port = "", state = "", blobs = "", api = ""] = Deno.args;
const FILE = /^(\/[a-z]+)?\/v1\/files\/([-\w]+)$/;
const BUNDLE = /^(?:\/[a-z]+)?\/v1\/bundles\/([-\w]+)$/;
const DOCUMENT = /^((?:\/[a-z]+)?\/v1\/[a-z]+\.json)$/;
const BLOB = /^(\/[a-z]+)?\/blobs\/(\w+)$/;

Deno.serve(
  { hostname: "127.0.0.1", port: Number(port), onListen: () => {} },
  async (request) => {
    const { pathname, origin } = new URL(request.url);
    const [, route = "", uuid] = FILE.exec(pathname) ?? [];
    if (uuid !== undefined) {
      const location = `${origin}${route}/blobs/${uuid.replaceAll("-", "")}`;
      return new Response(null, { status: 302, headers: { location } });
    }
    const bundle = BUNDLE.exec(pathname)?.[1];
    const json = bundle === undefined
      ? DOCUMENT.exec(pathname)?.[1]
      : `${bundle}.json`;
    if (json !== undefined) {
      return new Response(await Deno.readTextFile(join(api, json)), {
        headers: { "content-type": "application/json" },
      });
    }
    const [, blobRoute, blob] = BLOB.exec(pathname) ?? [];
    if (blob === undefined) return new Response("Not found", { status: 404 });
    return await sendBlob(join(blobs, blob), request, blobRoute);
  },
);

async function sendBlob(
  path: string,
  request: Request,
  route: string | undefined,
): Promise<Response> {
  const file = await Deno.open(path);
  const { size } = await file.stat();
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
  const start = Number(asked?.[1] ?? 0);
  const end = Math.min(Number(asked?.[2] || size - 1) + 1, size);
  await file.seek(start, Deno.SeekMode.Start);
  const headers = new Headers({
    "accept-ranges": "bytes",
    "content-length": String(end - start),
    etag: `"${path.slice(-32)}"`,
  });
  if (asked !== null) {
    headers.set("content-range", `bytes ${start}-${end - 1}/${size}`);
  }
  const stream = file.readable.pipeThrough(limited(end - start, route));
  return new Response(stream, { status: asked === null ? 200 : 206, headers });
}

/** Passes `bytes` bytes, slowed down or counted as the route wants. */
function limited(
  bytes: number,
  route: string | undefined,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  const startedAt = performance.now();
  let sent = 0;
  const log = () => {
    if (route !== "/logged") return;
    Deno.writeTextFileSync(join(state, "bytes.log"), `${sent}\n`, {
      append: true,
    });
  };
  return new TransformStream({
    async transform(chunk, controller) {
      const piece = chunk.subarray(0, bytes - sent);
      sent += piece.length;
      controller.enqueue(piece);
      if (route === "/capped") {
        const dueMs = sent / CAP_BYTES_PER_SECOND * 1000;
        const waitMs = dueMs - (performance.now() - startedAt);
        if (waitMs > 1) await new Promise((done) => setTimeout(done, waitMs));
      }
      if (sent < bytes) return;
      log();
      controller.terminate();
    },
    cancel: log,
  });
}
