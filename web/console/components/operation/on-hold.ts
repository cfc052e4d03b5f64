import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import { type Hold, LedgerService, OveragePolicy } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { amountField, description, lifetime } from "./field.ts";
import type { Operation } from "./operation.ts";

interface On {
  readonly organization: string;
  readonly hold: Hold;
}

export function capture({ organization, hold }: On): Operation {
  return {
    id: `capture ${hold.id}`,
    label: "Capture",
    about: `Charges part or all of this hold, of which ${hold.remaining} ${hold.currency} are left.`,
    needs: Permission.CHARGE,
    method: LedgerService.method.captureHold,
    fields: [
      amountField("All that is left where empty.", false),
      { name: "final", label: "Release what is left then", kind: "flag" },
      {
        name: "overage",
        label: "If it is more than is held",
        kind: "choice",
        choices: [
          ["", "refuse it"],
          ["cap", "charge what is held"],
          ["debt", "charge it all, even into debt"],
        ],
      },
      description,
    ],
    values: { amount: "", final: "", overage: "", description: "" },
    requestOf: ({ amount = "", final, overage = "", description = "" }) => ({
      ...{ organization, hold: hold.id, amount: amount.trim(), final: final === "yes" },
      overage: overages[overage] ?? OveragePolicy.REJECT,
      description: description.trim(),
    }),
  };
}

const overages: Readonly<Record<string, OveragePolicy>> = {
  cap: OveragePolicy.CAP,
  debt: OveragePolicy.ALLOW_DEBT,
};

export function release({ organization, hold }: On): Operation {
  return {
    id: `release ${hold.id}`,
    label: "Release",
    about: `Gives up what is left of this hold, ${hold.remaining} ${hold.currency}.`,
    needs: Permission.CHARGE,
    method: LedgerService.method.releaseHold,
    fields: [],
    values: {},
    requestOf: () => ({ organization, hold: hold.id }),
  };
}

export function extend({ organization, hold }: On): Operation {
  return {
    id: `extend ${hold.id}`,
    label: "Extend",
    about: "Moves the moment at which this hold expires, counted from now.",
    needs: Permission.CHARGE,
    method: LedgerService.method.extendHold,
    fields: [lifetime],
    values: { ttl: "3600" },
    requestOf: ({ ttl = "" }) => ({ organization, hold: hold.id, ttl: { seconds: BigInt(ttl) } }),
  };
}
