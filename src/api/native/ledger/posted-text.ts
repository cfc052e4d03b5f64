import { balanceOf } from "../../../domain/account.ts";
import { Amount } from "../../../domain/amount.ts";
import type { Totals } from "../../../store/books/statements.ts";

export function postedText(totals: Totals | undefined): string {
  return (totals === undefined ? Amount.zero : balanceOf(totals)).toString();
}
