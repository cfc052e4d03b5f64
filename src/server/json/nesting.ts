import { elementsMax, valuesMax } from "../requests/repetition.ts";
import { JsonExcess, JsonProblem } from "./problem.ts";

/** How deep arrays and objects may nest. */
export const jsonDepthMax = 100;

/** An array or object that is open. */
interface Open {
  /** The keys seen so far, if there are any. */
  keys: Set<string> | undefined;
  /** The last key; undefined in an array. */
  key: string | undefined;
  /** Elements before the one at hand. */
  elements: number;
}

/**
 * The arrays and objects that are open as JSON text is read. It refuses what a caller cannot mean: a key given twice in one
 * object, `__proto__` as a key (JavaScript objects cannot hold it), nesting that would exhaust the stack, and so many elements
 * that to make objects of them would keep everybody else waiting.
 */
export class Nesting {
  readonly #open: Open[] = [];
  #values = 0;

  /** @throws JsonProblem, JsonExcess */
  enter(position: number): void {
    if (this.#open.length >= jsonDepthMax) {
      throw new JsonProblem(`nested deeper than ${jsonDepthMax} levels`, position);
    }
    this.#open.push({ keys: undefined, key: undefined, elements: 0 });
    this.#count();
  }

  leave(): void {
    this.#open.pop();
  }

  /**
   * Notes a key, which is given as it is written between its quotes.
   *
   * @throws JsonProblem
   */
  key(written: string, position: number): void {
    const open = this.#innermost();
    const key = written.includes("\\") ? (JSON.parse(`"${written}"`) as string) : written;
    if (key === "__proto__") throw new JsonProblem('the key "__proto__" is not accepted', position);
    open.keys ??= new Set();
    if (open.keys.has(key)) throw new JsonProblem(`the key "${written}" is there twice`, position);
    open.keys.add(key);
    open.key = key;
  }

  /**
   * Notes that another element follows.
   *
   * @throws JsonExcess
   */
  next(): void {
    const open = this.#innermost();
    open.elements += 1;
    if (open.elements >= elementsMax) throw new JsonExcess(this.#path());
    this.#count();
  }

  #innermost(): Open {
    const open = this.#open.at(-1);
    if (open === undefined) throw new Error("nothing is open");
    return open;
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > valuesMax) throw new JsonExcess(undefined);
  }

  /** Where the innermost array or object stands. */
  #path(): string {
    const steps = this.#open.slice(0, -1).map(({ key, elements }, depth) => {
      if (key === undefined) return `[${elements}]`;
      return depth === 0 ? key : `.${key}`;
    });
    return steps.join("");
  }
}
