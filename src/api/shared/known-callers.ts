import type { DescService } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { Authenticator } from "../../auth/authenticator.ts";
import { type Caller, setCaller } from "../../auth/caller.ts";
import { callerError } from "./caller-error.ts";

/** A call before its message, of which nobody knows yet who makes it. */
interface UnknownCall {
  /** What is called, as the log knows it. */
  readonly method: { readonly parent: Pick<DescService, "typeName"> };
  readonly requestHeader: Headers;
  readonly hasBody: boolean;
  readonly connection: {
    readonly address: string;
    wait(request: Pick<UnknownCall, "requestHeader" | "hasBody">): { release(): void };
  };
  readonly values: ContextValues;
}

/**
 * Lets only known callers in, and notes who they are where handlers find it. Undefined for a caller who need not wait. Rejects
 * with what the caller may see.
 */
export function admitKnown(
  authenticator: Authenticator,
  log: Logger,
): (call: UnknownCall) => Promise<void> | undefined {
  const admitUnknown = async (call: UnknownCall, header: string | null) => {
    const { method, requestHeader, hasBody, connection } = call;
    try {
      const sender = { address: connection.address, wait: () => connection.wait({ requestHeader, hasBody }) };
      admit(call, header, await authenticator.authenticate(header, sender));
    } catch (error) {
      throw callerError(error, { log, method: method.parent.typeName, header: requestHeader });
    }
  };
  const admit = ({ values, connection }: UnknownCall, header: string | null, caller: Caller) =>
    setCaller(values, caller, () => authenticator.again(header, connection.address));
  return (call) => {
    const header = call.requestHeader.get("authorization");
    const caller = authenticator.known(header);
    if (caller === undefined) return admitUnknown(call, header);
    admit(call, header, caller);
    return undefined;
  };
}
