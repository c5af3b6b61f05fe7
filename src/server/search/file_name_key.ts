/**
 * The key of a file in `files` of its bundle's index document:
 * `cell_suspension_0.json` gives `cell_suspension_json`. Dots become
 * underscores; of a JSON file the last part between underscores is dropped,
 * a number or not (data-store, `dss/index/es/document.py`).
 */
export function fileNameKey(name: string): string {
  const key = name.replaceAll(".", "_");
  if (!key.endsWith("_json")) return key;
  const stem = key.slice(0, -"_json".length);
  const end = stem.lastIndexOf("_");
  return `${end < 0 ? stem : stem.slice(0, end)}_json`;
}
