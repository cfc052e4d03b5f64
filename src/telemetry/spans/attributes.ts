import { codeToString } from "@connectrpc/connect/protocol-connect";
import type { Attributes } from "@opentelemetry/api";
import { callerIn, organizationIn } from "../../auth/caller.ts";
import { methodName } from "../../bounds/method-name.ts";
import type { CallEnd } from "../../server/calls.ts";

/** What the span of a call is called, by OpenTelemetry's conventions for RPC and HTTP. */
export function nameOf({ method, rest, protocol }: CallEnd): string {
  if (rest !== undefined) return [rest.httpMethod, rest.route].filter((part) => part !== undefined).join(" ");
  return method === undefined ? protocol : methodName(method);
}

/** What a span says of its call: who asked, what, and what came of it, and nothing of what was in it. */
export function attributesOf(call: CallEnd): Attributes {
  const { method, protocol, code, reason, rest, address, values, requestId } = call;
  const attributes: Attributes = {
    "rpc.service": method?.parent.typeName,
    "rpc.method": method?.name,
    "client.address": address,
    "tallystick.request.id": requestId,
    "tallystick.organization.id": values && organizationIn(values),
    "tallystick.actor": values && callerIn(values)?.actor,
  };
  if (code !== 0) attributes["error.type"] = reason;
  if (protocol === "grpc" || protocol === "grpc-web") {
    attributes["rpc.system"] = "grpc";
    attributes["rpc.grpc.status_code"] = code;
  } else if (protocol === "connect") {
    attributes["rpc.system"] = "connect_rpc";
    if (code !== 0) attributes["rpc.connect_rpc.error_code"] = codeToString(code);
  } else if (rest !== undefined) {
    attributes["http.request.method"] = rest.httpMethod;
    attributes["http.route"] = rest.route;
    attributes["http.response.status_code"] = rest.status;
  }
  return attributes;
}
