import { type Media, type OpenApi, type Parameter, resolved, type Schema } from "./open-api.ts";

const server = "http://127.0.0.1:7400";

/** A call of a method, as it is asked for over HTTP. */
export interface Call {
  readonly verb: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Media | undefined;
}

/** The line by which curl makes a call. */
export function curlLine(document: OpenApi, { verb, path, parameters, body }: Call): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name) => encodeURI(pathValue(parameters, name)));
  const isPlain = verb === "get" || (verb === "post" && body !== undefined);
  const parts = [
    'curl -s -u "$AUTH"',
    ...(isPlain ? [] : [`-X ${verb.toUpperCase()}`]),
    ...(body === undefined ? [] : ["-H 'content-type: application/json'"]),
    `${quoted(`${server}${filled}`)}`,
    ...(body === undefined ? [] : [`-d '${textOf(exampleOf(document, body))}'`]),
  ];
  return parts.join(" ");
}

/** The line by which buf curl calls the same method over gRPC; undefined where the request is not the message itself. */
export function bufLine(document: OpenApi, method: string, call: Call): string | undefined {
  const message = messageOf(document, call);
  if (message === undefined) return undefined;
  return `npx @bufbuild/buf curl --http2-prior-knowledge --protocol grpc --user "$AUTH" -d '${textOf(message)}' ${server}/${method}`;
}

function messageOf(document: OpenApi, { path, parameters, body }: Call): object | undefined {
  if (body?.schema.$ref !== undefined) return undefined;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const ofPath = Object.fromEntries(names.map((name) => [name, pathValue(parameters, name)]));
  return { ...ofPath, ...(body === undefined ? {} : (exampleOf(document, body) as object)) };
}

/** What a parameter of a path is in an example: what the documentation's calls have, or its name for who reads. */
function pathValue(parameters: readonly Parameter[], name: string): string {
  const example = parameters.find((parameter) => parameter.name === name)?.example;
  return example === undefined ? wordOf(name) : String(example);
}

function wordOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
}

/** The first of the documentation's calls, or what is required. */
function exampleOf(document: OpenApi, { examples = {}, schema }: Media): unknown {
  const [example] = Object.values(examples);
  if (example !== undefined) return example.value;
  const { properties = {}, required = [] } = resolved<Schema>(document, schema as { $ref: string });
  return Object.fromEntries(
    required.map((name) => [name, placeholder(document, name, properties[name] ?? {})]),
  );
}

function placeholder(document: OpenApi, name: string, given: Schema): unknown {
  const schema = resolved<Schema>(document, given as { $ref: string });
  if (schema.enum !== undefined) return schema.enum.find((value) => !value.endsWith("_UNSPECIFIED"));
  if (schema.examples !== undefined) return schema.examples[0];
  const type = [schema.type].flat()[0];
  if (type === "string") return wordOf(name);
  if (type === "array") return [placeholder(document, name, schema.items ?? {})];
  if (type === "boolean") return true;
  if (type === "object")
    return Object.fromEntries(
      (schema.required ?? []).map((each) => [
        each,
        placeholder(document, each, schema.properties?.[each] ?? {}),
      ]),
    );
  return 1;
}

/** JSON for between the quotation marks of a shell. */
function textOf(value: unknown): string {
  return JSON.stringify(value).replaceAll("'", "'\\''");
}

function quoted(address: string): string {
  return /[?&*[\]{}();]/.test(address) ? `'${address}'` : address;
}
