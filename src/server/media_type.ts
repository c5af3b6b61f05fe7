// By the last extension; a compressed file is its compression, because that
// is what its bytes are.
const TYPES: Readonly<Record<string, string>> = {
  bam: "application/octet-stream",
  bz2: "application/x-bzip2",
  csv: "text/csv",
  gz: "application/gzip",
  h5: "application/x-hdf5",
  html: "text/html",
  json: "application/json",
  loom: "application/x-hdf5",
  mtx: "text/plain",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  tif: "image/tiff",
  tiff: "image/tiff",
  tsv: "text/tab-separated-values",
  txt: "text/plain",
  zip: "application/zip",
};

/** The media type that a file name suggests (IANA media type registry). */
export function guessMediaType(name: string): string {
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return (Object.hasOwn(TYPES, extension) ? TYPES[extension] : undefined) ??
    "application/octet-stream";
}
