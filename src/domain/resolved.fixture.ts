import { counterAccount, customerAccount } from "./account.ts";
import type { AskedOperation, Operation } from "./asked-operation.ts";
import type { AskedCommand, Command } from "./command.ts";
import type { CustomerName } from "./customer-name.ts";
import { named, originOf } from "./decide.fixture.ts";
import { placeOfHold } from "./due-holds.ts";
import type { LedgerState } from "./ledger-view.ts";
import { mapNonEmpty } from "./non-empty.ts";

/** A command of which it is known whom and what it names: customers are named by id, and all of them exist. */
export function resolved(asked: AskedCommand, state: LedgerState): Command {
  return { ...asked, operations: mapNonEmpty(asked.operations, (each) => resolvedOperation(each, state)) };
}

function resolvedOperation(asked: AskedOperation, { known }: LedgerState): Operation {
  const own = (customer: CustomerName, currency: string) => customerAccount(customer.text, currency);
  switch (asked.type) {
    case "transfer": {
      const { currency, other } = asked;
      const sides =
        "counter" in other
          ? { other, opposite: counterAccount(other.counter, currency) }
          : { other: { customer: named(other.customer.text) }, opposite: own(other.customer, currency) };
      return { ...asked, customer: named(asked.customer.text), own: own(asked.customer, currency), ...sides };
    }
    case "hold":
      return { ...asked, customer: named(asked.customer.text), own: own(asked.customer, asked.currency) };
    case "refund":
      return { ...asked, origin: originOf(known.get(asked.refundOf)?.recorded) };
    case "reversal":
      return { ...asked, origin: originOf(known.get(asked.reversalOf)?.recorded) };
    default: {
      const hold = known.get(asked.holdId)?.hold;
      return { ...asked, on: hold ? placeOfHold(hold) : undefined };
    }
  }
}
