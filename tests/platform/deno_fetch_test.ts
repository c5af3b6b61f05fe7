import assert from "node:assert/strict";
import { HttpClient } from "../../src/http/mod.ts";
import { createDenoFetch, denoClock } from "../../src/platform/mod.ts";
import { authority, forLocalhost } from "../http/_certificates.ts";
import { rejection } from "../http/_client_case.ts";
import { FaultServer, hangsUp, sendsRaw } from "../support/fault_server.ts";

/** Runs `work` while the environment names a proxy. */
async function behind<T>(proxy: string, work: () => Promise<T>): Promise<T> {
  const wanted: [string, string][] = [
    // The environment is that of all tests of this process, and of programs
    // that they start meanwhile: what they ask for stays as it is.
    ["NO_PROXY", "127.0.0.1,localhost,::1,[::1],invalid"],
    ["HTTP_PROXY", proxy],
    ["HTTPS_PROXY", proxy],
  ];
  const names = wanted.map(([name]) => name).reverse();
  const before = names.map((name) => Deno.env.get(name));
  for (const [name, value] of wanted) Deno.env.set(name, value);
  try {
    return await work();
  } finally {
    names.forEach((name, index) => {
      const value = before[index];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    });
  }
}

/** What is said when `url` is asked for through a proxy. */
function errorThrough(port: number, url: string) {
  return behind(`http://me:hunter2@127.0.0.1:${port}`, async () => {
    using fetch = createDenoFetch();
    const lines: string[] = [];
    const client = new HttpClient({
      fetch,
      clock: denoClock,
      random: () => 0,
      log: (_level, line) => void lines.push(line),
    });
    const error = await rejection(
      client.send({ method: "GET", url, tries: 1 }),
    );
    const said = [error.message, error.hint, ...lines].join("\n");
    assert.doesNotMatch(said, /hunter2|SECRET/);
    return error;
  });
}

const refusesTunnel = sendsRaw(
  "HTTP/1.1 407 Proxy Authentication Required\r\n" +
    "Proxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
);

Deno.test("createDenoFetch names the proxy that wants a password", async () => {
  await using proxy = new FaultServer({ "dss.test:443": refusesTunnel });
  const error = await errorThrough(proxy.port, "https://dss.test/x?sig=SECRET");
  assert.equal(error.name, "NetworkError");
  assert.equal(
    error.message,
    `no answer from dss.test: through the proxy 127.0.0.1:${proxy.port} ` +
      "(HTTPS_PROXY): proxy authentication required",
  );
});

Deno.test("createDenoFetch passes on that a proxy wants a password for http", async () => {
  await using proxy = new FaultServer({ "http://dss.test/x": refusesTunnel });
  const error = await errorThrough(proxy.port, "http://dss.test/x?sig=SECRET");
  assert.equal(error.name, "AuthError");
  assert.match(error.message, /^Proxy Authentication Required \(HTTP 407\)/);
  assert.match(error.hint ?? "", /HTTPS_PROXY: http:\/\/user:password@proxy/);
});

Deno.test("createDenoFetch names the proxy that cuts the tunnel", async () => {
  await using proxy = new FaultServer({ "dss.test:443": hangsUp });
  const error = await errorThrough(proxy.port, "https://dss.test/x");
  assert.match(
    error.message,
    /^no answer from dss\.test: through the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\): ./,
  );
});

Deno.test("createDenoFetch names the proxy that is not there", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const error = await errorThrough(port, "http://dss.test/x?sig=SECRET");
  assert.match(
    error.message,
    /through the proxy 127\.0\.0\.1:\d+ \(HTTP_PROXY\): tcp connect error: ./,
  );
});

for (const [http2, protocol] of [[false, "http/1.1"], [true, "h2"]] as const) {
  Deno.test(`createDenoFetch speaks ${protocol} when http2 is ${http2}`, async () => {
    // The choice is made in the handshake, before a certificate is judged.
    const listener = Deno.listenTls({
      hostname: "localhost",
      port: 0,
      ...forLocalhost,
      alpnProtocols: ["h2", "http/1.1"],
    });
    const chosen = accept(listener);
    using fetch = trusting({ http2 });
    await fetch(new Request(`https://localhost:${listener.addr.port}/`))
      .catch(() => {});
    assert.equal(await chosen, protocol);
    listener.close();
  });
}

async function accept(listener: Deno.TlsListener): Promise<string | null> {
  const connection = await listener.accept();
  try {
    return (await connection.handshake()).alpnProtocol;
  } finally {
    connection.close();
  }
}

/** As {@linkcode createDenoFetch}, with our own authority. */
function trusting(options: { http2: boolean }) {
  const { createHttpClient } = Deno;
  Deno.createHttpClient = (given = {}) =>
    createHttpClient({ ...given, caCerts: [authority] });
  const fetch = createDenoFetch(options);
  const close = fetch[Symbol.dispose];
  return Object.assign(fetch, {
    [Symbol.dispose]: () => {
      close();
      Deno.createHttpClient = createHttpClient;
    },
  });
}
