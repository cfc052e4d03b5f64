import { networkOf } from "../../bounds/network.ts";

/** Counts what each address has open, so that no one has all of it. */
export class AddressCount {
  readonly #max: number;
  readonly #ofOneMax: number;
  readonly #open = new Map<string, number>();
  #all = 0;

  constructor({
    max = Number.POSITIVE_INFINITY,
    ofOneMax,
  }: { readonly max?: number; readonly ofOneMax: number }) {
    this.#max = max;
    this.#ofOneMax = ofOneMax;
  }

  /** Counts one more, and returns what to call once when it is closed; undefined where there are too many. */
  take(address: string): (() => void) | undefined {
    const network = networkOf(address);
    const count = this.#open.get(network) ?? 0;
    if (count >= this.#ofOneMax || this.#all >= this.#max) return undefined;
    this.#open.set(network, count + 1);
    this.#all += 1;
    return () => this.#release(network);
  }

  #release(network: string): void {
    const count = this.#open.get(network) ?? 0;
    if (count > 1) this.#open.set(network, count - 1);
    else this.#open.delete(network);
    this.#all -= 1;
  }
}
