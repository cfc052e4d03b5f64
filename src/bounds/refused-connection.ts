/** Why connections are refused, as the log and the metrics tell of them. */
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
