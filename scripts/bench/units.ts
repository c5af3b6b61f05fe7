/** Bytes in one KiB. */
export const KIB = 1024;
/** Bytes in one MiB. */
export const MIB = 1024 * KIB;
/** Bytes in one GiB. */
export const GIB = 1024 * MIB;

/** A size as people say it: `64 KiB`, `1.5 GiB`. */
export function formatSize(bytes: number): string {
  if (bytes >= GIB) return `${short(bytes / GIB)} GiB`;
  if (bytes >= MIB) return `${short(bytes / MIB)} MiB`;
  if (bytes >= KIB) return `${short(bytes / KIB)} KiB`;
  return `${bytes} bytes`;
}

/** A number of things: `2,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** Three significant digits, and no fewer than stand before the point. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return formatCount(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
