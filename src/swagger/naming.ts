/**
 * The method name of an operation, by the rule of the old client
 * (dcp-cli, `hca/util/__init__.py`): the HTTP method and the fixed parts of
 * the path, joined by `_`; one final `s` is dropped where the operation is
 * about one thing.
 *
 * @param method HTTP method, any case
 * @param path the path template, as in `/bundles/{uuid}`
 */
export function methodName(method: string, path: string): string {
  const verb = method.toLowerCase();
  const parts = path
    .replaceAll("/.well-known", "")
    .replaceAll("-", "_")
    .split("/")
    .slice(1)
    .filter((part) => !part.startsWith("{"));
  const name = [verb, ...parts].join("_");
  const isSingular = verb === "post" || verb === "put" ||
    path.endsWith("/{uuid}");
  return isSingular && name.endsWith("s") ? name.slice(0, -1) : name;
}

/** The command name of a method: `get_bundle` is `get-bundle`. */
export function commandName(method: string): string {
  return method.replaceAll("_", "-");
}

/** The flag of a parameter, without `--`: `es_query` is `es-query`. */
export function flagName(parameter: string): string {
  return parameter.replaceAll(/[_/]/g, "-");
}
