import { fnv1a64, splitMix64 } from "./prng.ts";

/**
 * A uuid that is the same for the same label, in the form of version 4
 * (RFC 9562, section 5.4): the 122 free bits come from the label's hash.
 */
export function sampleUuid(label: string): string {
  const next = splitMix64(fnv1a64(label));
  const hex = hexWord(next()) + hexWord(next());
  const variant = (8 | (parseInt(hex.charAt(16), 16) & 3)).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}

function hexWord(word: bigint): string {
  return word.toString(16).padStart(16, "0");
}
