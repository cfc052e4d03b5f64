import { getOption } from "@bufbuild/protobuf";
import { media_types } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { Binding, BoundMethod } from "../../server/gateway/binding.ts";
import { type ErrorSchemas, listed } from "./error-schemas.ts";
import type { DocumentedReason } from "./error-table.ts";
import type { MessageSchemas } from "./message-schemas.ts";
import type { Header, MediaType, Ref, Response } from "./openapi.ts";
import { type ReasonsByStatus, reasonsOf } from "./reasons.ts";

/** Headers of answers. */
export const headers = {
  RequestId: {
    description:
      "The caller's own `x-request-id`, or one that was made for the call: the log has the rest under it.",
    schema: { type: "string" },
  },
  RetryAfter: {
    description: "After how many seconds to try again, where that may help.",
    schema: { type: "string", pattern: "^\\d+$" },
  },
  WwwAuthenticate: {
    description: "How to prove who is calling.",
    schema: { type: "string" },
  },
} as const satisfies Readonly<Record<string, Header>>;

const noContent = 204;
const headersByStatus: Readonly<Record<number, Readonly<Record<string, keyof typeof headers>>>> = {
  401: { "WWW-Authenticate": "WwwAuthenticate" },
  429: { "Retry-After": "RetryAfter" },
  503: { "Retry-After": "RetryAfter" },
};

/** Makes the responses of the operations of a manner. Of a failure, what most of them say of it is said once. */
export class Responses {
  readonly #usual: ReadonlyMap<number, string>;
  readonly #shared = new Map<string, Response>();

  constructor(
    bindings: readonly Binding[],
    private readonly prefix: string,
    private readonly messages: MessageSchemas,
    private readonly errors: ErrorSchemas,
    private readonly documented: ReadonlyMap<string, DocumentedReason>,
  ) {
    this.#usual = usualFailures(bindings.map((binding) => reasonsOf(binding, documented)));
  }

  /** By status. */
  of(binding: Binding): Record<string, Response | Ref> {
    const failures = [...reasonsOf(binding, this.documented)].map(
      ([status, reasons]) => [String(status), this.failure(status, reasons)] as const,
    );
    return { [String(binding.httpStatus)]: this.success(binding), ...Object.fromEntries(failures) };
  }

  /** Those that operations refer to, by name. */
  get shared(): Readonly<Record<string, Response>> {
    return Object.fromEntries([...this.#shared].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private success(binding: Binding): Response {
    const { responseBody, httpStatus } = binding;
    const headers = headersOf(httpStatus);
    if (httpStatus === noContent) return { description: "It is done.", headers };
    const text = responseBody && this.messages.textOf(responseBody);
    const lines = isLines(binding) ? "Lines of JSON: each is what the schema says." : "";
    return { description: text || lines || "What was asked for.", headers, content: this.content(binding) };
  }

  private content(binding: Binding): Readonly<Record<string, MediaType>> {
    const { method, responseBody, alone, isBytes } = binding;
    if (isBytes)
      return Object.fromEntries(mediaTypesOf(method).map((type) => [type, { schema: { type: "string" } }]));
    const whole = responseBody
      ? this.messages.value(responseBody, "response")
      : this.messages.message(method.output, "response");
    const schema = alone ? { anyOf: [this.messages.value(alone, "response"), whole] } : whole;
    return { [method.methodKind === "unary" ? "application/json" : "application/x-ndjson"]: { schema } };
  }

  private failure(status: number, reasons: readonly DocumentedReason[]): Response | Ref {
    const response: Response = {
      description: describe(reasons, (reason) => this.errors.namesOf(reason)),
      headers: headersOf(status),
      content: { "application/json": { schema: this.errors.error() } },
      "x-reasons": reasons.flatMap(({ reason }) => this.errors.namesOf(reason)),
    };
    if (this.#usual.get(status) !== keyOf(reasons)) return response;
    const name = `${this.prefix}Error${status}`;
    this.#shared.set(name, response);
    return { $ref: `#/components/responses/${name}` };
  }
}

/** Whether an answer is a message a line. */
function isLines({ method, isBytes }: Binding): boolean {
  return method.methodKind === "server_streaming" && !isBytes;
}

function mediaTypesOf(method: BoundMethod): readonly string[] {
  const types = getOption(method, media_types);
  if (types.length === 0) throw new Error(`${method} does not say what the bytes are that it answers`);
  return types;
}

/** The reasons that most have at each status. */
function usualFailures(all: readonly ReasonsByStatus[]): ReadonlyMap<number, string> {
  const counts = new Map<number, Map<string, number>>();
  for (const byStatus of all)
    for (const [status, reasons] of byStatus) {
      const ofStatus = counts.get(status) ?? new Map<string, number>();
      counts.set(status, ofStatus.set(keyOf(reasons), (ofStatus.get(keyOf(reasons)) ?? 0) + 1));
    }
  return new Map(
    [...counts].map(([status, ofStatus]) => {
      const [[usual] = [""]] = [...ofStatus].sort(([, a], [, b]) => b - a);
      return [status, usual] as const;
    }),
  );
}

function keyOf(reasons: readonly DocumentedReason[]): string {
  return reasons.map(({ reason }) => reason).join();
}

/** The reasons, by the code that they have. */
function describe(reasons: readonly DocumentedReason[], namesOf: (reason: string) => string[]): string {
  const codes = [...new Set(reasons.map(({ code }) => code))].sort();
  const sentences = codes.map((code) => {
    const names = reasons.filter((each) => each.code === code).flatMap(({ reason }) => namesOf(reason));
    return `${code}: ${listed(names)}.`;
  });
  return sentences.join("\n\n");
}

function headersOf(status: number): Readonly<Record<string, Ref>> {
  const names = { "X-Request-Id": "RequestId", ...headersByStatus[status] };
  const refs = Object.entries(names).map(
    ([header, name]) => [header, { $ref: `#/components/headers/${name}` }] as const,
  );
  return Object.fromEntries(refs);
}
