import type { Random } from "../base/mod.ts";

/** A name that no other process draws: 20 characters, about 100 bits. */
export function newToken(random: Random): string {
  const digits = () =>
    Math.floor(random() * 36 ** 10).toString(36).padStart(10, "0");
  return `${digits()}${digits()}`;
}
