import { Code } from "@connectrpc/connect";
import { errorInfo } from "../errors/error-info.ts";

/** Why the server itself refused a request, before any face saw it. The `reason` of the ErrorInfo. */
export type ServerReason =
  | "CLIENT_CERTIFICATE_REQUIRED"
  | "HEADER_TOO_LARGE"
  | "INTERNAL"
  | "MALFORMED_MESSAGE"
  | "MALFORMED_REQUEST"
  | "METHOD_NOT_ALLOWED"
  | "OVERLOADED"
  | "REQUEST_TOO_LARGE"
  | "REQUEST_TOO_SLOW"
  | "RPC_NOT_FOUND"
  | "TLS_REQUIRED"
  | "TOO_MANY_STREAMS"
  | "TOO_MANY_UNFINISHED_REQUESTS"
  | "TOO_MANY_UNREAD_ANSWERS"
  | "UNAVAILABLE"
  | "UNSUPPORTED_EXPECTATION"
  | "UNSUPPORTED_HTTP_VERSION"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "UNSUPPORTED_TRANSFER_ENCODING";

export interface Refusal {
  /** HTTP status. */
  readonly status: number;
  readonly code: Code;
  readonly reason: ServerReason;
  readonly message: string;
}

/** A refusal as google.rpc.Status in JSON, for whoever speaks plain HTTP. */
export function refusalJson({ code, reason, message }: Refusal): string {
  const info = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", ...errorInfo(reason).value };
  return `${JSON.stringify({ code, message, details: [info] })}\n`;
}

export const internal: Refusal = {
  status: 500,
  code: Code.Internal,
  reason: "INTERNAL",
  message: "internal error",
};

export const malformed: Refusal = {
  status: 400,
  code: Code.InvalidArgument,
  reason: "MALFORMED_REQUEST",
  message: "this is not a well-formed HTTP request",
};

export const repeatedField = (name: string): Refusal => ({
  ...malformed,
  message: `the header ${name} is there twice; send it once`,
});

export const headerTooLarge: Refusal = {
  status: 431,
  code: Code.ResourceExhausted,
  reason: "HEADER_TOO_LARGE",
  message: "the request's headers are too large",
};

export const unknownExpectation: Refusal = {
  status: 417,
  code: Code.Unimplemented,
  reason: "UNSUPPORTED_EXPECTATION",
  message: "nothing but 100-continue can be expected",
};

export const unknownTransferCoding: Refusal = {
  status: 501,
  code: Code.Unimplemented,
  reason: "UNSUPPORTED_TRANSFER_ENCODING",
  message: "a body is sent whole or in chunks; compression is for the Content-Encoding",
};

export const tlsRequired: Refusal = {
  status: 400,
  code: Code.FailedPrecondition,
  reason: "TLS_REQUIRED",
  message: "this port takes nothing but TLS: use https:// in place of http://, or a channel with TLS",
};

/** @param why the certificate that was shown is not taken; undefined where none was */
export const clientCertificateRequired = (why: string | undefined): Refusal => ({
  status: 403,
  code: Code.PermissionDenied,
  reason: "CLIENT_CERTIFICATE_REQUIRED",
  message:
    why === undefined
      ? "clients of this port show a certificate in the TLS handshake: use yours"
      : `the certificate that you have shown is not taken here (${why}): use one of an authority that the operator names`,
});
