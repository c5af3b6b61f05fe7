import {
  type JSONValue,
  TreeInterpreter,
} from "npm:@jmespath-community/jmespath@1.3.0";

type Interpreter = typeof TreeInterpreter;
type Node = Parameters<Interpreter["visit"]>[0];
type Visited = ReturnType<Interpreter["visit"]>;
type Arguments = Parameters<Interpreter["runtime"]["callFunction"]>[1];

const LENGTH_PER_STEP = 16;

/**
 * An interpreter of expressions that stops when it has done enough. Without
 * that, a short expression goes on for ever: `[@, @][]`, again and again,
 * doubles a list each time.
 *
 * @param maxSteps parts of the expression that are evaluated, elements of the
 * lists that are made, and what functions and comparisons look at, each
 * counted as one; also the most that a value may consist of
 */
export function boundedInterpreter(maxSteps: number): Interpreter {
  // The library exports one of them, and not the class.
  const { constructor } = Object.getPrototypeOf(TreeInterpreter);
  return bind(new (constructor as new () => Interpreter)(), new Work(maxSteps));
}

class Work {
  readonly #maxSteps: number;
  readonly #sizes = new WeakMap<object, number>();
  readonly #widths = new WeakMap<object, number>();
  #steps = 0;

  constructor(maxSteps: number) {
    this.#maxSteps = maxSteps;
  }

  /** Counts steps. */
  spend(steps: number): void {
    this.#steps += steps;
    if (!(this.#steps <= this.#maxSteps)) {
      throw new Error(`it takes more than ${this.#maxSteps} steps`);
    }
  }

  /** What it takes to find out whether a value is empty. */
  spendOnWidth(value: unknown): void {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return;
    }
    let width = this.#widths.get(value);
    if (width === undefined) {
      width = Math.floor(Object.keys(value).length / LENGTH_PER_STEP);
      this.#widths.set(value, width);
    }
    this.spend(width);
  }

  /** What a value consists of; what is in it twice counts twice. */
  sizeOf(value: unknown): number {
    if (typeof value === "string") {
      return 1 + Math.floor(value.length / LENGTH_PER_STEP);
    }
    if (typeof value !== "object" || value === null) return 1;
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    let size = 1;
    for (const part of Object.values(value)) {
      this.spend(1);
      size += this.sizeOf(part);
    }
    if (size > this.#maxSteps) {
      throw new Error(`it makes a value of more than ${this.#maxSteps} parts`);
    }
    this.#sizes.set(value, size);
    return size;
  }
}

/** Counts what an interpreter does from now on. */
function bind(interpreter: Interpreter, work: Work): Interpreter {
  const { runtime } = interpreter;
  const visit = interpreter.visit.bind(interpreter);
  const withScope = interpreter.withScope.bind(interpreter);
  const callFunction = runtime.callFunction.bind(runtime);
  interpreter.visit = (node, value) => {
    work.spend(1);
    if (node.type === "Comparator") {
      return compare(interpreter, work, visit, node, value);
    }
    const result = visit(node, value);
    work.spendOnWidth(result);
    if (MAKES.has(node.type)) work.sizeOf(result);
    return result;
  };
  interpreter.withScope = (scope) => {
    work.spend(100);
    return bind(withScope(scope), work);
  };
  runtime.callFunction = (name, given) => {
    work.spend(costOf(name, given, work));
    const result = callFunction(name, given);
    work.spend(work.sizeOf(result));
    return result;
  };
  return interpreter;
}

/** The parts of expressions whose value is not one that was there before. */
const MAKES: ReadonlySet<string> = new Set([
  "Projection",
  "ValueProjection",
  "FilterProjection",
  "Flatten",
  "MultiSelectList",
  "MultiSelectHash",
  "Slice",
  "Binding",
]);

/** Compares values that were counted before. */
function compare(
  interpreter: Interpreter,
  work: Work,
  visit: Interpreter["visit"],
  node: Extract<Node, { type: "Comparator" }>,
  value: JSONValue | Node,
): Visited {
  const left = interpreter.visit(node.left, value) as JSONValue;
  const right = interpreter.visit(node.right, value) as JSONValue;
  work.spend(Math.min(work.sizeOf(left), work.sizeOf(right)));
  return visit({
    ...node,
    left: { type: "Literal", value: left },
    right: { type: "Literal", value: right },
  }, value);
}

/** How many steps a function may take; its result comes on top. */
function costOf(name: string, given: Arguments, work: Work): number {
  const size = given.reduce((sum: number, one) => sum + work.sizeOf(one), 0);
  const [subject, second, third, count] = given.map((one) =>
    typeof one === "string"
      ? one.length
      : typeof one === "number"
      ? Math.abs(one)
      : Array.isArray(one)
      ? one.length
      : 0
  );
  const [long = 0, other = 0] = [subject, second];
  switch (name) {
    case "sort":
      // As often as each one of a million elements is compared.
      return size * 20;
    case "sort_by":
      return size + long * 20;
    case "pad_left":
    case "pad_right":
      return size + other / LENGTH_PER_STEP;
    case "join":
      return size + long * other / LENGTH_PER_STEP;
    case "replace":
      // Each place may be one, and is then replaced by the third text.
      return size + long * (other + (third ?? 0) + 1) / LENGTH_PER_STEP +
        (count ?? 0) * (long + 1) / LENGTH_PER_STEP;
    case "contains":
    case "find_first":
    case "find_last":
    case "split":
      return size + long * other / 256;
    case "trim":
    case "trim_left":
    case "trim_right":
      // Patterns of the library that go back again and again.
      return size + long ** 3 / 100;
    default:
      return size;
  }
}
