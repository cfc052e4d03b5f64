import type { IncomingHttpHeaders } from "node:http2";
import { requestHeader } from "./request-header.ts";

/**
 * Headers that are made when somebody asks for more than single fields of a request, or sets one of an answer: nearly no call
 * needs them, and three for each call are expensive.
 */
export class LazyHeaders implements Headers {
  readonly #fields: IncomingHttpHeaders | undefined;
  #made: Headers | undefined;

  /** @param fields as node has them, of names in lower case; none where the headers begin empty */
  constructor(fields?: IncomingHttpHeaders) {
    this.#fields = fields;
  }

  /** Whether there is no field in them, and never was. */
  get isUntouched(): boolean {
    return this.#fields === undefined && this.#made === undefined;
  }

  get(name: string): string | null {
    if (this.#made !== undefined || !plainName.test(name)) return this.#real.get(name);
    const value = this.#fields?.[name.toLowerCase()];
    if (value === undefined) return null;
    return typeof value === "string" ? value : this.#real.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  append(name: string, value: string): void {
    this.#real.append(name, value);
  }

  delete(name: string): void {
    this.#real.delete(name);
  }

  getSetCookie(): string[] {
    return this.#real.getSetCookie();
  }

  set(name: string, value: string): void {
    this.#real.set(name, value);
  }

  forEach(callback: (value: string, name: string, parent: Headers) => void, thisArgument?: unknown): void {
    for (const [name, value] of this.#real) callback.call(thisArgument, value, name, this);
  }

  keys() {
    return this.#real.keys();
  }

  values() {
    return this.#real.values();
  }

  entries() {
    return this.#real.entries();
  }

  [Symbol.iterator]() {
    return this.#real[Symbol.iterator]();
  }

  get #real(): Headers {
    this.#made ??= this.#fields === undefined ? new Headers() : requestHeader(this.#fields);
    return this.#made;
  }
}

/** Whether there is no field in headers, as far as that can be told without making any. */
export function areUntouched(headers: Headers): boolean {
  return headers instanceof LazyHeaders && headers.isUntouched;
}

/** Any other name is for the real ones, which know what a name may be. */
const plainName = /^[a-z][a-z0-9-]*$/i;
