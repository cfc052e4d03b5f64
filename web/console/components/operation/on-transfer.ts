import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import { LedgerService, type Transfer } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { amountField, description } from "./field.ts";
import type { Operation } from "./operation.ts";

interface On {
  readonly organization: string;
  readonly transfer: Transfer;
}

export function refund({ organization, transfer }: On): Operation {
  return {
    id: `refund ${transfer.id}`,
    label: "Refund",
    about: `Gives back part or all of these ${transfer.amount} ${transfer.currency}.`,
    needs: Permission.REFUND,
    method: LedgerService.method.refundTransfer,
    fields: [amountField("All that was not given back yet where empty.", false), description],
    values: { amount: "", description: "" },
    requestOf: ({ amount = "", description = "" }) => ({
      ...{ organization, transfer: transfer.id, amount: amount.trim(), description: description.trim() },
    }),
  };
}

export function reverse({ organization, transfer }: On): Operation {
  return {
    id: `reverse ${transfer.id}`,
    label: "Reverse",
    about: `Takes back part or all of this credit of ${transfer.amount} ${transfer.currency}, as when a payment was charged back.`,
    needs: Permission.CREDIT,
    method: LedgerService.method.reverseTransfer,
    fields: [
      amountField("All that was not taken back yet where empty.", false),
      { name: "allowDebt", label: "Even below what the balance may go down to", kind: "flag" },
      description,
    ],
    values: { amount: "", allowDebt: "", description: "" },
    requestOf: ({ amount = "", allowDebt, description = "" }) => ({
      ...{ organization, transfer: transfer.id, amount: amount.trim(), allowDebt: allowDebt === "yes" },
      description: description.trim(),
    }),
  };
}
