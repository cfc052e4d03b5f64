import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { Binding } from "../../server/gateway/binding.ts";
import { isSettable } from "../../server/gateway/query.ts";
import { hasFields } from "../../server/json/fields.ts";
import { timeoutHeaders } from "../../server/requests/timeout-headers.ts";
import { commentOf } from "./comments.ts";
import type { MessageSchemas } from "./message-schemas.ts";
import type { Parameter, Ref } from "./openapi.ts";
import { described } from "./schema.ts";

/** Parameters that several operations have. */
export const sharedParameters = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "The key under which the change is made: asked for again under it, it is not made again, for ever. Visible ASCII.",
    schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[ -~]+$" },
  },
  ServerTimeout: {
    name: "X-Server-Timeout",
    in: "header",
    description: "How long the caller waits, in seconds: 2.5. A minute without it, and at the most.",
    schema: { type: "string", pattern: timeoutHeaders["x-server-timeout"].pattern.source, examples: ["2.5"] },
  },
} as const satisfies Readonly<Record<string, Parameter>>;

/** Google's parameters of every method, of those that do something. */
export const systemParameters = {
  Alt: {
    name: "alt",
    in: "query",
    description: "Always JSON. With `json;enum-encoding=int` enums are written as their numbers.",
    schema: { type: "string", enum: ["json"] },
  },
  Fields: {
    name: "fields",
    in: "query",
    description:
      "Which part of the answer is wanted, such as `a,b(c,d),e/f`; all of it without. An answer in part may lack what it always has.",
    schema: { type: "string" },
  },
  PrettyPrint: {
    name: "prettyPrint",
    in: "query",
    description: "Whether the answer has a value a line, which is so unless it is false.",
    schema: { type: "boolean" },
  },
} as const satisfies Readonly<Record<string, Parameter>>;

/** The parameters of a binding: of its path, of its query, and its headers. */
export function parametersOf(binding: Binding, messages: MessageSchemas): (Parameter | Ref)[] {
  const { method, dialect } = binding;
  const system = dialect.systemParameters === "honoured" ? Object.keys(systemParameters) : [];
  return [
    ...binding.pathFields.map((path) => parameterOf(path, "path", messages)),
    ...settableIn(method.input, binding).map((path) => parameterOf(path, "query", messages)),
    ...(takesKeyInHeader(binding) ? [parameterRef("IdempotencyKey")] : []),
    parameterRef("ServerTimeout"),
    ...system.map(parameterRef),
  ];
}

/** The name of a variable of a path, and of a parameter. */
export function parameterName(path: readonly DescField[], messages: MessageSchemas): string {
  return path.map((field) => messages.nameOf(field)).join(".");
}

function parameterOf(
  path: readonly DescField[],
  place: "path" | "query",
  messages: MessageSchemas,
): Parameter {
  const field = path.at(-1);
  if (field === undefined) throw new Error("a parameter without a field");
  const isRequired = place === "path" || path.every((each) => messages.isRequired(each));
  return {
    name: parameterName(path, messages),
    in: place,
    ...described(messages.textOf(field)),
    ...(isRequired ? { required: true } : {}),
    schema: place === "path" ? { ...messages.parameter(field), minLength: 1 } : messages.parameter(field),
  };
}

/** The paths of the fields that a query may set. */
function settableIn(
  message: DescMessage,
  binding: Binding,
  within: readonly DescField[] = [],
): (readonly DescField[])[] {
  return message.fields.flatMap((field) => {
    const path = [...within, field];
    if (isSettable(path, binding)) return [path];
    const isEntered = field.fieldKind === "message" && hasFields(field) && !within.includes(field);
    return isEntered && binding.body !== "*" && binding.body !== path[0]
      ? settableIn(field.message, binding, path)
      : [];
  });
}

/** Natively it is the request's `key`; where an older interface has it, the method's comment says so. */
function takesKeyInHeader({ method }: Binding): boolean {
  return method.input.fields.some(({ name }) => name === "key") || /idempotency-key/i.test(commentOf(method));
}

function parameterRef(name: string): Ref {
  return { $ref: `#/components/parameters/${name}` };
}
