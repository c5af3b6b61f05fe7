import { AuthError, throwIfAborted } from "../base/mod.ts";
import type { AuthTools } from "./auth_tools.ts";
import {
  authorizationUrl,
  createAuthorizationRequest,
} from "./authorization_url.ts";
import { exchangeCode } from "./exchange_code.ts";
import type { FoundProvider } from "./find_provider.ts";
import { LoopbackPort, type Serve } from "./loopback_port.ts";
import { LoopbackReceiver } from "./loopback_receiver.ts";
import { planLoopback } from "./loopback_redirect.ts";
import type { StoredLogin } from "./stored_login.ts";

const REMOTE_HINT =
  "Where no browser reaches this machine, 'hca dss login --remote' works.";

/** What a login by browser needs of the machine, and what the user wants. */
export interface BrowserTools {
  /** Opens the port that the browser comes back to. */
  serve: Serve;
  /** Opens the browser, and says whether there is one. */
  openBrowser?: (url: string) => Promise<boolean>;
  /** Tells the user something. */
  say: (text: string) => void;
  /** How long to wait for the person, milliseconds. */
  timeoutMs: number;
  /** The port; default: what the provider knows, else a free one. */
  port?: number;
}

/**
 * Signs in with the browser of this machine: authorization code flow (RFC
 * 6749, section 4.1) with PKCE (RFC 7636), received on a loopback port (RFC
 * 8252, section 7.3). The port is closed when it ends, however that is.
 *
 * @throws {AuthError} when the person or the provider refuses, or nobody
 * answers in time
 * @throws {RefusedError} when an answer is not to be trusted
 * @throws {LocalError} when the port is taken
 * @throws {CancelledError} when the signal is aborted
 */
export async function logInByBrowser(
  tools: AuthTools,
  provider: FoundProvider,
  browser: BrowserTools,
): Promise<StoredLogin> {
  throwIfAborted(tools.signal);
  const place = planLoopback(provider.redirectUris, browser.port);
  const { clock } = tools.runtime;
  await using port = await LoopbackPort.open(browser.serve, place, clock);
  const request = await createAuthorizationRequest(
    place.redirectUri(port.number),
  );
  const receiver = new LoopbackReceiver({
    provider,
    request,
    redeem: (code) => exchangeCode(tools, provider, request, code),
    log: tools.runtime.log,
  });
  port.answerWith((request) => receiver.handle(request));
  await show(authorizationUrl(provider, request), browser);
  return await waitFor(receiver, tools, browser.timeoutMs);
}

async function show(
  url: string,
  { say, openBrowser, timeoutMs }: BrowserTools,
): Promise<void> {
  say(`To sign in, open this address in a browser on this machine:\n${url}\n`);
  if (openBrowser !== undefined && !await openBrowser(url)) {
    say(`No browser could be opened here. ${REMOTE_HINT}\n`);
  }
  say(`Waiting ${timeoutMs / 1000} s for the answer; Ctrl-C ends it.\n`);
}

/** The login, unless the person takes too long or somebody wants an end. */
async function waitFor(
  receiver: LoopbackReceiver,
  { runtime: { clock }, signal }: AuthTools,
  timeoutMs: number,
): Promise<StoredLogin> {
  const waiting = new AbortController();
  const stop = () => waiting.abort();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const isLate = await Promise.race([
      receiver.answered.then(() => false),
      clock.sleep(timeoutMs, waiting.signal).then(() => true),
    ]);
    throwIfAborted(signal);
    if (!isLate) return await receiver.login;
  } finally {
    stop();
    signal?.removeEventListener("abort", stop);
  }
  throw new AuthError(`nobody signed in within ${timeoutMs / 1000} s`, {
    hint: `'hca dss login --timeout SECONDS' waits longer. ${REMOTE_HINT}`,
  });
}
