/** A number of JSON with every digit that it is written with. */
export class ExactNumber {
  /** As JSON has it. */
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** A JSON value whose numbers are exact. */
export type ExactJson =
  | null
  | boolean
  | string
  | ExactNumber
  | readonly ExactJson[]
  | { readonly [name: string]: ExactJson };

/** JSON to be written; a number that must keep its digits is exact. */
export type WrittenJson =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | readonly WrittenJson[]
  | { readonly [name: string]: WrittenJson };
