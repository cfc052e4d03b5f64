import {
  create,
  type DescMethod,
  getOption,
  hasOption,
  type MessageInitShape,
  toJson,
} from "@bufbuild/protobuf";
import { http } from "../../../gen/google/api/annotations_pb.ts";
import type { HttpRule } from "../../../gen/google/api/http_pb.ts";

/** A call, as a view makes it. */
export interface AskedCall {
  readonly method: DescMethod;
  readonly request: object;
}

interface Json {
  readonly [name: string]: unknown;
}

/** What a request says, with the names of JSON. */
export function jsonOf({ method, request }: AskedCall): Json {
  const message = create(method.input, request as MessageInitShape<typeof method.input>);
  return toJson(method.input, message) as Json;
}

/** The line of curl that does the same, for somebody who has `id:secret` in AUTH; undefined where the method has no REST path. */
export function curlOf(call: AskedCall, origin: string): string | undefined {
  const fields = jsonOf(call);
  for (const { pattern, body } of rulesOf(call.method)) {
    const { case: verb, value: template } = pattern;
    if (verb === undefined || typeof template !== "string") continue;
    const left = { ...fields };
    const path = pathOf(template, call.method, left);
    if (path === undefined) continue;
    const line = ["curl", '-u "$AUTH"'];
    if (verb !== (body === "" ? "get" : "post")) line.push(`-X ${verb.toUpperCase()}`);
    if (body !== "") line.push("-H 'content-type: application/json'");
    line.push(quoted(`${origin}${path}${body === "" ? queryOf(left) : ""}`));
    if (body !== "") line.push(`-d ${quoted(JSON.stringify(left))}`);
    return line.join(" ");
  }
  return undefined;
}

function rulesOf(method: DescMethod): readonly HttpRule[] {
  if (!hasOption(method, http)) return [];
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings];
}

/** The path with the fields that it names, which are taken out of the others; undefined where one of them is not set. */
function pathOf(template: string, method: DescMethod, left: Record<string, unknown>): string | undefined {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  let path = template;
  for (const name of names) {
    const jsonName = method.input.fields.find((field) => field.name === name)?.jsonName ?? name;
    const { [jsonName]: value } = left;
    if (value === undefined) return undefined;
    delete left[jsonName];
    path = path.replace(`{${name}}`, () => encodeURIComponent(String(value)).replaceAll("%40", "@"));
  }
  return path;
}

/** The same by `buf curl`, which needs no schema: the service reflects it. */
export function bufCurlOf(call: AskedCall, origin: string): string {
  const { method } = call;
  const line = ["npx @bufbuild/buf curl", '--user "$AUTH"', `-d ${quoted(JSON.stringify(jsonOf(call)))}`];
  if (origin.startsWith("http:")) line.splice(1, 0, "--http2-prior-knowledge");
  line.push(quoted(`${origin}/${method.parent.typeName}/${method.name}`));
  return line.join(" ");
}

function queryOf(fields: Json): string {
  const query = Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${name}=${encodeURIComponent(String(each))}`),
  );
  return query.length === 0 ? "" : `?${query.join("&")}`;
}

/** As one word of a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
