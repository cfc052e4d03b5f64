import type { AccountOwner } from "../../../../domain/account.ts";
import type { Amount } from "../../../../domain/amount.ts";
import type { Transfer } from "../../../../domain/recorded.ts";
import type { Line } from "../../../../store/books/statements.ts";

/** What a document says beside its lines. */
export interface Statement {
  readonly organization: string;
  readonly customer: { readonly id: string; readonly name: string; readonly email: string };
  readonly currency: string;
  /** Undefined where it is from the beginning. */
  readonly from: Date | undefined;
  readonly to: Date;
  readonly opening: Amount;
  readonly closing: Amount;
}

/** How a document is written, from its first line to its last. */
export interface StatementWriter {
  readonly contentType: string;
  /** Of the name of its file. */
  readonly extension: string;
  /** What a browser is told of it. */
  readonly header: Readonly<Record<string, string>>;
  /** Of the largest document. */
  readonly linesMax: number;
  beginning(statement: Statement): string;
  line(line: Line, statement: Statement): string;
  end(statement: Statement): string;
}

/** Who is on the other side of a line: a counter-account by its name, a customer by its id. */
export function counterparty({ from, to }: Transfer, { amount }: Line): string {
  const other: AccountOwner = amount.isNegative() ? to : from;
  return "counter" in other ? other.counter : other.customerId;
}
