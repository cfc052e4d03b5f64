import { createClient, type Transport } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import {
  CreateTransferResponseSchema,
  LedgerService,
  type Receipt,
  TransferKind,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { jsonOf, type Printed, pairsOf } from "./printed.ts";
import { outcomeOf } from "./remote/failure.ts";
import type { Surroundings } from "./surroundings.ts";

export interface BookOptions extends Printed {
  readonly organization: string;
  readonly currency: string;
  readonly key?: string;
  readonly source?: string;
  readonly description?: string;
  readonly dryRun?: boolean;
}

const kinds = { charge: TransferKind.CHARGE, credit: TransferKind.CREDIT };

/** What is booked: from whom or to whom, and how much, as exact text. */
export interface Booking {
  readonly kind: keyof typeof kinds;
  readonly customer: string;
  readonly amount: string;
}

/** Books once, under a key that is made up where none is given; where no answer comes it says how to ask again, unless nothing was booked. */
export async function book(
  ledger: Transport,
  { kind, customer, amount }: Booking,
  options: BookOptions,
  stderr: Surroundings["stderr"],
): Promise<string> {
  const { organization, currency, key = uuidv7(), source = "", description = "" } = options;
  const { dryRun: validateOnly = false, json } = options;
  const transfer = {
    organization,
    customer,
    kind: kinds[kind],
    amount,
    currency,
    key,
    source,
    description,
    validateOnly,
  };
  try {
    const answer = await createClient(LedgerService, ledger).createTransfer(transfer);
    return json ? jsonOf(CreateTransferResponseSchema, answer) : textOf(answer.receipt, validateOnly);
  } catch (error) {
    const words = {
      refused: "",
      undone: "Nothing was booked.\n",
      unknown: `Nobody knows whether it was booked. Ask again with --key ${key}: it is booked once.\n`,
    };
    if (!validateOnly) stderr.write(words[outcomeOf(error)]);
    throw error;
  }
}

function textOf(receipt: Receipt | undefined, isDryRun: boolean): string {
  const { transfer, before, after, replay = false } = receipt ?? {};
  const { id = "", key = "", amount = "", currency = "" } = transfer ?? {};
  const did = isDryRun ? "would book" : replay ? "booked before" : "booked";
  return pairsOf({
    [did]: `${amount} ${currency}`,
    ...(isDryRun ? {} : { transfer: id, key }),
    posted: `${before?.posted ?? ""} -> ${after?.posted ?? ""}`,
  });
}
