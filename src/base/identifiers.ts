/**
 * The identifiers of the DSS: uuids, versions and FQIDs
 * (data-store, `dss/storage/identifiers.py`).
 *
 * @module
 */

import type { Clock, Random } from "./clock.ts";

const UUID =
  /^[A-Za-z0-9]{8}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{12}$/;
const VERSION = /^(\d{4})-(\d{2})-(\d{2})T(\d{2})(\d{2})(\d{2})\.(\d{6})Z$/;

/** Whether the whole text is a uuid; the DSS takes any alphanumerics. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * A DSS version, `2019-08-01T200147.836832Z`, of a moment.
 *
 * @param nowMs epoch milliseconds
 * @param microseconds 0 to 999, the part below a millisecond; default 0
 */
export function formatVersion(nowMs: number, microseconds = 0): string {
  const iso = new Date(nowMs).toISOString();
  const micros = String(microseconds).padStart(3, "0");
  return `${iso.slice(0, 19).replaceAll(":", "")}.${
    iso.slice(20, 23)
  }${micros}Z`;
}

/** A DSS version of this moment; what the clock lacks is made up. */
export function currentVersion(
  { clock, random }: { clock: Clock; random: Random },
): string {
  return formatVersion(clock.now(), Math.floor(random() * 1000));
}

/** Whether the text is a DSS version of a real date, year 1000 or later. */
export function isVersion(text: string): boolean {
  const match = VERSION.exec(text);
  if (match === null) return false;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const time = new Date(0);
  time.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day);
  return (year ?? 0) >= 1000 && time.getUTCMonth() + 1 === month &&
    time.getUTCDate() === day && (hour ?? 99) < 24 && (minute ?? 99) < 60 &&
    (second ?? 99) < 60;
}

/** A bundle's uuid and version. */
export interface Fqid {
  /** The uuid. */
  uuid: string;
  /** The version, "" when the text had none. */
  version: string;
}

/** Splits `<uuid>.<version>` at the first dot; versions contain one. */
export function parseFqid(text: string): Fqid {
  const dot = text.indexOf(".");
  return dot < 0
    ? { uuid: text, version: "" }
    : { uuid: text.slice(0, dot), version: text.slice(dot + 1) };
}

/** `<uuid>.<version>`. */
export function formatFqid(fqid: Fqid): string {
  return `${fqid.uuid}.${fqid.version}`;
}
