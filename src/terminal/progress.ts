import { formatBytes } from "../base/mod.ts";

/** What a progress line shows. */
export interface ProgressState {
  /** Things done. */
  done: number;
  /** Things in all. */
  total: number;
  /** Bytes received. */
  receivedBytes: number;
  /** Bytes of all things. */
  sizeBytes: number;
  /** Things that failed. */
  failed: number;
  /** Milliseconds since the start. */
  elapsedMs: number;
}

/**
 * One line about work under way, at most `width` characters; what matters
 * least is left out first.
 */
export function formatProgress(state: ProgressState, width: number): string {
  const { done, total, receivedBytes, sizeBytes, failed, elapsedMs } = state;
  const rate = elapsedMs > 0 ? receivedBytes / (elapsedMs / 1000) : 0;
  const parts = [
    `${done}/${total} files`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${formatBytes(receivedBytes)} of ${formatBytes(sizeBytes)}`,
    `${formatBytes(Math.round(rate))}/s`,
  ];
  while (parts.length > 1 && parts.join(", ").length > width) parts.pop();
  return parts.join(", ").slice(0, Math.max(0, width));
}
