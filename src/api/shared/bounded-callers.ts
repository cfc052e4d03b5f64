import type { DescMethod } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";
import type { Logger } from "pino";
import { callerOf } from "../../auth/caller.ts";
import type { CallerLoads } from "../../auth/caller-loads.ts";
import { callerError } from "./caller-error.ts";

/** A call before its message. */
interface ArrivingCall {
  readonly method: DescMethod;
  readonly requestHeader: Headers;
  readonly values: ContextValues;
}

type Admit<C> = (call: C) => Promise<void> | undefined;

/** Lets in whom `admit` lets in, as long as they do not ask for too much. A promise only where there is one, or for a refusal. */
export function admitWithin<C extends ArrivingCall>(
  loads: CallerLoads,
  options: { readonly admit: Admit<C>; readonly reads: ReadonlySet<DescMethod>; readonly log: Logger },
): Admit<C> {
  const { admit, reads, log } = options;
  const kindOf = (method: DescMethod) => {
    if (method.methodKind !== "unary") return "stream";
    return reads.has(method) ? "read" : "change";
  };
  const begin = ({ method, values }: C) => loads.begin(values, callerOf({ values }).actor, kindOf(method));
  const refusal = (error: unknown, { method, requestHeader }: C) =>
    callerError(error, { log, method: method.parent.typeName, header: requestHeader });
  const beginLater = async (admitted: Promise<void>, call: C) => {
    await admitted;
    try {
      begin(call);
    } catch (error) {
      throw refusal(error, call);
    }
  };
  return (call) => {
    const admitted = admit(call);
    if (admitted !== undefined) return beginLater(admitted, call);
    try {
      begin(call);
      return undefined;
    } catch (error) {
      return Promise.reject(refusal(error, call));
    }
  };
}
