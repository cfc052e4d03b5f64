import type {
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { App } from "../../app.ts";
import { knownAgain } from "../../auth/caller.ts";
import { Refused } from "../../domain/refusal.ts";
import { retrying } from "../../store/driver/transactions/retry.ts";
import { accessOf } from "./access.ts";
import { type Call, HandlerCall } from "./call.ts";
import { errorOf, type Override } from "./errors.ts";
import { headerKeyOf } from "./header-key.ts";
import { type Need, requireNodes } from "./need.ts";
import { organizationFor } from "./organization.ts";

/** Answers one unary method. `implement` does around it what every method needs. */
export type Handler<M extends DescMethodUnary> = (
  call: Call,
  request: MessageShape<M["input"]>,
) => Promise<MessageInitShape<M["output"]>>;

/** Answers one streaming method. `implementStream` does around it what every method needs. */
export type StreamHandler<M extends DescMethodServerStreaming> = (
  call: Call,
  request: MessageShape<M["input"]>,
) => AsyncIterable<MessageInitShape<M["output"]>>;

/** A handler for each method of a service. */
export type Handlers<S extends DescService> = {
  readonly [N in keyof S["method"]]: S["method"][N] extends DescMethodUnary
    ? Handler<S["method"][N]>
    : S["method"][N] extends DescMethodServerStreaming
      ? StreamHandler<S["method"][N]>
      : never;
};

/** What else is said of a method. */
export interface MethodOptions {
  readonly need: Need;
  readonly override: Override;
}

/** A method as Connect calls it. */
export type Implementation = (request: object, context: HandlerContext) => Promise<object>;

/**
 * Wraps a handler in what every method does. It finds the caller, and asks again who that is where the message came long after its
 * headers. It finds the organization, and refuses a caller who may not, as the option `access` of the method says. It takes a key
 * from the header. It runs the handler again, from its beginning, after contention and a lost connection, until the deadline. It
 * gives refusals the codes and words of the face. Errors, deadlines and sizes are left to the interceptors.
 *
 * @throws Error where the method does not say who may call it.
 */
export function implement(
  app: App,
  method: DescMethodUnary,
  handler: Handler<DescMethodUnary>,
  { need, override }: MethodOptions,
): Implementation {
  const access = accessOf(method);
  const keyed = headerKeyOf(method.input);
  const answer: Implementation = (request, context) => {
    const call = new HandlerCall(app, access, context);
    const attempt = async () => {
      const organization = organizationFor(call, access, request);
      call.begin(organization instanceof Promise ? await organization : organization);
      if (!app.database.nodes.areAllThere) await requireNodes(call, need);
      return handler(call, keyed(request as Parameters<typeof handler>[1], call));
    };
    return retrying(attempt, { departure: call.departure });
  };
  return (request, context) => {
    const known = knownAgain(context);
    const answered =
      known === undefined ? answer(request, context) : known.then(() => answer(request, context));
    return answered.catch((error: unknown) => {
      throw overridden(error, override);
    });
  };
}

/** An error with the codes and words of a face. */
export function overridden(error: unknown, override: Override): unknown {
  return error instanceof Refused ? errorOf(error.refusal, override(error.refusal)) : error;
}
