import type { TLSSocket } from "node:tls";
import { clientCertificateRequired, type Refusal } from "../status.ts";

/**
 * Why a client that must show a certificate is not let in; undefined where it has shown one that is taken. In a session that is
 * resumed none is shown, and node then finds nothing wrong: so there are no such sessions, and one would not be let in.
 */
export function refusalOfClient(socket: TLSSocket): Refusal | undefined {
  const isShown = Object.keys(socket.getPeerCertificate()).length > 0;
  if (!isShown) return clientCertificateRequired(undefined);
  if (socket.authorized && !socket.isSessionReused()) return undefined;
  return clientCertificateRequired(String(socket.authorizationError ?? "the session was resumed"));
}
