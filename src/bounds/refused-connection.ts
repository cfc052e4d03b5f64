/** Why a connection is refused, under the names that the log and the metrics use. */
export const connectionFaults = [
  "tooMany",
  "addressHasTooMany",
  "plaintext",
  "clientCertificates",
  "handshakesFailed",
  "handshakesTooSlow",
  "handshakesCrowdedOut",
] as const;
export type ConnectionFault = (typeof connectionFaults)[number];
