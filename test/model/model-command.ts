/** Amounts are whole numbers of 10^-9, times are milliseconds. */
interface Keyed {
  readonly key: string;
  readonly customer: string;
  readonly currency: string;
}

export type ModelOperation = Keyed &
  (
    | {
        readonly type: "credit" | "charge" | "adjustment";
        readonly amount: bigint;
        /** Null: the kind's own. */
        readonly counter: string | null;
      }
    | { readonly type: "transfer"; readonly amount: bigint; readonly payee: string }
    | { readonly type: "refund"; readonly charge: string; readonly amount: bigint | null }
    | {
        readonly type: "reversal";
        readonly credit: string;
        readonly amount: bigint | null;
        readonly debt: "none" | "within overdraft" | "any";
      }
    | {
        readonly type: "hold";
        readonly amount: bigint;
        readonly least: bigint | null;
        readonly ttl: number;
        readonly onExpiry: "release" | "capture";
      }
    | {
        readonly type: "capture";
        readonly hold: string;
        readonly amount: bigint | null;
        readonly final: boolean;
        readonly overage: "reject" | "cap" | "allow_debt";
      }
    | { readonly type: "release"; readonly hold: string }
    | { readonly type: "extend"; readonly hold: string; readonly ttl: number }
  );

export interface ModelCommand {
  readonly operations: readonly ModelOperation[];
  readonly dryRun: boolean;
}

/** What a caller learns of one operation, but for ids and times. */
export interface ModelReceipt {
  readonly replay: boolean;
  readonly posted: bigint;
  readonly held: bigint;
  readonly account: {
    readonly funded: bigint;
    readonly spent: bigint;
    readonly withdrawn: bigint;
    readonly held: bigint;
    readonly minimum: bigint;
    readonly version: number;
  };
  readonly hold: { readonly state: string; readonly captured: bigint; readonly remaining: bigint } | null;
}

/** Why an operation is refused, with the amounts that its caller is told. */
export interface ModelRefusal {
  readonly index: number;
  readonly reason: string;
  readonly told: readonly (bigint | string)[];
}

export type ModelAnswer =
  | { readonly receipts: readonly ModelReceipt[] }
  | { readonly refusals: readonly ModelRefusal[] };

/** Whose accounts an operation is about. */
export function accountsOf(operation: ModelOperation): string[] {
  const { customer, currency } = operation;
  const own = nameOf(customer, currency);
  return "payee" in operation ? [own, nameOf(operation.payee, currency)] : [own];
}

export function nameOf(customer: string, currency: string): string {
  return `${customer}/${currency}`;
}
