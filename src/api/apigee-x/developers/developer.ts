import { create } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import {
  type Developer as DeveloperMessage,
  DeveloperSchema,
} from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import type { TakenField } from "../../../store/customers/customers.ts";
import type { Developer } from "../../../store/customers/developers.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { Call } from "../../shared/call.ts";
import { errorOf } from "../../shared/errors.ts";
import { Form } from "../../shared/form.ts";
import { shownAttributes } from "../../shared/shown-attributes.ts";
import { found } from "../found.ts";
import type { HolderName } from "../holder.ts";
import { statusOf } from "../status.ts";

/** What a request says about which developer it means. */
export interface DeveloperNames {
  readonly developer: string;
}

/** Where a request leads: its organization, and by which name a developer of it is looked for. */
export interface DeveloperPlace {
  readonly organization: Organization;
  readonly named: { readonly orgId: string; readonly idOrEmail: string };
}

const emailCharactersMax = 254;

export function developerPlace(call: Call, names: DeveloperNames): DeveloperPlace {
  const { organization } = call;
  const form = new Form();
  const limits = { charactersMax: emailCharactersMax, required: true };
  const idOrEmail = form.text("developer", names.developer, limits);
  form.done();
  return { organization, named: { orgId: organization.id, idOrEmail } };
}

/** The developer that a request means. NOT_FOUND where there is none. */
export async function developerFor(call: Call, { named }: DeveloperPlace): Promise<Developer> {
  const developer = await call.app.developers.find(named);
  return found("developer", developer, named.idOrEmail);
}

/** The same of a request that changes it, as the first attempt found it: an attempt may change the email. */
export function developerToChange(call: Call, place: DeveloperPlace): Promise<Developer> {
  return call.once("developer", () => developerFor(call, place));
}

/** The same, as the holder of a balance. */
export function developerHolder(call: Call, names: DeveloperNames): HolderName {
  const place = developerPlace(call, names);
  const text = place.named.idOrEmail;
  const find = async () => (await developerFor(call, place)).customer.id;
  return { text, as: "email", subject: `developer ${text}`, find };
}

export function takenError({ taken }: TakenField, email: string): ConnectError {
  const message = `another developer has the ${taken} ${email}`;
  return errorOf({ reason: "ALREADY_EXISTS", resource: "customer", field: taken, name: email }, { message });
}

export function subjectOf({ email, id }: Customer): string {
  return `developer ${email || id}`;
}

export function developerMessage(
  { customer, profile }: Developer,
  { name, managementDialect }: Organization,
): DeveloperMessage {
  const { email, id, createdAt, updatedAt } = customer;
  return create(DeveloperSchema, {
    email: email.toLowerCase(),
    ...namesOf({ customer, profile }),
    userName: profile?.userName ?? "",
    attributes: shownAttributes(customer),
    developerId: id,
    organizationName: name,
    status: statusOf(customer),
    appFamily: profile?.appFamily ?? "",
    accessType: profile?.accessType ?? "",
    createdAt: BigInt(createdAt.getTime()),
    lastModifiedAt: BigInt(updatedAt.getTime()),
    // Apigee X does not say it, and its generated clients know no such field.
    createdBy: managementDialect === "edge" ? (profile?.createdBy ?? "") : "",
  });
}

/** One name of a customer from the two of a developer. */
export function fullName({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return `${firstName} ${lastName}`.trim();
}

/** The two names of a developer, as long as no other interface has given it another name. */
function namesOf({ customer: { name }, profile }: Developer): { firstName: string; lastName: string } {
  if (profile === null || fullName(profile) !== name) return { firstName: name, lastName: "" };
  return { firstName: profile.firstName, lastName: profile.lastName };
}
