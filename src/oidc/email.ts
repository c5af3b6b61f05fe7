import { isPrintable } from "../base/mod.ts";

// RFC 5321, section 4.5.3.1.3, without the angle brackets.
const LIMIT_CHARACTERS = 254;

/** Whether a text can be the e-mail address of a person here. */
export function isEmail(text: string): boolean {
  return /.@./u.test(text) && isPrintable(text) &&
    text.length <= LIMIT_CHARACTERS;
}
