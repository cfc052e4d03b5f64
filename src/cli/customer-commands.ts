import { type Command, Option } from "commander";
import { ask, type Surrounded } from "./ask.ts";
import { asking, listing, organizationFlag, requireOrganization } from "./asking.ts";
import type { CreateCustomerOptions, ListCustomersOptions, OfOrganization } from "./customers.ts";
import type { LedgerOptions } from "./remote/ledger.ts";

export function addCustomers(program: Command, around: Surrounded): void {
  const load = () => import("./customers.ts");
  const customers = program.command("customers").description("make and list customers, and look for them");

  asking(
    customers,
    "create <name>",
    "make a customer",
    ["With an email", "tallystick customers create Ann --organization acme --email ann@example.com"],
    [
      "One who pays afterwards",
      "tallystick customers create Bob --organization acme --billing-type postpaid",
    ],
  )
    .option(organizationFlag, "whose customer it is")
    .hook("preAction", requireOrganization)
    .option("--email <email>", "by which it may be named, too")
    .option("--id <uuid>", "its id; a new one without it")
    .addOption(
      new Option("--billing-type <type>", "how it pays").choices(["prepaid", "postpaid"]).default("prepaid"),
    )
    .action((name: string, options: CreateCustomerOptions & LedgerOptions) =>
      ask(around, options, async (ledger) => (await load()).createCustomer(ledger, name, options)),
    );

  listing(
    customers,
    "list customers, oldest first",
    "whose customers",
    ["The first hundred", "tallystick customers list --organization acme"],
    ["More of them, for a program", "tallystick customers list --organization acme --limit 5000 --json"],
  ).action((options: ListCustomersOptions & LedgerOptions) =>
    ask(around, options, async (ledger) =>
      (await load()).listCustomers(ledger, options, around.surroundings),
    ),
  );

  asking(
    customers,
    "search <text>",
    "list customers whose id, email, name or app group's name begins with a text",
    ["By the beginning of an email", "tallystick customers search ann@ --organization acme"],
  )
    .option(organizationFlag, "whose customers")
    .hook("preAction", requireOrganization)
    .action((text: string, options: OfOrganization & LedgerOptions) =>
      ask(around, options, async (ledger) =>
        (await load()).searchCustomers(ledger, text, options, around.surroundings),
      ),
    );
}
