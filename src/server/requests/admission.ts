import type { DescMethod } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";
import type { Connection } from "../connections/connection.ts";

/** What there is of a call before its message. */
export interface Arrival {
  readonly method: DescMethod;
  readonly requestHeader: Headers;
  readonly hasBody: boolean;
  readonly connection: Connection;
  /** What travels with the call. */
  readonly values: ContextValues;
}

/**
 * Says whether a call may come in, before a byte of its message is kept. Notes in its values who calls: a handler takes
 * that from there. Undefined where a caller may come in without waiting, as nearly all may: promises are expensive. Rejects with
 * a ConnectError that the caller may see.
 */
export type Admit = (arrival: Arrival) => Promise<void> | undefined;

/**
 * Asks of every call, but of those of services that say nothing about anyone, and keeps count of who has proved something.
 *
 * @param callerIn the name of whom `admit` has noted
 */
export function createAdmission(
  admit: Admit,
  {
    openServices,
    callerIn,
  }: {
    readonly openServices: ReadonlySet<string>;
    readonly callerIn: (values: ContextValues) => string | undefined;
  },
): Admit {
  const prove = ({ connection, values }: Arrival) => connection.prove(callerIn(values));
  return (arrival) => {
    if (openServices.has(arrival.method.parent.typeName)) return undefined;
    const admitted = admit(arrival);
    if (admitted !== undefined) return admitted.then(() => prove(arrival));
    prove(arrival);
    return undefined;
  };
}
