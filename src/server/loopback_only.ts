// RFC 6761, section 6.3, and the loopback addresses.
const LOOPBACK = /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/;

/**
 * Keeps web pages out of a handler that is served to this machine only. A
 * page can make its own name lead here (DNS rebinding), but a request of it
 * still names the page's host, and a browser names its origin.
 *
 * @returns a handler that answers 403 to such requests
 */
export function loopbackOnly(
  handler: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return (request) => {
    const origin = request.headers.get("origin");
    const isOurs = isLoopback(request.url) &&
      (origin === null || isLoopback(origin));
    return isOurs ? handler(request) : Promise.resolve(
      new Response("This service answers to its own machine only.\n", {
        status: 403,
        headers: { "content-type": "text/plain; charset=utf-8" },
      }),
    );
  };
}

/** Whether an address or its host name is that of this machine. */
export function isLoopback(address: string): boolean {
  const host = URL.canParse(address) ? new URL(address).hostname : address;
  return LOOPBACK.test(host) || host === "::1";
}
