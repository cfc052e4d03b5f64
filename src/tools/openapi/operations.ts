import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { access, Scope } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { accessOf } from "../../api/shared/access.ts";
import { rolesWith } from "../../auth/permissions.ts";
import type { Binding } from "../../server/gateway/binding.ts";
import { firstSentence } from "./comments.ts";
import type { MessageSchemas } from "./message-schemas.ts";
import type { Operation, RequestBody } from "./openapi.ts";
import { parametersOf } from "./parameters.ts";
import type { Responses } from "./responses.ts";

const places: Readonly<Record<Exclude<Scope, Scope.UNSPECIFIED>, string>> = {
  [Scope.ORGANIZATION]: "of the organization, or of the platform",
  [Scope.PLATFORM]: "of the platform",
  [Scope.ORGANIZATION_OR_PLATFORM]:
    "of the organization that is named, or of the platform, which it has to be where none is named",
  [Scope.CALLER]: "of an organization, or of the platform",
};

/** The operation that a binding is. */
export function operationOf(
  binding: Binding,
  {
    prefix,
    messages,
    responses,
    nth,
  }: {
    readonly prefix: string;
    readonly messages: MessageSchemas;
    readonly responses: Responses;
    /** Which of the paths of its method it is. */
    readonly nth: number;
  },
): Operation {
  const { method } = binding;
  const text = messages.textOf(method);
  const body = requestBodyOf(binding, messages);
  return {
    operationId: `${operationName(prefix, method)}${nth === 0 ? "" : nth + 1}`,
    tags: [tagOf(prefix, method)],
    summary: firstSentence(text).replace(/\.$/, ""),
    description: [text, neededBy(method)].join("\n\n"),
    parameters: parametersOf(binding, messages),
    ...(body ? { requestBody: body } : {}),
    responses: responses.of(binding),
  };
}

export function tagOf(prefix: string, { parent }: DescMethod): string {
  return `${prefix}${parent.name.replace(/Service$/, "")}`;
}

function operationName(prefix: string, { name }: DescMethod): string {
  const full = `${prefix}${name}`;
  return `${full.charAt(0).toLowerCase()}${full.slice(1)}`;
}

/** Who may call it. */
function neededBy(method: DescMethod): string {
  const { permissions, scope } = accessOf(method);
  const roles = rolesWith(permissions).map((role) => `\`${role}\``);
  const several = getOption(method, access).permissions.length > 1;
  const each = several ? " What each of them may ask for differs." : "";
  return `Needs a credential ${places[scope]}, with role ${roles.join(" or ")}.${each}`;
}

function requestBodyOf(
  { method, body, pathFields }: Binding,
  messages: MessageSchemas,
): RequestBody | undefined {
  if (body === undefined) return undefined;
  if (body !== "*")
    return {
      required: !messages.isOptional(body),
      content: { "application/json": { schema: messages.value(body, "request") } },
    };
  const left = method.input.fields.filter((field) => !pathFields.some(([first]) => first === field));
  return {
    required: left.some((field) => messages.isRequired(field)),
    content: {
      "application/json": { schema: messages.object(method.input, left, "request", { isWhole: true }) },
    },
  };
}
