import type { JsonValue } from "@bufbuild/protobuf";
import { type CalledWord, Shell } from "./shell/run.ts";

/** A page of the documentation, whose commands a test runs. */
export interface Page {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** A call over HTTP that a page shows. */
export interface ExampleCall {
  readonly page: string;
  /** Under which it stands there. */
  readonly heading: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly query: string;
  /** Whether path and query have nothing that only a run could tell. */
  readonly isWhole: boolean;
  readonly body: JsonValue | undefined;
  /** What the page prints of the answer. */
  readonly answer: JsonValue | undefined;
}

type Request = Omit<ExampleCall, "page" | "heading" | "answer">;

/** The calls that a page shows by curl, as far as they can be told without a run. */
export function exampleCalls({ path: page, text }: Page): ExampleCall[] {
  const shell = new Shell();
  const blocks = [...text.matchAll(/^#+ ([^\n]*)$|^```(\w+)\n(.*?)^```$/gms)];
  let heading = "";
  return blocks.flatMap(([, title, language, script = ""], index) => {
    if (title !== undefined) heading = title;
    if (language !== "sh") return [];
    const calls = shell.run(script);
    const printed = calls.filter(({ isPrinted, words }) => isPrinted && !isSilent(words));
    const [, , nextLanguage, next = ""] = blocks[index + 1] ?? [];
    const answer = nextLanguage === "json" ? (JSON.parse(next) as JsonValue) : undefined;
    return calls.flatMap((call) => {
      const request = requestOf(call.words);
      if (request === undefined) return [];
      const isAnswered = printed.length === 1 && printed[0] === call;
      return [{ page, heading, ...request, answer: isAnswered ? answer : undefined }];
    });
  });
}

/** Whether what it prints is not the answer. */
function isSilent([program, ...args]: readonly CalledWord[]): boolean {
  return program?.text === "curl" && args.some(({ text }) => text === "-o" || text === "-w");
}

const withValue = new Set(["-u", "--user", "-H", "--header", "-o", "-w", "-m", "--max-time", "--cacert"]);

/** The request that curl would send; undefined where its body is not known, or no JSON. */
function requestOf([program, ...args]: readonly CalledWord[]): Request | undefined {
  if (program?.text !== "curl") return undefined;
  let httpMethod: string | undefined;
  let url: CalledWord | undefined;
  let data: CalledWord | undefined;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    const text = arg?.text ?? "";
    if (withValue.has(text)) index += 1;
    else if (text === "-X") httpMethod = args[++index]?.text;
    else if (text === "-d" || text === "--data") data = args[++index];
    else if (!text.startsWith("-")) url ??= arg;
  }
  const [, path, query = ""] = /^http:\/\/[^/]+(\/[^?]*)(?:\?(.*))?$/.exec(url?.text ?? "") ?? [];
  const body = data?.isKnown ? parsed(data.text) : undefined;
  if (path === undefined || (data !== undefined && body === undefined)) return undefined;
  const method = httpMethod ?? (data === undefined ? "GET" : "POST");
  return { httpMethod: method, path, query, body, isWhole: url?.isKnown ?? false };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
