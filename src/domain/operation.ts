/** What can be asked of the ledger under a key: movements of money, and changes of holds. */
export const transferKinds = [
  "credit",
  "charge",
  "adjustment",
  "transfer",
  "refund",
  "reversal",
  "capture",
] as const;
/** Why money moves. */
export type TransferKind = (typeof transferKinds)[number];

export const operationKinds = [...transferKinds, "hold", "release", "extend"] as const;
export type OperationKind = (typeof operationKinds)[number];

/** Whatever a caller keeps with an operation: a JSON object. */
export type Metadata = { readonly [key: string]: unknown };

/**
 * The content of a request that the other fields of its record do not tell. Null for a field: the request did not give it, though
 * the record has a value for it.
 */
export type Asked = Readonly<Record<string, string | null>>;
