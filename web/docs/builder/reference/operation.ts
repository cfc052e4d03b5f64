import { bufLine, type Call, curlLine } from "./commands.ts";
import {
  type Content,
  type Media,
  type OpenApi,
  type Operation,
  type Parameter,
  resolved,
} from "./open-api.ts";
import { cell, propertiesTable, typeOf } from "./schema.ts";

/** A method, with every path and verb that calls it. */
export interface Method {
  /** As RPCs call it. */
  readonly name: string;
  /** `package.Service/Method`. */
  readonly fullName: string;
  /** The first is the one that is shown in full. */
  readonly bindings: readonly Binding[];
  /** Whether a client of the RPC's own protocols is who it is for. */
  readonly isCalledByRpc: boolean;
}

export interface Binding {
  readonly verb: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The part of a page that is about a method, in Markdown. */
export function methodSection(
  document: OpenApi,
  { name, fullName, bindings, isCalledByRpc }: Method,
): string {
  const [first] = bindings;
  if (first === undefined) return `## ${name}\n\nIs called as an RPC alone.\n\n${callsPart([], fullName)}`;
  const { operation } = first;
  const calls = bindings.map((binding) => callOf(document, binding));
  const [call] = calls;
  const parameters = new Map(calls.flatMap((each) => each.parameters).map((each) => [each.name, each]));
  const lines = call === undefined ? [] : [curlLine(document, call)];
  const buf = isCalledByRpc && call !== undefined ? bufLine(document, fullName, call) : undefined;
  const parts = [
    `## ${name}`,
    operation.description,
    callsPart(bindings, fullName),
    parametersTable([...parameters.values()]),
    bodyPart(call?.body),
    answerPart(document, operation),
    errorsTable(document, operation),
    `\`\`\`shell\n${[...lines, ...(buf === undefined ? [] : [buf])].join("\n")}\n\`\`\``,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function callsPart(bindings: readonly Binding[], fullName: string): string {
  const paths = bindings.map(({ verb, path }) => `${verb.toUpperCase()} ${path}\n`);
  return `\`\`\`text\n${paths.join("")}gRPC /${fullName}\n\`\`\``;
}

function callOf(document: OpenApi, { verb, path, operation }: Binding): Call {
  const parameters = operation.parameters.map((each) => resolved<Parameter>(document, each));
  const body =
    operation.requestBody && mediaOf(resolved<{ content: Content }>(document, operation.requestBody).content);
  return { verb, path, parameters, body };
}

function parametersTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(
    (each) =>
      `| \`${each.name}\`${each.required ? ", required" : ""} | ${each.in} | ${typeOf(each.schema)} | ${cell(each.description ?? "")} |\n`,
  );
  return rows.length === 0
    ? ""
    : `| parameter | in | type | what it is |\n|---|---|---|---|\n${rows.join("")}`.trimEnd();
}

function bodyPart(body: Media | undefined): string {
  if (body === undefined) return "";
  if (body.schema.$ref !== undefined) return `The body is a ${typeOf(body.schema)}.`;
  const table = propertiesTable(body.schema);
  return table === "" ? "" : `The body:\n\n${table}`.trimEnd();
}

function answerPart(document: OpenApi, { responses }: Operation): string {
  const [status, given] = Object.entries(responses).find(([each]) => each.startsWith("2")) ?? [];
  if (status === undefined || given === undefined) return "";
  const media = mediaOf(resolved<{ content?: Content }>(document, given).content);
  return media === undefined
    ? `The answer is ${status}, without a body.`
    : `The answer is ${typeOf(media.schema)}.`;
}

function errorsTable(document: OpenApi, { responses }: Operation): string {
  const rows = Object.entries(responses)
    .filter(([status]) => !status.startsWith("2"))
    .map(([status, given]) => {
      const { description } = resolved<{ description: string }>(document, given);
      return `| ${status} | ${cell(description)} |\n`;
    });
  return rows.length === 0
    ? ""
    : `| HTTP | code and [reasons](../../errors.md) |\n|---|---|\n${rows.join("")}`.trimEnd();
}

export function mediaOf(content: Content = {}): Media | undefined {
  return content["application/json"] ?? Object.values(content)[0];
}
