import assert from "node:assert/strict";
import { createCase, rejection } from "./_client_case.ts";
import { authority, expired, forLocalhost, forOther } from "./_certificates.ts";

interface Tls {
  cert: string;
  key: string;
}

/** What a client that trusts `caCerts` says of a service with `tls`. */
async function ask(tls: Tls, caCerts: string[]) {
  let requests = 0;
  let tries = 0;
  await using server = Deno.serve(
    { port: 0, hostname: "localhost", ...tls, onListen() {} },
    () => {
      requests++;
      return new Response("ok");
    },
  );
  using trusting = Deno.createHttpClient({ caCerts, http2: false });
  const { client } = createCase((request) => {
    tries++;
    return fetch(request, { client: trusting });
  });
  const sent = client.send({
    method: "GET",
    url: `https://localhost:${server.addr.port}/x?token=SECRET`,
  });
  const error = await rejection(sent.then((response) => response.text()));
  assert.equal(error.name, "NetworkError");
  assert.equal(error.retryable, false);
  assert.equal(tries, 1);
  assert.equal(requests, 0);
  assert.doesNotMatch(error.message, /SECRET/);
  return error;
}

Deno.test("HttpClient.send says how to trust an authority that is not known, and does not try again", async () => {
  const error = await ask(forLocalhost, []);
  assert.match(
    error.message,
    /^no answer from localhost:\d+: invalid peer certificate: UnknownIssuer$/,
  );
  assert.match(error.hint ?? "", /DENO_CERT=ca\.pem.*DENO_TLS_CA_STORE=system/);
});

Deno.test("HttpClient.send names the date when a certificate is over, and does not try again", async () => {
  const error = await ask(expired, [authority]);
  assert.match(error.message, /invalid peer certificate: .*expired/i);
  assert.match(error.hint ?? "", /date of this machine.*DENO_TLS_CA_STORE/);
});

Deno.test("HttpClient.send names the address when a certificate is for another host, and does not try again", async () => {
  const error = await ask(forOther, [authority]);
  assert.match(error.message, /invalid peer certificate: .*localhost/);
  assert.match(error.hint ?? "", /^Check the address.*DENO_TLS_CA_STORE/);
});
