import type { Attribute } from "../schema/customers.ts";

/** The attributes of a customer, in the order in which they came. */
export type Attributes = readonly Attribute[];

/** Characters of an attribute, whichever interface writes it. */
export const attributeCharactersMax = { name: 1_024, value: 2_048 };

/** With another value of what is there, in its place, and with what is new at the end. */
export function withAttributes(known: Attributes, changed: Attributes): Attributes {
  const values = new Map([...known, ...changed].map(({ name, value }) => [name, value]));
  return Array.from(values, ([name, value]) => ({ name, value }));
}

export function withoutAttribute(known: Attributes, name: string): Attributes {
  return known.filter((each) => each.name !== name);
}

export function attributeValue(attributes: Attributes, name: string): string | undefined {
  return attributes.find((each) => each.name === name)?.value;
}
