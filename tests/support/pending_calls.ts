import { settle } from "./fake_clock.ts";

// So many turns of the event loop lie between one call and the next at most.
const QUIET_TURNS = 10;

/**
 * Counts the calls of an object that have not been answered yet, so that a
 * test whose clock stands still can wait for real files to take their time.
 */
export class PendingCalls {
  #pending = 0;

  /** The same object; its calls, and those of what they bring, are counted. */
  watch<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, key) => {
        const value: unknown = Reflect.get(object, key);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) =>
          this.#count(Reflect.apply(value, object, args));
      },
    });
  }

  /** Resolves when nothing is pending, and nothing begins any more. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns++) {
      await settle();
      if (this.#pending > 0) turns = 0;
    }
  }

  #count(result: unknown): unknown {
    if (!(result instanceof Promise)) return result;
    this.#pending++;
    return result
      .finally(() => this.#pending--)
      .then((value) => isHandle(value) ? this.watch(value) : value);
  }
}

/** An open file has methods; what is read or listed has none of its own. */
function isHandle(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return Object.getPrototypeOf(value) !== Object.prototype ||
    Object.values(value).some((member) => typeof member === "function");
}
