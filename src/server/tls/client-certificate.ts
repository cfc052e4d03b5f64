import type { TLSSocket } from "node:tls";
import { clientCertificateRequired, type Refusal } from "../status.ts";

/** What is wrong with a client, for the log and in words for itself. */
export interface ClientFault {
  readonly reason: string;
  readonly refusal: Refusal;
}

/**
 * Why a client that must show a certificate is not let in; undefined where it has shown one that is taken. In a session that is
 * resumed none is shown, and node then finds nothing wrong: so there are no such sessions, and one would not be let in.
 */
export function faultOfClient(socket: TLSSocket): ClientFault | undefined {
  const isShown = Object.keys(socket.getPeerCertificate()).length > 0;
  if (!isShown) return { reason: "none was shown", refusal: clientCertificateRequired(undefined) };
  if (socket.authorized && !socket.isSessionReused()) return undefined;
  const reason = String(socket.authorizationError ?? "the session was resumed");
  return { reason, refusal: clientCertificateRequired(reason) };
}
