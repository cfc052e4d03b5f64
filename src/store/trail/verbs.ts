/** What may be done, and where that is recorded: beside an organization's own, or beside organizations and credentials. */
export const verbs = {
  "credential.create": "platform",
  "credential.update": "platform",
  "credential.rotate": "platform",
  "credential.revoke": "platform",
  "organization.create": "platform",
  "organization.update": "platform",
  "customer.create": "organization",
  "customer.update": "organization",
  "customer.disable": "organization",
  "customer.enable": "organization",
  "customer.delete": "organization",
  "customer.erase": "organization",
  "customers.import": "organization",
  "currency.create": "organization",
  "currency.update": "organization",
  "currency.delete": "organization",
  "ceiling.update": "organization",
  "limit.set": "organization",
} as const satisfies Readonly<Record<string, "platform" | "organization">>;

export type Verb = keyof typeof verbs;
export type PlatformVerb = { [V in Verb]: (typeof verbs)[V] extends "platform" ? V : never }[Verb];
export type OrganizationVerb = Exclude<Verb, PlatformVerb>;
