import { isDeepStrictEqual } from "node:util";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { Router } from "../../server/gateway/router.ts";
import type { DocumentedReason } from "./error-table.ts";
import type { ExampleCall } from "./example-calls.ts";
import type { Example, MediaType, Operation, Parameter, Ref, Response } from "./openapi.ts";
import type { Described } from "./part.ts";

/** Most examples of one body: the first ones that the documentation shows. */
const examplesMax = 4;

interface Shown {
  readonly call: ExampleCall;
  /** Of the variables of its path, in their order. */
  readonly captures: readonly string[];
}

/** The operations with what the documentation shows of them. */
export function withExamples(
  operations: readonly Described[],
  {
    calls,
    reasons,
  }: {
    readonly calls: readonly ExampleCall[];
    readonly reasons: ReadonlyMap<string, DocumentedReason>;
  },
): Described[] {
  const shown = new Map<Described, Shown[]>(operations.map((each) => [each, []]));
  const router = new Router<Described>();
  for (const each of operations) router.add(each.httpMethod, each.binding.template, each);
  for (const call of calls) {
    const path = call.path.replace(/^(\/v1(?:\/mint)?)\/o\//, "$1/organizations/");
    const routed = router.route(call.httpMethod, path);
    if (routed.kind === "match") shown.get(routed.target)?.push({ call, captures: routed.captures });
  }
  return operations.map((each) => ({
    ...each,
    operation: exemplified(each.operation, shown.get(each) ?? [], (body) => statusOf(body, reasons)),
  }));
}

function exemplified(
  operation: Operation,
  shown: readonly Shown[],
  statusOf: (body: JsonValue) => number | undefined,
): Operation {
  if (shown.length === 0) return operation;
  const whole = shown.find(({ call }) => call.isWhole);
  const requests = examplesOf(
    shown.map(({ call }) => call),
    ({ body }) => body,
  );
  const { requestBody, parameters } = operation;
  return {
    ...operation,
    parameters: whole === undefined ? parameters : withCaptures(parameters, whole.captures),
    ...(requestBody
      ? { requestBody: { ...requestBody, content: exampled(requestBody.content, requests) } }
      : {}),
    responses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => {
        const isSuccess = status.startsWith("2");
        const answered = shown
          .map(({ call }) => call)
          .filter(({ answer, query }) => {
            const error = answer === undefined ? undefined : statusOf(answer);
            // What was asked for in part has not all that an answer has.
            return isSuccess ? error === undefined && !query.includes("fields=") : String(error) === status;
          });
        return [
          status,
          withAnswers(
            response,
            examplesOf(answered, ({ answer }) => answer),
          ),
        ];
      }),
    ),
  };
}

function withCaptures(parameters: Operation["parameters"], captures: readonly string[]): (Parameter | Ref)[] {
  return parameters.map((parameter, index) => {
    const example = captures[index];
    const isInPath = "in" in parameter && parameter.in === "path";
    return isInPath && example !== undefined ? { ...parameter, example } : parameter;
  });
}

function withAnswers(response: Response | Ref, examples: Examples): Response | Ref {
  if ("$ref" in response || response.content === undefined) return response;
  return { ...response, content: exampled(response.content, examples) };
}

type Examples = Readonly<Record<string, Example>>;

function exampled(
  content: Readonly<Record<string, MediaType>>,
  examples: Examples,
): Record<string, MediaType> {
  const added = Object.keys(examples).length > 0 ? { examples } : {};
  return Object.fromEntries(Object.entries(content).map(([type, media]) => [type, { ...media, ...added }]));
}

/** Each that differs from those before it, named after the page where it stands. */
function examplesOf(
  calls: readonly ExampleCall[],
  bodyIn: (call: ExampleCall) => JsonValue | undefined,
): Examples {
  const examples = new Map<string, Example>();
  for (const call of calls) {
    const value = bodyIn(call);
    const isKnown = [...examples.values()].some((other) => isDeepStrictEqual(other.value, value));
    if (value === undefined || isKnown || examples.size === examplesMax) continue;
    const page = call.page.replace(/^.*\/|\.md$/g, "").toLowerCase();
    const count = [...examples.keys()].filter((name) => name.split(".")[0] === page).length;
    examples.set(count === 0 ? page : `${page}.${count + 1}`, { summary: plain(call.heading), value });
  }
  return Object.fromEntries(examples);
}

function plain(heading: string): string {
  return heading.replaceAll("`", "");
}

/** The status of an error in any of the dialects; undefined for what is none. */
function statusOf(body: JsonValue, reasons: ReadonlyMap<string, DocumentedReason>): number | undefined {
  if (!isObject(body)) return undefined;
  const { error, code, details, contexts } = body;
  if (isObject(error) && typeof error["code"] === "number") return error["code"];
  if (typeof code === "string" && Array.isArray(contexts)) return edgeStatusOf(code, reasons);
  if (typeof code !== "number" || !Array.isArray(details)) return undefined;
  const info = details.find((detail) => isObject(detail) && "reason" in detail);
  return isObject(info) ? reasons.get(String(info["reason"]))?.httpStatus : undefined;
}

/** The codes of Edge end with the reason in camel case, or have words of their own. */
function edgeStatusOf(code: string, reasons: ReadonlyMap<string, DocumentedReason>): number | undefined {
  const last = code.split(".").at(-1) ?? "";
  const reason = last.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return reasons.get(reason)?.httpStatus ?? (last.endsWith("DoesNotExist") ? 404 : undefined);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
