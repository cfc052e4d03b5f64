import type { DescField, DescMessage, DescMethodServerStreaming, DescMethodUnary } from "@bufbuild/protobuf";
import { hasOption } from "@bufbuild/protobuf";
import { http } from "../../../gen/google/api/annotations_pb.ts";
import type { HttpRule } from "../../../gen/google/api/http_pb.ts";
import { HttpBodySchema } from "../../../gen/google/api/httpbody_pb.ts";
import { access, alone, success_status } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { knownOption } from "../../bounds/known-option.ts";
import { findFieldPath } from "../json/fields.ts";
import type { Dialect } from "./dialect.ts";
import { dialectOf } from "./dialect.ts";
import type { PathTemplate } from "./template.ts";
import { parseTemplate } from "./template.ts";

/** What may have a binding. */
export type BoundMethod = DescMethodUnary | DescMethodServerStreaming;

/** One way to call a method over REST, checked against the method's messages. */
export interface Binding {
  readonly method: BoundMethod;
  /** `GET`, …; `*` for any. */
  readonly httpMethod: string;
  readonly template: PathTemplate;
  /** The request's fields that the template's variables set, in their order. */
  readonly pathFields: readonly (readonly DescField[])[];
  /** The request's field that the body is, `*` for all that the path leaves, or none. */
  readonly body: DescField | "*" | undefined;
  /** The response's field that the answer's body is; unset for all of it. */
  readonly responseBody: DescField | undefined;
  /** The response's field that the answer's body is where it is set, whatever responseBody is. */
  readonly alone: DescField | undefined;
  /** Whether the answer's body is a google.api.HttpBody: what that holds, and no JSON. */
  readonly isBytes: boolean;
  /** The template's variable that names the organization. */
  readonly organization: number | undefined;
  /** Of a success. */
  readonly httpStatus: number;
  readonly dialect: Dialect;
}

/**
 * The REST bindings of a method by its google.api.http option; none where it has no such option.
 *
 * @throws Error for a rule that does not fit the method's messages or google/api/http.proto.
 */
export function methodBindings(method: BoundMethod): Binding[] {
  if (!hasOption(method, http)) return [];
  const rule = knownOption(method, http);
  const nested = rule.additionalBindings.some((additional) => additional.additionalBindings.length > 0);
  if (nested) throw ruleError(method, "additional_bindings must not be nested");
  return [rule, ...rule.additionalBindings].flatMap((each) => createBindings(method, each));
}

/** One for the path of the rule, and one for what else the dialect calls it. */
function createBindings(method: BoundMethod, rule: HttpRule): Binding[] {
  const { httpMethod, path } = patternOf(method, rule);
  if (httpMethod === "GET" && rule.body !== "") throw ruleError(method, "GET has no body");
  const dialect = dialectOf(method.parent);
  const responseBody = topField(method, method.output, rule.responseBody);
  const body: Binding["body"] = rule.body === "*" ? "*" : topField(method, method.input, rule.body);
  const paths = new Set([path, dialect.aliasOf(path)]);
  return [...paths].map(parseTemplate).map((template) => ({
    method,
    httpMethod,
    template,
    body,
    responseBody,
    dialect,
    pathFields: template.variables.map(({ fieldPath }) => pathFields(method, fieldPath)),
    alone: method.output.fields.find((field) => hasOption(field, alone) && knownOption(field, alone)),
    isBytes: (responseBody?.message ?? method.output).typeName === HttpBodySchema.typeName,
    organization: organizationIn(method, template),
    httpStatus: knownOption(method, success_status) || 200,
  }));
}

function organizationIn(method: BoundMethod, { variables }: PathTemplate): number | undefined {
  const { organization } = knownOption(method, access);
  const index = variables.findIndex(({ fieldPath }) => fieldPath === organization);
  return index < 0 ? undefined : index;
}

function patternOf(method: BoundMethod, { pattern }: HttpRule): { httpMethod: string; path: string } {
  if (pattern.case === undefined) throw ruleError(method, "the rule has no pattern");
  if (pattern.case !== "custom") return { httpMethod: pattern.case.toUpperCase(), path: pattern.value };
  const { kind, path } = pattern.value;
  if (!/^(?:\*|[A-Z]+)$/.test(kind)) throw ruleError(method, `"${kind}" is no HTTP method`);
  return { httpMethod: kind, path };
}

function pathFields(method: BoundMethod, path: string): readonly DescField[] {
  const fields = findFieldPath(method.input, path);
  const last = fields?.at(-1);
  if (!fields || !last) throw ruleError(method, `the request has no field "${path}"`);
  if (last.fieldKind !== "scalar" && last.fieldKind !== "enum") {
    throw ruleError(method, `a path cannot set "${path}": it is no scalar and no enum`);
  }
  return fields;
}

function topField(method: BoundMethod, message: DescMessage, name: string): DescField | undefined {
  if (name === "") return undefined;
  const field = message.fields.find((each) => each.name === name);
  if (!field) throw ruleError(method, `${message} has no field "${name}"`);
  return field;
}

function ruleError(method: BoundMethod, problem: string): Error {
  return new Error(`google.api.http of ${method.parent.typeName}.${method.name}: ${problem}`);
}
