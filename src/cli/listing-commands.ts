import { type Command, Option } from "commander";
import { ask, type Surrounded } from "./ask.ts";
import { listing, withPeriod } from "./asking.ts";
import type { ListHoldsOptions } from "./holds.ts";
import type { LedgerOptions } from "./remote/ledger.ts";
import type { ListTransfersOptions } from "./transfers.ts";

const states = ["active", "captured", "released", "expired"] satisfies ListHoldsOptions["state"][];
const kinds = [
  "credit",
  "charge",
  "adjustment",
  "transfer",
  "refund",
  "capture",
  "reversal",
] satisfies ListTransfersOptions["kind"][];

/** The commands that list what was asked of a ledger. */
export function addListingCommands(program: Command, around: Surrounded): void {
  addTransfers(program, around);
  addHolds(program, around);
}

function addTransfers(program: Command, around: Surrounded): void {
  const transfers = program.command("transfers").description("list transfers: charges, credits, refunds");
  const list = listing(
    transfers,
    "list transfers, newest first",
    "whose transfers",
    [
      "The last hundred of a customer",
      "tallystick transfers list --organization acme --customer ann@example.com",
    ],
    ["Refunds since a day", "tallystick transfers list --organization acme --kind refund --from 2026-11-01"],
  )
    .option("--customer <id or email>", "those of one customer")
    .addOption(new Option("--kind <kind>", "those of one kind").choices(kinds));
  withPeriod(list).action((options: ListTransfersOptions & LedgerOptions) =>
    ask(around, options, async (ledger) =>
      (await import("./transfers.ts")).listTransfers(ledger, options, around.surroundings),
    ),
  );
}

function addHolds(program: Command, around: Surrounded): void {
  const holds = program.command("holds").description("list holds");
  listing(
    holds,
    "list holds, newest first",
    "whose holds",
    ["What is set aside", "tallystick holds list --organization acme --state active"],
    ["Those of a customer", "tallystick holds list --organization acme --customer ann@example.com"],
  )
    .option("--customer <id or email>", "those of one customer")
    .addOption(new Option("--state <state>", "those that stand there").choices(states))
    .action((options: ListHoldsOptions & LedgerOptions) =>
      ask(around, options, async (ledger) =>
        (await import("./holds.ts")).listHolds(ledger, options, around.surroundings),
      ),
    );
}
