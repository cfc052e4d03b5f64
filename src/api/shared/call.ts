import type { DescMethod } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { App } from "../../app.ts";
import { type Caller, callerOf, denied, setOrganization } from "../../auth/caller.ts";
import { hasOneOf, type Permissions, permissionsIn } from "../../auth/permissions.ts";
import type { Departure } from "../../bounds/departure.ts";
import { methodName } from "../../bounds/method-name.ts";
import { noteParty } from "../../bounds/party.ts";
import type { AskedOperation } from "../../domain/asked-operation.ts";
import type { AskedCommand, Requester } from "../../domain/command.ts";
import { mapNonEmpty, type NonEmpty } from "../../domain/non-empty.ts";
import { type Identity, identityOf, newIdentity } from "../../domain/operation-id.ts";
import { invalidField, type Refused } from "../../domain/refusal.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { Steps, type Work } from "../../store/driver/transactions/attempt.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { By } from "../../store/trail/by.ts";
import type { Access } from "./access.ts";
import { departureOf } from "./departure.ts";

/** Everything that a handler works with. A handler may run several times in one call; it gets the same ids each time. */
export interface Call extends By {
  readonly app: App;
  readonly method: DescMethod;
  readonly caller: Caller;
  /** The organization that the request names. Refuses a request that names none. */
  readonly organization: Organization;
  /** The organization, for methods whose request may name none. */
  readonly organizationIfNamed: Organization | undefined;
  /** Tells whether the caller has gone, without making a signal, which costs time. */
  readonly departure: Departure;
  readonly requestHeader: Headers;
  readonly responseHeader: Headers;
  /** A new id. The n-th one of each attempt is the same. */
  newId(): string;
  /** The identity that a key has in the organization; a new identity where there is no key. */
  identity(key: string | null): Identity;
  /** Does operations as one command of the ledger: once, whatever the number of attempts. */
  submit(operations: NonEmpty<AskedOperation>, options?: SubmitOptions): Promise<Verdict>;
  /** Does each operation as a command of its own, once. What `submit` would throw for one is its answer. */
  submitEach(
    operations: NonEmpty<AskedOperation>,
    options?: SubmitOptions,
  ): Promise<NonEmpty<Verdict | Refused>>;
}

export interface SubmitOptions {
  /** Decides the command without doing it. */
  readonly dryRun?: boolean;
  /** Lets known and new operations stand in one command. */
  readonly skipKnown?: boolean;
  /** Says that the handler completes and repeats the command where a key is known with other content. */
  readonly asksAgain?: boolean;
}

/** A class, because making an object with accessors of its own takes ten times as long, and every call makes one. */
export class HandlerCall implements Call, Requester {
  readonly app: App;
  readonly method: DescMethod;
  readonly caller: Caller;
  #organization: Organization | undefined;
  readonly #access: Access;
  readonly #context: HandlerContext;
  readonly #ids: string[] = [];
  readonly #steps = new Steps();
  #idsGiven = 0;

  constructor(app: App, access: Access, context: HandlerContext) {
    this.app = app;
    this.#access = access;
    this.method = context.method;
    this.caller = callerOf(context);
    this.#context = context;
  }

  /** Begins an attempt. */
  begin(organization: Organization | undefined): void {
    this.#organization = organization;
    if (organization !== undefined && this.caller.orgId === null)
      setOrganization(this.#context.values, organization.id);
    this.#idsGiven = 0;
    this.#steps.begin();
  }

  get organization(): Organization {
    if (this.#organization !== undefined) return this.#organization;
    const field = this.#access.organization;
    if (field === undefined) throw new Error(`${this.method.name} is asked of no organization`);
    throw invalidField(field.name, "is required");
  }

  get organizationIfNamed(): Organization | undefined {
    return this.#organization;
  }

  get signal(): AbortSignal {
    const { signal } = this.#context;
    noteParty(signal, this.#organization?.id ?? "");
    return signal;
  }

  get departure(): Departure {
    return departureOf(this.#context);
  }

  get requestHeader(): Headers {
    return this.#context.requestHeader;
  }

  get responseHeader(): Headers {
    return this.#context.responseHeader;
  }

  newId(): string {
    const index = this.#idsGiven++;
    const id = this.#ids[index] ?? uuidv7();
    this.#ids[index] = id;
    return id;
  }

  identity(key: string | null): Identity {
    return key === null ? newIdentity(this.newId()) : identityOf(this.organization.id, key);
  }

  once<T>(name: string, work: Work<T>): Promise<T> {
    return this.#steps.once(name, work);
  }

  /** As the one who asks, for the journal. */
  get actor(): string {
    return this.caller.actor;
  }

  get call(): object {
    return this.#context.values;
  }

  get isBounded(): boolean {
    return !hasOneOf(this.caller.role, administering);
  }

  get methodName(): string {
    return methodName(this.method);
  }

  get requestId(): string {
    return this.requestHeader.get("x-request-id") ?? "";
  }

  submit(operations: NonEmpty<AskedOperation>, options: SubmitOptions = {}): Promise<Verdict> {
    const command = this.#command(operations, options);
    const step = options.asksAgain ? "first submit" : "submit";
    return this.once(step, () => this.app.ledger.submit(command, this.departure));
  }

  submitEach(
    operations: NonEmpty<AskedOperation>,
    options: SubmitOptions = {},
  ): Promise<NonEmpty<Verdict | Refused>> {
    const commands = mapNonEmpty(operations, (operation) => this.#command([operation], options));
    return this.once("submit", () => this.app.ledger.submitEach(commands, this.departure));
  }

  #command(operations: NonEmpty<AskedOperation>, options: SubmitOptions): AskedCommand {
    const { id: orgId, state } = this.organization;
    for (const operation of operations) {
      const permissions = permissionFor(operation);
      if (!hasOneOf(this.caller.role, permissions)) throw denied({ orgId, permissions });
    }
    const { dryRun = false, skipKnown = false, asksAgain = false } = options;
    return { orgId, operations, dryRun, skipKnown, asksAgain, isSuspended: state === "disabled", by: this };
  }
}

const administering = permissionsIn(["administer"]);
const [charging, crediting] = [permissionsIn(["charge"]), permissionsIn(["credit"])];
const [refunding, moving] = [permissionsIn(["refund"]), permissionsIn(["move"])];

/** The permissions of which a caller needs one for an operation, whatever the method. */
function permissionFor(operation: AskedOperation): Permissions {
  switch (operation.type) {
    case "transfer":
      if (operation.kind === "charge") return charging;
      return operation.kind === "credit" ? crediting : moving;
    case "reversal":
      return crediting;
    case "refund":
      return refunding;
    case "hold":
    case "capture":
    case "release":
    case "extend":
      return charging;
  }
}
