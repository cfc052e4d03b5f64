import { createClient, type Transport } from "@connectrpc/connect";
import { GetBalanceResponseSchema, LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { jsonOf, type Printed, pairsOf } from "./printed.ts";

export interface BalanceOptions extends Printed {
  readonly organization: string;
  readonly currency: string;
}

/** What a customer has, as exact text. */
export async function balanceOf(
  ledger: Transport,
  customer: string,
  { organization, currency, json }: BalanceOptions,
): Promise<string> {
  const balance = await createClient(LedgerService, ledger).getBalance({ organization, customer, currency });
  if (json) return jsonOf(GetBalanceResponseSchema, balance);
  const { posted, held, available } = balance;
  const amounts = Object.entries({ available, posted, held });
  return pairsOf(
    Object.fromEntries(amounts.map(([name, amount]) => [name, `${amount} ${balance.currency}`])),
  );
}
