import { type DescEnum, type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence as Presence } from "@bufbuild/protobuf/wkt";
import { FieldBehavior, field_behavior } from "../../../gen/google/api/field_behavior_pb.ts";
import { printed } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { isDecimal } from "../../server/json/decimal.ts";
import { hasFields } from "../../server/json/fields.ts";
import { type Commented, commentOf } from "./comments.ts";
import type { Components } from "./components.ts";
import { decimalText, everySpelling, leafSchema, type Use } from "./leaf-schema.ts";
import type { Manner } from "./manner.ts";
import type { Precision } from "./origins.ts";
import { described, orNull, type Schema, schemaRef } from "./schema.ts";

/** What the services of a document exchange. */
export interface Exchanged {
  readonly requests: ReadonlySet<DescMessage>;
  readonly responses: ReadonlySet<DescMessage>;
  /** Names of fields that say which organization is meant: the path says it, so that parts of a body need not. */
  readonly organizationFields: ReadonlySet<string>;
}

/** Makes the schemas of messages, as the services of one manner read and write them. */
export class MessageSchemas {
  readonly #fieldNames: ReadonlyMap<string, string>;

  constructor(
    private readonly manner: Manner,
    private readonly exchanged: Exchanged,
    private readonly components: Components,
    private readonly precision: Precision,
  ) {
    const all = [...exchanged.requests, ...exchanged.responses].flatMap(({ fields }) => fields);
    this.#fieldNames = new Map(all.map((field) => [field.name, this.nameOf(field)]));
  }

  /** The name of a field where callers write it. */
  nameOf(field: DescField): string {
    return this.manner.dialect.names === "proto" ? field.name : field.jsonName;
  }

  /** What the proto says of something, with fields called as callers call them. */
  textOf(desc: Commented): string {
    return commentOf(desc).replace(
      /\b[a-z]+(?:_[a-z0-9]+)+\b/g,
      (name) => this.#fieldNames.get(name) ?? name,
    );
  }

  /** A message of its own name. */
  message(desc: DescMessage, use: Use): Schema {
    const isBoth = this.exchanged.requests.has(desc) && this.exchanged.responses.has(desc);
    const name = `${this.manner.prefix}${shortName(desc)}${isBoth && use === "request" ? "Input" : ""}`;
    this.components.define(name, `${desc.typeName} ${use}`, () => {
      const object = this.object(desc, desc.fields, use);
      const text = [this.textOf(desc), object.description ?? ""].filter((part) => part !== "").join("\n\n");
      return { ...object, ...described(text) };
    });
    return schemaRef(name);
  }

  /** An object of some of the fields of a message, as it stands there. */
  object(desc: DescMessage, fields: readonly DescField[], use: Use, { isWhole = false } = {}): Schema {
    const properties = fields.map((field) => [this.nameOf(field), this.property(field, use)] as const);
    const required = fields.filter((field) =>
      use === "request" ? this.isAskedFor(field, isWhole) : this.isAlwaysWritten(field),
    );
    return {
      type: "object",
      ...described(oneofsOf(desc, fields, (field) => this.nameOf(field))),
      ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
      ...(required.length > 0 ? { required: required.map((field) => this.nameOf(field)) } : {}),
      ...(this.isClosed(use) ? { additionalProperties: false } : {}),
    };
  }

  /** The value of a field in JSON. */
  value(field: DescField, use: Use): Schema {
    if (use === "response" || !this.precision.isExact) return containerOf(field, this.element(field, use));
    const each = hasFields(field) ? this.element(field, use) : everySpelling(field, this.element(field, use));
    return hasFields(field) || field.fieldKind === "list" || field.fieldKind === "map"
      ? orNull(containerOf(field, each))
      : each;
  }

  /** The value of a field in a URL: an element for each time that it is there. */
  parameter(field: DescField): Schema {
    const each = isDecimal(field) ? decimalText : this.element(field, "request");
    return containerOf(field, this.precision.isExact && field.enum ? everySpelling(field, each) : each);
  }

  /** Whether a request has to say it. */
  isRequired(field: DescField): boolean {
    return getOption(field, field_behavior).includes(FieldBehavior.REQUIRED);
  }

  /** Whether a request may leave it out, as its proto says; most of those of older interfaces say nothing. */
  isOptional(field: DescField): boolean {
    return getOption(field, field_behavior).includes(FieldBehavior.OPTIONAL);
  }

  private property(field: DescField, use: Use): Schema {
    const value = this.value(field, use);
    const isOutput = getOption(field, field_behavior).includes(FieldBehavior.OUTPUT_ONLY);
    return {
      ...(use === "response" && this.isNullWhereUnset(field) ? orNull(value) : value),
      ...described(this.textOf(field)),
      ...(isOutput ? { readOnly: true } : {}),
    };
  }

  private element(field: DescField, use: Use): Schema {
    if (hasFields(field)) return this.message(field.message, use);
    if (field.message?.typeName === "google.protobuf.Any")
      return schemaRef(`${this.manner.prefix}ErrorDetail`);
    return leafSchema(field, this.manner.dialect, use, (desc) => this.enumeration(desc));
  }

  private enumeration(desc: DescEnum): Schema {
    const name = `${this.manner.prefix}${shortName(desc)}`;
    this.components.define(name, desc.typeName, () => {
      const values = desc.values.map((value) => `- \`${value.name}\`: ${this.textOf(value)}`);
      return {
        type: "string",
        description: [this.textOf(desc), values.join("\n")].join("\n\n"),
        enum: desc.values.map((value) => value.name),
      };
    });
    return schemaRef(name);
  }

  private isClosed(use: Use): boolean {
    return use === "response" ? this.precision.isExact : this.manner.dialect.unknownFields === "refused";
  }

  private isAskedFor(field: DescField, isWhole: boolean): boolean {
    return this.isRequired(field) && (isWhole || !this.exchanged.organizationFields.has(field.name));
  }

  private isAlwaysWritten(field: DescField): boolean {
    const isList = field.fieldKind === "list";
    switch (this.manner.dialect.unsetFields) {
      case "omitted":
        return false;
      case "printed":
        return field.presence === Presence.IMPLICIT || this.isNullWhereUnset(field);
      case "lists printed":
        return isList || getOption(field, printed);
      case "marked printed":
        return getOption(field, printed);
    }
  }

  private isNullWhereUnset(field: DescField): boolean {
    const isPrinted = this.manner.dialect.unsetFields === "printed";
    return (
      isPrinted && field.fieldKind === "message" && field.oneof === undefined && !field.proto.proto3Optional
    );
  }
}

function containerOf(field: DescField, each: Schema): Schema {
  switch (field.fieldKind) {
    case "list":
      return { type: "array", items: each };
    case "map":
      return { type: "object", additionalProperties: each };
    default:
      return each;
  }
}

/** The name of a type in its package. */
function shortName({ typeName, file }: DescMessage | DescEnum): string {
  return typeName.slice(file.proto.package.length + 1).replaceAll(".", "");
}

function oneofsOf(
  { oneofs }: DescMessage,
  fields: readonly DescField[],
  nameOf: (field: DescField) => string,
): string {
  const sentences = oneofs.map((oneof) => {
    const names = oneof.fields
      .filter((field) => fields.includes(field))
      .map((field) => `\`${nameOf(field)}\``);
    return names.length > 1 ? `At most one of ${names.join(", ")} is set.` : "";
  });
  return sentences.filter((sentence) => sentence !== "").join(" ");
}
