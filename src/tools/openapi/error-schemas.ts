import type { DescMessage } from "@bufbuild/protobuf";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.ts";
import type { ResourceType } from "../../domain/refusal.ts";
import type { Dialect } from "../../server/gateway/dialect.ts";
import type { ErrorParts } from "../../server/gateway/error-parts.ts";
import type { Components } from "./components.ts";
import type { DocumentedReason } from "./error-table.ts";
import type { Manner } from "./manner.ts";
import type { MessageSchemas } from "./message-schemas.ts";
import { type Schema, schemaRef } from "./schema.ts";

/** The types of details that errors have, and what they say. */
const detailTypes: readonly (readonly [DescMessage, string])[] = [
  [ErrorInfoSchema, "Why: the reason, and in the metadata its facts."],
  [BadRequestSchema, "Which fields are at fault, and what is wrong with each."],
  [PreconditionFailureSchema, "What stands in the way, in Apigee's words."],
  [ResourceInfoSchema, "What it is about."],
  [RetryInfoSchema, "When to try again."],
];

/** What an error may be about: some dialects have a name of their own for one thing that is not there. */
const resources = Object.keys({
  organization: true,
  customer: true,
  attribute: true,
  credential: true,
  transfer: true,
  hold: true,
  account: true,
  currency: true,
  product: true,
  "credit limit": true,
  suspension: true,
  transaction: true,
} satisfies Record<ResourceType, true>);

const text: Schema = { type: "string" };
const message: Schema = { type: "string", description: "For people; it may improve. Decide by the reason." };

/** Makes the schemas of errors, as a manner writes them. */
export class ErrorSchemas {
  private readonly manner: Manner;
  private readonly messages: MessageSchemas;
  private readonly components: Components;
  private readonly documented: ReadonlyMap<string, DocumentedReason>;

  constructor(of: {
    readonly manner: Manner;
    /** Makes the schemas of details. */
    readonly messages: MessageSchemas;
    readonly components: Components;
    readonly reasons: ReadonlyMap<string, DocumentedReason>;
  }) {
    this.manner = of.manner;
    this.messages = of.messages;
    this.components = of.components;
    this.documented = of.reasons;
  }

  /** The body of an error. */
  error(): Schema {
    const [own, first] = this.dialects().map((dialect, index) => this.errorIn(dialect, index));
    if (own === undefined) throw new Error("a manner without a dialect");
    return first === undefined ? own : { anyOf: [own, first] };
  }

  private errorIn(dialect: Dialect, index: number): Schema {
    const name = `${this.manner.prefix}${index === 0 ? "" : "First"}Error`;
    this.components.define(name, `error ${name}`, () => this.body(dialect));
    return schemaRef(name);
  }

  private dialects(): readonly Dialect[] {
    const { dialect, firstDialect } = this.manner;
    return firstDialect === undefined ? [dialect] : [dialect, firstDialect];
  }

  /** What errors of a reason call it, whatever they are about. */
  namesOf(reason: string): string[] {
    const names = this.dialects().flatMap((dialect) => {
      const about = resources.map((resource) => nameIn(dialect, partsOf(reason, { resource })));
      return [nameIn(dialect, partsOf(reason)), ...about];
    });
    return [...new Set(names)];
  }

  /** What stands in google.protobuf.Any: one of the details of errors. */
  detail(): Schema {
    const name = `${this.manner.prefix}ErrorDetail`;
    this.components.define(name, `detail ${name}`, () => {
      const types = detailTypes.map(([desc, description]) => ({
        url: urlOf(desc),
        schema: this.packed(desc, description),
      }));
      return {
        description:
          "What programs go by: one of the types of google/rpc/error_details.proto, which `@type` names.",
        oneOf: types.map(({ schema }) => schema),
        discriminator: {
          propertyName: "@type",
          mapping: Object.fromEntries(types.map(({ url, schema }) => [url, schema.$ref ?? ""])),
        },
      };
    });
    return schemaRef(name);
  }

  /** The reasons for which something is refused, each with when it comes and what to do. */
  private reason(): Schema {
    const name = `${this.manner.prefix}ErrorReason`;
    this.components.define(name, `reasons ${name}`, () => {
      const rows = [...this.documented.values()].sort((a, b) => (a.reason < b.reason ? -1 : 1));
      const lines = rows.map(
        ({ reason, httpStatus, when, advice }) =>
          `- ${listed(this.namesOf(reason))} (${httpStatus}): ${when}. ${advice}.`,
      );
      const text = "Why something was refused: what programs go by. There may be more of them in time.";
      return { type: "string", description: `${text}\n\n${lines.join("\n")}` };
    });
    return schemaRef(name);
  }

  private packed(desc: DescMessage, description: string): Schema {
    const name = `${this.manner.prefix}${desc.name}`;
    this.components.define(name, `packed ${name}`, () => {
      const { properties, ...object } = this.messages.object(desc, desc.fields, "response");
      const reason = desc.typeName === ErrorInfoSchema.typeName ? { reason: this.reason() } : {};
      const type: Schema = { type: "string", const: urlOf(desc) };
      return {
        ...object,
        description,
        properties: { "@type": type, ...properties, ...reason },
        required: ["@type"],
      };
    });
    return schemaRef(name);
  }

  private body(dialect: Dialect): Schema {
    const body = dialect.errorBody(partsOf("INTERNAL")) as Readonly<Record<string, unknown>>;
    if ("error" in body) return googleError(this.detail());
    return "contexts" in body ? edgeError(this.reason()) : status(this.detail());
  }
}

/** As a sentence has them. */
export function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function nameIn({ errorBody }: Dialect, parts: ErrorParts): string {
  const body = errorBody(parts) as Readonly<Record<string, unknown>>;
  return typeof body["code"] === "string" ? body["code"] : parts.reason;
}

function urlOf({ typeName }: DescMessage): string {
  return `type.googleapis.com/${typeName}`;
}

function partsOf(reason: string, metadata: ErrorParts["metadata"] = {}): ErrorParts {
  return { httpStatus: 500, code: 13, status: "INTERNAL", message: "", details: [], reason, metadata };
}

function status(detail: Schema): Schema {
  return {
    type: "object",
    description: "google.rpc.Status. One of the details is always an ErrorInfo, with the reason.",
    properties: {
      code: { type: "integer", format: "int32", description: "The number of a google.rpc.Code." },
      message,
      details: { type: "array", items: detail },
    },
    required: ["code", "message", "details"],
  };
}

function googleError(detail: Schema): Schema {
  const error: Schema = {
    type: "object",
    properties: {
      code: { type: "integer", format: "int32", description: "The HTTP status." },
      message,
      status: { type: "string", description: "The name of a google.rpc.Code." },
      details: { type: "array", items: detail },
    },
    required: ["code", "message", "status", "details"],
  };
  return {
    type: "object",
    description: "An error as Google writes it. One of the details is always an ErrorInfo, with the reason.",
    properties: { error },
    required: ["error"],
  };
}

function edgeError(reason: Schema): Schema {
  const context: Schema = {
    type: "object",
    properties: { name: text, value: text },
    required: ["name", "value"],
  };
  return {
    type: "object",
    description: "An error as Apigee Edge writes it.",
    properties: {
      code: reason,
      message,
      contexts: {
        type: "array",
        description: "The facts, and each field that does not fit.",
        items: context,
      },
    },
    required: ["code", "message", "contexts"],
  };
}
