/** The IP address at the other end of a connection: a proxy's, where there is one between. Empty once that is gone. */
export function addressOf(socket: { readonly remoteAddress?: string | undefined } | undefined): string {
  return socket?.remoteAddress ?? "";
}
