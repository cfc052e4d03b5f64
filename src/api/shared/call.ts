import type { DescMethod } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { App } from "../../app.ts";
import { type Caller, callerOf, denied, setOrganization } from "../../auth/caller.ts";
import { hasOneOf, type Permissions, permissionsIn } from "../../auth/permissions.ts";
import type { Departure } from "../../bounds/departure.ts";
import { methodName } from "../../bounds/method-name.ts";
import { noteParty } from "../../bounds/party.ts";
import type { AskedCommand, AskedOperation, Requester, Verdict } from "../../domain/command.ts";
import { mapNonEmpty, type NonEmpty } from "../../domain/non-empty.ts";
import { type Identity, identityOf, newIdentity } from "../../domain/operation-id.ts";
import { invalidField, type Refused } from "../../domain/refusal.ts";
import { Steps, type Work } from "../../store/driver/attempt.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { By } from "../../store/trail/by.ts";
import type { Access } from "./access.ts";
import { departureOf } from "./departure.ts";

/** What a handler works with. A handler may run several times in one call, and the ids it makes are the same each time. */
export interface Call extends By {
  readonly app: App;
  readonly method: DescMethod;
  readonly caller: Caller;
  /** The organization that the request means. Refuses a request that means none. */
  readonly organization: Organization;
  /** The same for a method whose request may name none. */
  readonly organizationIfNamed: Organization | undefined;
  /** The same as the signal as a question, which costs nothing. */
  readonly departure: Departure;
  readonly requestHeader: Headers;
  readonly responseHeader: Headers;
  /** A new id: the n-th one of a call, whichever attempt asks for it. */
  newId(): string;
  /** The identity of the operation that has this key in the organization; a new one where there is no key. */
  identity(key: string | null): Identity;
  /** Does operations in the organization as one command of the ledger, once. */
  submit(operations: NonEmpty<AskedOperation>, options?: SubmitOptions): Promise<Verdict>;
  /** Does operations each as a command of its own, once. What would be thrown of one is its answer. */
  submitEach(
    operations: NonEmpty<AskedOperation>,
    options?: SubmitOptions,
  ): Promise<NonEmpty<Verdict | Refused>>;
}

export interface SubmitOptions {
  /** Decides as if it were done, and does nothing. */
  readonly dryRun?: boolean;
  /** Does what is new and answers what is known beside it. */
  readonly skipKnown?: boolean;
  /** What is refused for a key is submitted again, filled in otherwise, and answered then. */
  readonly asksAgain?: boolean;
}

/** A class, because an object with accessors of its own takes ten times as long to make, and every call makes one. */
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

/** What a caller needs for an operation, whichever method it asks for it by. */
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
