import { joinPath, quote, UsageError } from "../base/mod.ts";

/** How a manifest's files are laid out. */
export const LAYOUTS = ["none", "bundle"] as const;

/** One of {@linkcode LAYOUTS}. */
export type Layout = typeof LAYOUTS[number];

/** Checks a layout's name. */
export function parseLayout(text: string): Layout {
  const layout = LAYOUTS.find((name) => name === text);
  if (layout !== undefined) return layout;
  throw new UsageError(
    `invalid layout ${quote(text)}: not one of ${LAYOUTS.join(", ")}`,
  );
}

/** The directory of the content store below a download directory. */
export function storeRoot(downloadDir: string): string {
  return joinPath(downloadDir, ".hca", "v2", "files_2_4");
}
