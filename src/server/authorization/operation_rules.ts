import { forbidden } from "../problem.ts";
import { type Caller, emailOf } from "./caller.ts";

/** Who may call an operation that needs a token. */
interface OperationRule {
  /** The group of the caller is one of these. Default: any, even none. */
  groups?: readonly string[];
  /** Whether the token must say an email address. */
  needsEmail?: boolean;
  /** Whether only administrators of the store may. */
  isForAdmins?: boolean;
}

const SUBSCRIBER: OperationRule = {
  groups: ["hca", "public"],
  needsEmail: true,
};
const COLLECTOR: OperationRule = { groups: ["hca"], needsEmail: true };

// As the handlers of data-store ask (its `security` decorators).
const RULES: Readonly<Record<string, OperationRule>> = {
  put_file: { groups: ["hca"] },
  put_bundle: {},
  patch_bundle: {},
  delete_bundle: { needsEmail: true, isForAdmins: true },
  get_subscriptions: SUBSCRIBER,
  put_subscription: SUBSCRIBER,
  get_subscription: SUBSCRIBER,
  delete_subscription: SUBSCRIBER,
  get_collections: COLLECTOR,
  put_collection: COLLECTOR,
  get_collection: COLLECTOR,
  patch_collection: COLLECTOR,
  delete_collection: COLLECTOR,
};

/**
 * Checks that a caller may call an operation that needs a token.
 *
 * @param admins email addresses of the administrators
 * @throws {Problem} 403 for another group, or for one who is no administrator;
 * 401 when the email address is needed and missing
 * @throws {TypeError} for an operation that nobody has made a rule for
 */
export function checkMayCall(
  operationName: string,
  caller: Caller,
  admins: readonly string[],
): void {
  const rule = RULES[operationName];
  if (rule === undefined) {
    throw new TypeError(`there is no rule for who may call ${operationName}`);
  }
  const { groups, needsEmail, isForAdmins } = rule;
  if (groups !== undefined && !groups.includes(caller.group ?? "")) {
    throw forbidden();
  }
  if (needsEmail) emailOf(caller);
  if (isForAdmins && !admins.includes(emailOf(caller))) throw forbidden();
}
