import { counterAccount, customerAccount } from "../domain/account.ts";
import type {
  AskedOperation,
  HeldOn,
  Operation,
  Origin,
  TransferOperation,
} from "../domain/asked-operation.ts";
import type { AskedCommand, Command } from "../domain/command.ts";
import type { CustomerName, CustomerRef, NameQuery, ResolvedName } from "../domain/customer-name.ts";
import { replayOf } from "../domain/decide.ts";
import { placeOfHold } from "../domain/due-holds.ts";
import { mapNonEmpty, type NonEmpty } from "../domain/non-empty.ts";
import { Refused } from "../domain/refusal.ts";
import type { Known, Verdict } from "../domain/verdict.ts";
import { wordsThatMatter } from "../domain/words.ts";
import { type Wanted, wholeOf } from "../store/journal/known.ts";
import { needsNoLookUp, queriesOf, queryKey, queryOf } from "./name-query.ts";
import { orgIdOf } from "./pending.ts";

/** The look-ups that resolving needs. */
export interface LookUps {
  known(orgId: string, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Known>>;
  names(orgId: string, names: readonly NameQuery[]): Promise<readonly ResolvedName[]>;
}

/** A command whose names are resolved, with its verdict where all of it was done already. */
export interface Resolved {
  readonly command: Command;
  readonly verdict: Verdict | undefined;
}

/**
 * Resolves the customers and operations that commands of one organization name. Keys come first: a command that was done
 * already gets that verdict, whatever its names mean today. A command that names only ids needs no look-up, and no promise; its
 * keys are looked up under the locks. Where a look-up is refused, every command that needs it is refused.
 */
export function resolve(
  commands: NonEmpty<AskedCommand>,
  lookUps: LookUps,
): NonEmpty<Resolved | Refused> | Promise<NonEmpty<Resolved | Refused>> {
  const open = commands.filter(isOpen);
  if (open.length === 0) return mapNonEmpty(commands, resolvedAtOnce);
  return resolveOpen(commands, open, lookUps);
}

async function resolveOpen(
  commands: NonEmpty<AskedCommand>,
  open: readonly AskedCommand[],
  lookUps: LookUps,
): Promise<NonEmpty<Resolved | Refused>> {
  const found = await lookUp(open, lookUps).catch(refusal);
  return mapNonEmpty(commands, (command) => {
    if (!(found instanceof Refused)) return resolvedBy(found, command);
    return isOpen(command) ? found : resolvedAtOnce(command);
  });
}

/** Whether a command needs a look-up. */
function isOpen({ operations }: AskedCommand): boolean {
  return !operations.every(needsNoLookUp);
}

function refusal(error: unknown): Refused {
  if (error instanceof Refused) return error;
  throw error;
}

function resolvedAtOnce(command: AskedCommand): Resolved {
  return resolvedBy(nothing, command);
}

function resolvedBy(found: Found, asked: AskedCommand): Resolved {
  const command = resolveCommand(asked, found);
  return { command, verdict: found.known.size > 0 ? replayOf(found.known, command) : undefined };
}

interface Found {
  readonly known: ReadonlyMap<string, Known>;
  readonly customers: ReadonlyMap<string, ResolvedName | undefined>;
}

const nothing: Found = { known: new Map(), customers: new Map() };

async function lookUp(commands: readonly AskedCommand[], lookUps: LookUps): Promise<Found> {
  const orgId = orgIdOf(commands);
  const operations = commands.flatMap((command) => command.operations);
  const texts = [...new Map(operations.flatMap(queriesOf).map((query) => [queryKey(query), query])).values()];
  const wanted = operations.flatMap((operation) => [
    { id: operation.id, charactersMax: wordsThatMatter(operation) },
    ...subjectOf(operation).map(wholeOf),
  ]);
  const [known, named] = await Promise.all([
    lookUps.known(orgId, wanted),
    texts.length === 0 ? [] : lookUps.names(orgId, texts),
  ]);
  return { known, customers: new Map(texts.map((query, index) => [queryKey(query), named[index]])) };
}

/** Written out, as everything on the path of a charge: V8 takes a hundred times as long for a spread object. */
function resolveCommand(command: AskedCommand, found: Found): Command {
  return {
    orgId: command.orgId,
    operations: mapNonEmpty(command.operations, (operation) => resolveOperation(operation, found)),
    dryRun: command.dryRun,
    skipKnown: command.skipKnown === true,
    asksAgain: command.asksAgain === true,
    isSuspended: command.isSuspended === true,
    by: command.by,
  };
}

function resolveOperation(operation: AskedOperation, found: Found): Operation {
  switch (operation.type) {
    case "transfer":
      return resolveTransfer(operation, found);
    case "hold": {
      const customer = customerRef(operation.customer, found);
      return { ...operation, customer, own: accountOfCustomer(customer, operation.currency) };
    }
    case "refund":
      return { ...operation, origin: originOf(found.known.get(operation.refundOf)) };
    case "reversal":
      return { ...operation, origin: originOf(found.known.get(operation.reversalOf)) };
    case "capture":
    case "release":
    case "extend":
      return { ...operation, on: heldOn(found.known.get(operation.holdId)) };
  }
}

function resolveTransfer(operation: TransferOperation<CustomerName>, found: Found): Operation {
  const { currency } = operation;
  const customer = customerRef(operation.customer, found);
  const other =
    "counter" in operation.other
      ? operation.other
      : { customer: customerRef(operation.other.customer, found) };
  return {
    type: "transfer",
    id: operation.id,
    key: operation.key,
    kind: operation.kind,
    amount: operation.amount,
    currency,
    customer,
    isPaying: operation.isPaying,
    other,
    isCapped: operation.isCapped === true,
    isTopUp: operation.isTopUp === true,
    balanceMost: operation.balanceMost,
    quantity: operation.quantity,
    source: operation.source,
    description: operation.description,
    userId: operation.userId,
    metadata: operation.metadata,
    own: accountOfCustomer(customer, currency),
    opposite:
      "counter" in other
        ? counterAccount(other.counter, currency)
        : accountOfCustomer(other.customer, currency),
  };
}

/** The id of the transfer or hold that an operation refers to. */
function subjectOf(operation: AskedOperation): string[] {
  switch (operation.type) {
    case "refund":
      return [operation.refundOf];
    case "reversal":
      return [operation.reversalOf];
    case "capture":
    case "release":
    case "extend":
      return [operation.holdId];
    default:
      return [];
  }
}

function customerRef(name: CustomerName, { customers }: Found): CustomerRef {
  const query = queryOf(name);
  if (query === undefined) {
    const id = name.text.toLowerCase();
    return { text: name.text, id, everNamed: [id] };
  }
  const { id, everNamed } = customers.get(queryKey(query)) ?? { id: undefined, everNamed: [] };
  return { text: name.text, id, everNamed };
}

function accountOfCustomer({ id }: CustomerRef, currency: string) {
  return id === undefined ? undefined : customerAccount(id, currency);
}

/** A transfer that is to be refunded or reversed; undefined where it is not between a customer and a counter-account. */
function originOf(known: Known | undefined): Origin | undefined {
  if (known === undefined) return undefined;
  const { recorded } = known;
  const { from, to, currency } = recorded;
  const sides = to === null ? [from.account.owner] : [from.account.owner, to.account.owner];
  const customer = sides.find((owner) => "customerId" in owner);
  const counter = sides.find((owner) => "counter" in owner);
  if (customer === undefined || !("customerId" in customer)) return undefined;
  return {
    recorded,
    customer: customerAccount(customer.customerId, currency),
    counter: counterAccount(
      counter !== undefined && "counter" in counter ? counter.counter : "revenue",
      currency,
    ),
  };
}

function heldOn(known: Known | undefined): HeldOn | undefined {
  if (known === undefined || known.recorded.kind !== "hold" || known.hold === null) return undefined;
  return placeOfHold(known.hold);
}
