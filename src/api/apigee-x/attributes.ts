import type { Attribute } from "../../../gen/tallystick/apigee/x/v1/balance_pb.ts";
import { invalidField } from "../../domain/refusal.ts";
import { isPathStep } from "../../domain/text.ts";
import { type Attribute as StoredAttribute, withAttributes } from "../../store/customers/attributes.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Form } from "../shared/form.ts";
import { billingTypeName } from "../shared/shown-attributes.ts";

/** What a list of attributes says about a customer. */
export interface NarrowedAttributes {
  readonly attributes: Customer["attributes"];
  /** Where the list says how the customer pays. */
  readonly billingType?: Customer["billingType"];
}

/** Attributes that Apigee lets one developer have. One that has been given more by others keeps them. */
const attributesMax = 18;
const billingTypes = { PREPAID: "prepaid", POSTPAID: "postpaid" } as const;
const charactersMax = { name: 1_024, value: 2_048 };

/**
 * Narrows a list in which each name may be there once; `field` is where it stands, and `known` are the attributes in whose
 * place it comes.
 */
export function narrowAttributes(
  form: Form,
  field: string,
  { list, known }: { readonly list: readonly Attribute[]; readonly known: Customer["attributes"] },
): NarrowedAttributes {
  const fitting = Math.max(attributesMax, known.length);
  if (list.length > fitting) form.refuse(field, `has ${list.length} attributes; at most ${fitting} fit`);
  const values = new Map<string, string>();
  for (const [index, attribute] of list.slice(0, fitting).entries()) {
    const { name, value } = narrowAttribute(form, `${field}[${index}].`, attribute);
    if (values.has(name)) form.refuse(`${field}[${index}].name`, "is there twice");
    values.set(name, value);
  }
  const billingType = billingTypeIn(values.get(billingTypeName));
  const attributes = Array.from(values, ([name, value]) => ({ name, value }));
  return { attributes, ...(billingType && { billingType }) };
}

/** Narrows one; `prefix` is where it stands: empty, or `attributes[3].`. */
export function narrowAttribute(form: Form, prefix: string, attribute: StoredAttribute): StoredAttribute {
  const limits = { charactersMax: charactersMax.name, required: true };
  const name = form.text(`${prefix}name`, attribute.name, limits);
  if (isPathStep(name))
    form.refuse(`${prefix}name`, "is a step in a path, which no client can send as a name");
  const value = form.text(`${prefix}value`, attribute.value, { charactersMax: charactersMax.value });
  if (name === billingTypeName && billingTypeIn(value) === undefined) {
    form.refuse(`${prefix}value`, "must be PREPAID or POSTPAID");
  }
  return { name, value };
}

/** The attributes of a customer with one more, or another value of one; refused where they are too many. */
export function withAttribute({ attributes }: Customer, attribute: StoredAttribute): NarrowedAttributes {
  const changed = withAttributes(attributes, [attribute]);
  if (changed.length > Math.max(attributesMax, attributes.length))
    throw invalidField("name", `would be one more than the ${attributesMax} attributes that fit`);
  const { name, value } = attribute;
  const billingType = name === billingTypeName ? billingTypeIn(value) : undefined;
  return { attributes: changed, ...(billingType && { billingType }) };
}

function billingTypeIn(value: string | undefined): Customer["billingType"] | undefined {
  return value === "PREPAID" || value === "POSTPAID" ? billingTypes[value] : undefined;
}
