import type { Usage } from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import type { TransferOperation } from "../../../domain/asked-operation.ts";
import { type Currency, currencyOf } from "../../../domain/currency.ts";
import type { CustomerName } from "../../../domain/customer-name.ts";
import type { Identity } from "../../../domain/operation-id.ts";
import { customerIdOf } from "../../../domain/recorded.ts";
import type { Call } from "../../shared/call.ts";
import { amountOf } from "../credits.ts";

/** What a usage may leave open. */
export interface Filling {
  readonly currency: Currency;
  readonly source: string;
  readonly customerId: string;
}

/** How usages are filled by what their identities stand for, as far as a usage could have booked it. */
export async function bookedFor(
  call: Call,
  identities: readonly Identity[],
): Promise<Map<string, Partial<Filling>>> {
  const { id: orgId } = call.organization;
  // One character tells whether there is a source, and no other word is looked at.
  const wanted = identities.map(({ id }) => ({ id, charactersMax: 1 }));
  const known = await call.app.ledger.known(orgId, wanted);
  const owners = [...known.values()].map(({ recorded }) => customerIdOf(recorded));
  const accounts = await call.app.customers.billingAccountsEver({ orgId, ids: owners }, call.signal);
  const fillings = [...known].map(([id, { recorded }]) => {
    const [currency, customerId] = [currencyOf(recorded.currency), customerIdOf(recorded)];
    const filling = {
      ...(currency && { currency }),
      ...(recorded.source === "" && { source: "" }),
      ...(accounts.has(customerId) && { customerId }),
    };
    return [id, filling] as const;
  });
  return new Map(fillings);
}

/** A usage with what it leaves open filled. */
export function operationOf(
  usage: Usage,
  identity: Identity,
  { currency, source, customerId }: Filling,
): TransferOperation<CustomerName> {
  return {
    type: "transfer",
    ...identity,
    kind: "charge",
    amount: amountOf(usage.amount, currency),
    currency: currency.code,
    customer: { text: customerId, as: "id" },
    isPaying: true,
    other: { counter: "revenue" },
    source: usage.source.toLowerCase() || source,
    description: usage.description,
    userId: usage.userId,
    metadata: usage.metadata ?? {},
  };
}
