import type { DescMethodUnary } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { App } from "../../app.ts";
import { type Caller, callerOf } from "../../auth/caller.ts";
import type { Command, Verdict } from "../../domain/command.ts";
import { operationId } from "../../domain/operation-id.ts";
import type { Departure } from "../../ledger/queue.ts";
import type { Organization } from "../../store/organizations.ts";
import type { Attempt } from "../../store/retry.ts";

/** What a handler works with. A handler may run several times in one call, and the ids it makes are the same each time. */
export interface Call extends Attempt {
  readonly app: App;
  readonly method: DescMethodUnary;
  readonly caller: Caller;
  /** The organization that the request means. */
  readonly organization: Organization;
  /** The same for a method whose request may name none. */
  readonly organizationIfNamed: Organization | undefined;
  /** The same as the signal as a question, which costs nothing. */
  readonly departure: Departure;
  readonly requestHeader: Headers;
  readonly responseHeader: Headers;
  /** A new id: the n-th one of a call, whichever attempt asks for it. */
  newId(): string;
  /** The id of the operation that has this key in the organization; a new one where there is no key. */
  operationId(key: string | null): string;
  /**
   * Does what the call must not do again in its next attempt, or finds what that would find no more: where it succeeded
   * once, the n-th such work of the next attempt is answered with its result.
   */
  once<T>(work: () => Promise<T>): Promise<T>;
  /** Does a command of the ledger, once. */
  submit(command: Command): Promise<Verdict>;
}

/** A class, because an object with accessors of its own takes ten times as long to make, and every call makes one. */
export class HandlerCall implements Call {
  readonly app: App;
  readonly method: DescMethodUnary;
  readonly caller: Caller;
  isRetry = false;
  #organization: Organization | undefined;
  readonly #context: HandlerContext;
  readonly #ids: string[] = [];
  readonly #results: { readonly value: unknown }[] = [];
  #idsGiven = 0;
  #resultsAsked = 0;

  constructor(app: App, context: HandlerContext) {
    this.app = app;
    this.method = context.method as DescMethodUnary;
    this.caller = callerOf(context);
    this.#context = context;
  }

  /** Begins an attempt. */
  begin(isRetry: boolean, organization: Organization | undefined): void {
    this.isRetry = isRetry;
    this.#organization = organization;
    this.#idsGiven = 0;
    this.#resultsAsked = 0;
  }

  get organization(): Organization {
    if (this.#organization === undefined) throw new Error(`${this.method.name} was asked of no organization`);
    return this.#organization;
  }

  get organizationIfNamed(): Organization | undefined {
    return this.#organization;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  get departure(): Departure {
    return isDeparture(this.#context) ? this.#context : this.#context.signal;
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

  operationId(key: string | null): string {
    return key === null ? this.newId() : operationId({ orgId: this.organization.id, key });
  }

  async once<T>(work: () => Promise<T>): Promise<T> {
    const index = this.#resultsAsked++;
    const known = this.#results[index];
    if (known !== undefined) return known.value as T;
    const value = await work();
    this.#results[index] = { value };
    return value;
  }

  submit(command: Command): Promise<Verdict> {
    return this.once(() => this.app.ledger.submit(command, this.departure));
  }
}

function isDeparture(context: object): context is Departure {
  return "aborted" in context;
}
