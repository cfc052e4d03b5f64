import { v7 as newKey } from "uuid";
import type { Failure } from "../../api/failure.ts";
import type { Values } from "./values.ts";

/** A form that was not sent yet, or of which it is not known whether it was: with its key a second try is safe. */
export interface Draft {
  readonly key: string;
  readonly values: Values;
}

/** Whether what was sent may have been booked, once a try of it has failed. */
export function isStillInDoubt(
  was: boolean,
  { isInDoubt, isUnheard }: Pick<Failure, "isInDoubt" | "isUnheard">,
): boolean {
  return isInDoubt || (was && isUnheard);
}

/** Keeps drafts for as long as the tab is open, so that a reload does not lose the key of what may have been booked. */
export class Drafts {
  readonly #prefix: string;

  /** @param caller who wrote them: nobody else who logs in here is shown them */
  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">,
    caller: string,
  ) {
    this.#prefix = `tallystick.draft.${caller}.`;
  }

  /** @param id names the form: what is to be done, and to whom */
  begin(id: string, values: Values): Draft & { readonly isKept: boolean } {
    const text = this.storage.getItem(this.#prefix + id);
    if (text === null) return { key: newKey(), values, isKept: false };
    return { ...(JSON.parse(text) as Draft), isKept: true };
  }

  keep(id: string, draft: Draft): void {
    this.storage.setItem(this.#prefix + id, JSON.stringify(draft));
  }

  drop(id: string): void {
    this.storage.removeItem(this.#prefix + id);
  }

  /** The names of the forms that are kept: of each it is not known whether it was booked. */
  get ids(): string[] {
    const names = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index) ?? "");
    return names
      .filter((name) => name.startsWith(this.#prefix))
      .map((name) => name.slice(this.#prefix.length));
  }
}
