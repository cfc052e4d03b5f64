import type { DescMethodServerStreaming } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { App } from "../../app.ts";
import { knownAgain } from "../../auth/caller.ts";
import { retrying } from "../../store/driver/transactions/retry.ts";
import { accessOf } from "./access.ts";
import { HandlerCall } from "./call.ts";
import { type MethodOptions, overridden, type StreamHandler } from "./handler.ts";
import { requireNodes } from "./need.ts";
import { organizationFor } from "./organization.ts";

/** A method as Connect calls it. */
export type StreamImplementation = (request: object, context: HandlerContext) => AsyncIterable<object>;

/** What `implement` is for a method that answers by a stream. It is tried again until its first message, and no more. */
export function implementStream(
  app: App,
  method: DescMethodServerStreaming,
  handler: StreamHandler<DescMethodServerStreaming>,
  { need, override }: MethodOptions,
): StreamImplementation {
  const access = accessOf(method);
  return async function* (request, context) {
    const begin = async (call: HandlerCall) => {
      call.begin(await organizationFor(call, access, request));
      if (!app.database.nodes.areAllThere) await requireNodes(call, need);
      const messages = handler(call, request as Parameters<typeof handler>[1])[Symbol.asyncIterator]();
      return { messages, first: await messages.next() };
    };
    try {
      await knownAgain(context);
      const call = new HandlerCall(app, access, context);
      const { messages, first } = await retrying(() => begin(call), { departure: call.departure });
      for (let each = first; each.done !== true; each = await messages.next()) yield each.value;
    } catch (error) {
      throw overridden(error, override);
    }
  };
}
