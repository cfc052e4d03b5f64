import { v7 as newKey } from "uuid";

/** What was typed into a form, by the name of the request's field. */
export type Values = Readonly<Record<string, string>>;

/** A form that was not sent yet, or of which it is not known whether it was: with its key a second try is safe. */
export interface Draft {
  readonly key: string;
  readonly values: Values;
}

const prefix = "tallystick.draft.";

/** Keeps drafts for as long as the tab is open, so that a reload does not lose the key of what may have been booked. */
export class Drafts {
  constructor(private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">) {}

  /** @param id names the form: what is to be done, and to whom */
  begin(id: string, values: Values): Draft & { readonly isKept: boolean } {
    const text = this.storage.getItem(prefix + id);
    if (text === null) return { key: newKey(), values, isKept: false };
    return { ...(JSON.parse(text) as Draft), isKept: true };
  }

  keep(id: string, draft: Draft): void {
    this.storage.setItem(prefix + id, JSON.stringify(draft));
  }

  drop(id: string): void {
    this.storage.removeItem(prefix + id);
  }
}
