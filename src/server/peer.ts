import { type ContextValues, createContextKey, createContextValues } from "@connectrpc/connect";
import type { HttpRequest } from "./http.ts";

const addressKey = createContextKey("", { description: "the IP address that the caller connects from" });

/** The IP address at the other end of the connection: a proxy's, where there is one between. */
export function peerAddressOf(values: ContextValues): string {
  return values.get(addressKey);
}

export function setPeerAddress(values: ContextValues, address: string): void {
  values.set(addressKey, address);
}

/** The values of a call before anybody has set any, but for where it comes from. */
export function valuesOf(request: HttpRequest): ContextValues {
  const values = createContextValues();
  setPeerAddress(values, addressOf(request.socket));
  return values;
}

/** Empty once the connection is gone. */
export function addressOf(socket: { readonly remoteAddress?: string | undefined } | undefined): string {
  return socket?.remoteAddress ?? "";
}
