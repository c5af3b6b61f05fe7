/** A proxy that the environment names. */
export interface Proxy {
  /** Host and port, without user and password. */
  host: string;
  /** The environment variable that names it. */
  variable: string;
}

/**
 * The proxy that the runtime uses for a URL, as far as the environment tells:
 * `HTTPS_PROXY` or `HTTP_PROXY` by scheme, else `ALL_PROXY`, unless `NO_PROXY`
 * lists the host. Lower-case names count as well.
 *
 * @param environment gives the value of a variable
 */
export function proxyFor(
  url: URL,
  environment: (name: string) => string | undefined,
): Proxy | undefined {
  const find = (...names: string[]) => {
    for (const name of names.flatMap((it) => [it, it.toLowerCase()])) {
      const value = environment(name);
      if (value) return { name, value };
    }
    return undefined;
  };
  const own = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const found = find(own, "ALL_PROXY");
  if (found === undefined) return undefined;
  if (isListed(url.hostname, find("NO_PROXY")?.value ?? "")) return undefined;
  const { name, value } = found;
  const proxy = URL.parse(value.includes("://") ? value : `http://${value}`);
  return proxy === null ? undefined : { host: proxy.host, variable: name };
}

function isListed(hostname: string, list: string): boolean {
  return list.split(",").map((entry) => entry.trim()).some((entry) => {
    if (entry === "*") return true;
    const domain = entry.replace(/^\*?\./, "");
    return domain !== "" &&
      (hostname === domain || hostname.endsWith(`.${domain}`));
  });
}
