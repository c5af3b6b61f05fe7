/**
 * Whether a host name of a URL means this machine or its own link: loopback
 * (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3), unspecified, or
 * link-local (RFC 3927; RFC 4291, section 2.5.6), where clouds serve secrets.
 * Names are not looked up.
 *
 * @param hostname as `URL.hostname` gives it: numbers in canonical form
 */
export function isPrivateHost(hostname: string): boolean {
  const name = plainHost(hostname);
  return name === "localhost" || name.endsWith(".localhost") ||
    name === "::" || name === "::1" || /^(127|0)\.\d+\.\d+\.\d+$/.test(name) ||
    isLinkLocalHost(hostname);
}

/**
 * Whether a host name of a URL is a link-local address (RFC 3927; RFC 4291,
 * section 2.5.6).
 */
export function isLinkLocalHost(hostname: string): boolean {
  const name = plainHost(hostname);
  return /^169\.254\.\d+\.\d+$/.test(name) || /^fe[89ab]./.test(name) &&
      name.includes(":");
}

/** A name without its last dot, an address without brackets or mapping. */
function plainHost(hostname: string): string {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  if (!name.startsWith("[")) return name;
  const address = name.slice(1, -1);
  const mapped = /^(?:::ffff:|::|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/
    .exec(address);
  return mapped === null ? address : dotted(mapped[1], mapped[2]);
}

/** IPv4 inside IPv6 (RFC 4291, section 2.5.5; RFC 6052), as `127.0.0.1`. */
function dotted(high = "0", low = "0"): string {
  return [high, low].flatMap((part) => {
    const value = parseInt(part, 16);
    return [value >> 8, value & 255];
  }).join(".");
}
