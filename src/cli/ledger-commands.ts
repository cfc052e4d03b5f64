import { type Command, Option } from "commander";
import { roles } from "../auth/permissions.ts";
import { durationArgument, timeArgument } from "./arguments.ts";
import { ask, follow, type Surrounded } from "./ask.ts";
import { asking, organizationFlag, requireOrganization } from "./asking.ts";
import type { BalanceOptions } from "./balance.ts";
import type { BookOptions } from "./book.ts";
import type { CreateCredentialOptions, RotateCredentialOptions, Whose } from "./credentials.ts";
import { addCustomers } from "./customer-commands.ts";
import { addListingCommands } from "./listing-commands.ts";
import type { CreateOrganizationOptions } from "./organizations.ts";
import type { Printed } from "./printed.ts";
import type { LedgerOptions } from "./remote/ledger.ts";
import type { WatchOptions } from "./watch.ts";
import { addWritingCommands } from "./writing-commands.ts";

const intervalDefault = "1s";
const overlapDefault = "24h";

/** The commands that ask a ledger: of a server, or of the database of the settings. */
export function addLedgerCommands(program: Command, around: Surrounded): void {
  addCredentials(program, around);
  addOrganizations(program, around);
  addCustomers(program, around);
  addBalance(program, around);
  addBooking(program, around, "charge");
  addBooking(program, around, "credit");
  addListingCommands(program, around);
  addWatch(program, around);
  addWritingCommands(program, around);
}

function addCredentials(program: Command, around: Surrounded): void {
  const load = () => import("./credentials.ts");
  const whose = "of one organization and not of the platform";
  const credentials = program
    .command("credentials")
    .description("make, list, rotate and revoke credentials, of the platform and of organizations");

  asking(
    credentials,
    "create",
    "make a credential, and print its secret, which is shown once",
    ["The first admin of a new database", "tallystick credentials create"],
    [
      "For what may only charge, in one organization, for a year",
      "tallystick credentials create --organization acme --role charger --display-name meter --expires 2027-12-31",
    ],
  )
    .option(organizationFlag, whose)
    .addOption(new Option("--role <role>", "what it may do").choices(roles).default("admin"))
    .option("--display-name <text>", "what it is for", "made by the command line")
    .option("--description <text>", "more about it")
    .option("--expires <time>", "when it ends by itself", timeArgument)
    .action((options: CreateCredentialOptions & LedgerOptions) =>
      ask(around, options, async (ledger) => (await load()).createCredential(ledger, options)),
    );

  asking(
    credentials,
    "list",
    "list credentials, never with a secret",
    ["Those of the platform", "tallystick credentials list"],
    ["Those of an organization, for a program", "tallystick credentials list --organization acme --json"],
  )
    .option(organizationFlag, whose)
    .action((options: Whose & LedgerOptions) =>
      ask(around, options, async (ledger) => (await load()).listCredentials(ledger, options)),
    );

  asking(
    credentials,
    "rotate <client-id>",
    "give a credential a new secret, beside which the former one stays good for a while",
    ["With a day to change over", "tallystick credentials rotate 0199-…"],
    ["After a leak", "tallystick credentials rotate 0199-… --overlap 0s"],
  )
    .option(organizationFlag, whose)
    .addOption(
      new Option("--overlap <duration>", "how long the former secret stays good, up to 30d")
        .argParser(durationArgument)
        .default(durationArgument(overlapDefault), overlapDefault),
    )
    .action((clientId: string, options: RotateCredentialOptions & LedgerOptions) =>
      ask(around, options, async (ledger) => (await load()).rotateCredential(ledger, clientId, options)),
    );

  asking(credentials, "revoke <client-id>", "end a credential, for ever", [
    "One of an organization",
    "tallystick credentials revoke 0199-… --organization acme",
  ])
    .option(organizationFlag, whose)
    .action((clientId: string, options: Whose & LedgerOptions) =>
      ask(around, options, async (ledger) => (await load()).revokeCredential(ledger, clientId, options)),
    );
}

function addOrganizations(program: Command, around: Surrounded): void {
  const load = () => import("./organizations.ts");
  const organizations = program.command("organizations").description("make and list organizations");

  asking(organizations, "create <name>", "make an organization", [
    "With a name for people",
    'tallystick organizations create acme --display-name "Acme Corporation"',
  ])
    .option("--display-name <text>", "its name for people")
    .option("--id <uuid>", "its id; a new one without it")
    .action((name: string, options: CreateOrganizationOptions & LedgerOptions) =>
      ask(around, options, async (ledger) => (await load()).createOrganization(ledger, name, options)),
    );

  asking(organizations, "list", "list organizations", [
    "Those that a credential may see",
    "tallystick organizations list --server http://127.0.0.1:7400",
  ]).action((options: Printed & LedgerOptions) =>
    ask(around, options, async (ledger) => (await load()).listOrganizations(ledger, options)),
  );
}

function addBalance(program: Command, around: Surrounded): void {
  asking(
    program,
    "balance <customer>",
    "print what a customer has, by id or email",
    ["In credits", "tallystick balance ann@example.com --organization acme"],
    [
      "In dollars, for a program",
      "tallystick balance ann@example.com --organization acme --currency USD --json",
    ],
  )
    .option(organizationFlag, "whose customer it is")
    .hook("preAction", requireOrganization)
    .option("--currency <code>", "in which currency", "VC")
    .action((customer: string, options: BalanceOptions & LedgerOptions) =>
      ask(around, options, async (ledger) =>
        (await import("./balance.ts")).balanceOf(ledger, customer, options),
      ),
    );
}

function addBooking(program: Command, around: Surrounded, kind: "charge" | "credit"): void {
  asking(
    program,
    `${kind} <customer> <amount>`,
    kind === "charge" ? "take an amount from a customer" : "give an amount to a customer",
    ["Of credits", `tallystick ${kind} ann@example.com 250 --organization acme`],
    [
      "Once, however often it is asked for",
      `tallystick ${kind} ann@example.com 12.50 --organization acme --currency USD --key invoice-4711`,
    ],
    ["Only see what would come", `tallystick ${kind} ann@example.com 250 --organization acme --dry-run`],
  )
    .option(organizationFlag, "whose customer it is")
    .hook("preAction", requireOrganization)
    .option("--currency <code>", "in which currency", "VC")
    .option("--key <text>", "idempotency key; a new one without it")
    .option("--source <text>", "what caused it")
    .option("--description <text>", "for people")
    .option("--dry-run", "print what would come, and book nothing")
    .action((customer: string, amount: string, options: BookOptions & LedgerOptions) =>
      ask(around, options, async (ledger) => {
        const { book } = await import("./book.ts");
        return book(ledger, { kind, customer, amount }, options, around.surroundings.stderr);
      }),
    );
}

function addWatch(program: Command, around: Surrounded): void {
  asking(
    program,
    "watch",
    "print transfers in the order in which they were done, and whatever comes, until a signal",
    ["All that there are, and what comes", "tallystick watch --organization acme"],
    [
      "Only what is new since, as JSON lines",
      'tallystick watch --organization acme --json --token "$TOKEN" --once',
    ],
  )
    .option(organizationFlag, "whose transfers")
    .hook("preAction", requireOrganization)
    .option("--token <token>", "go on where the one that printed it stopped")
    .addOption(
      new Option("--interval <duration>", "how long to wait while nothing is new")
        .argParser(durationArgument)
        .default(durationArgument(intervalDefault), intervalDefault),
    )
    .option("--once", "end where nothing is new")
    .action((options: WatchOptions & LedgerOptions) =>
      follow(around, options, async (ledger, signal) => {
        const { stdout, stderr } = around.surroundings;
        return (await import("./watch.ts")).watch(ledger, options, { stdout, stderr, signal });
      }),
    );
}
