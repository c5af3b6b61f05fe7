/** When a request is sent again, and how long to wait before. */
export interface RetryPolicy {
  /** Requests sent at most for one answer, the first one included. */
  tries: number;
  /** The same for a host that has not answered anything yet. */
  unknownHostTries: number;
  /** Statuses that are tried again. */
  statuses: readonly number[];
  /** Statuses that are tried again only with a `Retry-After`. */
  retryAfterStatuses: readonly number[];
  /** Methods that are safe to repeat (RFC 9110, section 9.2.2). */
  methods: readonly string[];
  /** Base of the exponential wait, milliseconds; the first one is 0. */
  backoffBaseMs: number;
  /** The longest wait of our own, milliseconds. */
  backoffCapMs: number;
  /** The longest `Retry-After` that is waited for, milliseconds. */
  retryAfterCapMs: number;
}

/** How long to wait for a peer that says nothing. */
export interface TimeoutPolicy {
  /** For a connection, milliseconds. */
  connectMs: number;
  /** For the head of an answer, and between two pieces of its body. */
  readMs: number;
}

/** How far redirects are followed. */
export interface RedirectPolicy {
  /** Redirects without `Retry-After`, as browsers allow. */
  hops: number;
  /** Redirects that ask to wait: a service preparing a file. */
  waits: number;
}

/** All that decides how one request is carried out. */
export interface HttpPolicy {
  /** When to send again. */
  retry: RetryPolicy;
  /** When to give up waiting. */
  timeouts: TimeoutPolicy;
  /** When to stop following. */
  redirects: RedirectPolicy;
}

/**
 * The policy of the old client (dcp-cli, `hca/util/__init__.py`): 10 retries,
 * connect 20 s, read 40 s (above the gateway's 30 s), 1024 redirects that
 * wait. Redirects that do not wait stop at 20 (WHATWG Fetch, section 4.4).
 */
export const DEFAULT_POLICY: HttpPolicy = {
  retry: {
    tries: 11,
    unknownHostTries: 3,
    statuses: [500, 502, 503, 504],
    retryAfterStatuses: [413, 429, 503],
    methods: ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"],
    backoffBaseMs: 100,
    backoffCapMs: 120_000,
    retryAfterCapMs: 600_000,
  },
  timeouts: { connectMs: 20_000, readMs: 40_000 },
  redirects: { hops: 20, waits: 1024 },
};

/**
 * The wait before retry number `retry` (1 is the first): nothing, then
 * 0.2 s, 0.4 s … with up to half of it taken off at random, so that many
 * clients do not come back together.
 */
export function backoffMs(
  policy: RetryPolicy,
  retry: number,
  random: () => number,
): number {
  if (retry <= 1) return 0;
  const full = Math.min(
    policy.backoffCapMs,
    policy.backoffBaseMs * 2 ** (retry - 1),
  );
  return full * (1 - random() / 2);
}
