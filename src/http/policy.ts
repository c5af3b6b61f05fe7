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
  /** Base of the exponential wait, milliseconds. */
  backoffBaseMs: number;
  /** The longest wait of our own, milliseconds. */
  backoffCapMs: number;
  /** The longest `Retry-After` that is waited for, milliseconds. */
  retryAfterCapMs: number;
}

/** A rate below which a body counts as stalled. */
export interface LowSpeed {
  /** Bytes per second that must come on average. */
  bytesPerSecond: number;
  /** Over how long that is measured, milliseconds spent waiting for it. */
  windowMs: number;
}

/** How long to wait for a peer that says nothing, or too little. */
export interface TimeoutPolicy {
  /**
   * For a connection, milliseconds. The runtime does not tell when it has
   * one: the head of the answer must come within this and `firstByteMs`.
   */
  connectMs: number;
  /** For the head of an answer, milliseconds. */
  firstByteMs: number;
  /** Between two pieces of a body, milliseconds. */
  idleMs: number;
  /** The least rate of a body. Default: any. */
  lowSpeed?: LowSpeed;
  /**
   * The least rate of a body that is read whole, as text: an API document, a
   * page of a listing, any other JSON. Default: that of `lowSpeed`.
   */
  documentLowSpeed?: LowSpeed;
  /** For one answer, body included, milliseconds. Default: for ever. */
  totalMs?: number;
}

/** How far redirects are followed. */
export interface RedirectPolicy {
  /** Redirects without `Retry-After`, as browsers allow. */
  hops: number;
  /** Redirects that ask to wait: a service preparing a file. */
  waits: number;
  /**
   * How often the first address is asked again when the one it led to says
   * 401, 403, 404 or 410, as a signed URL does that has expired.
   */
  renewals: number;
}

/** All that decides how one request is carried out. */
export interface HttpPolicy {
  /** When to send again. */
  retry: RetryPolicy;
  /** When to give up waiting. */
  timeouts: TimeoutPolicy;
  /** When to stop following. */
  redirects: RedirectPolicy;
  /**
   * Milliseconds for the head of the final answer, with all tries, waits and
   * redirects; bodies are not counted. Default: no limit.
   */
  deadlineMs?: number;
  /** Pages of one paged answer that are read at most. */
  pages: number;
}

/**
 * The policy of the old client (dcp-cli, `hca/util/__init__.py`): 10 retries,
 * connect 20 s, read 40 s (above the gateway's 30 s), 1024 redirects that
 * wait. Redirects that do not wait stop at 20 (WHATWG Fetch, section 4.4).
 *
 * A document that comes at less than 1000 bytes a second for a minute is given
 * up: that is slower than any line, and a byte now and then would hold a
 * command for ever. Contents of files may come as slowly as they do.
 */
export const DEFAULT_POLICY: HttpPolicy = {
  retry: {
    tries: 11,
    unknownHostTries: 3,
    statuses: [408, 429, 500, 502, 503, 504],
    retryAfterStatuses: [413],
    methods: ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"],
    backoffBaseMs: 100,
    backoffCapMs: 120_000,
    retryAfterCapMs: 600_000,
  },
  timeouts: {
    connectMs: 20_000,
    firstByteMs: 40_000,
    idleMs: 40_000,
    documentLowSpeed: { bytesPerSecond: 1000, windowMs: 60_000 },
  },
  redirects: { hops: 20, waits: 1024, renewals: 2 },
  pages: 1_000_000,
};
