import { codeToString } from "@connectrpc/connect/protocol-connect";
import type { Attributes } from "@opentelemetry/api";
import { callerIn, organizationIn } from "../../auth/caller.ts";
import type { CallEnd } from "../../server/calls.ts";

/** What the span of a call is called, by OpenTelemetry's conventions for RPC and HTTP. */
export function nameOf({ method, rest, protocol }: CallEnd): string {
  if (rest !== undefined) return [rest.httpMethod, rest.route].filter((part) => part !== undefined).join(" ");
  return method === undefined ? protocol : `${method.parent.typeName}/${method.name}`;
}

/** What a span says of its call: who asked, what, and what came of it, and nothing of what was in it. */
export function attributesOf(call: CallEnd): Attributes {
  const { method, code, reason, address, values, requestId } = call;
  return {
    ...protocolOf(call),
    "rpc.service": method?.parent.typeName,
    "rpc.method": method?.name,
    "error.type": code === 0 ? undefined : reason,
    "client.address": address,
    "tallystick.request.id": requestId,
    "tallystick.organization.id": values && organizationIn(values),
    "tallystick.actor": values && callerIn(values)?.actor,
  };
}

function protocolOf({ protocol, code, rest }: CallEnd): Attributes {
  switch (protocol) {
    case "grpc":
    case "grpc-web":
      return { "rpc.system": "grpc", "rpc.grpc.status_code": code };
    case "connect":
      return {
        "rpc.system": "connect_rpc",
        "rpc.connect_rpc.error_code": code === 0 ? undefined : codeToString(code),
      };
    case "rest":
      return {
        "http.request.method": rest?.httpMethod,
        "http.route": rest?.route,
        "http.response.status_code": rest?.status,
      };
    case "unknown":
      return {};
  }
}
