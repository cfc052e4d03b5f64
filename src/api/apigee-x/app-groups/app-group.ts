import { create } from "@bufbuild/protobuf";
import {
  type AppGroup as AppGroupMessage,
  AppGroupSchema,
} from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import { isPathStep } from "../../../domain/text.ts";
import { isUuid } from "../../../domain/uuid.ts";
import type { AppGroup, AppGroupName } from "../../../store/customers/app-groups.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import { shownAttributes } from "../../shared/shown-attributes.ts";
import { found } from "../found.ts";
import type { HolderName } from "../holder.ts";
import { statusOf } from "../status.ts";

/** What a request says about which app group it means. */
export interface AppGroupNames {
  readonly appGroup: string;
}

/** Where a request leads: its organization, and by which name an app group of it is looked for. */
export interface AppGroupPlace {
  readonly organization: Organization;
  readonly named: AppGroupName;
}

const nameForm = /^(?! )[A-Za-z0-9._$% -]{1,255}(?<! )$/;
const nameRule =
  "must be 1 to 255 letters, digits, spaces and characters of ._-$%, with no space at either end, and neither . nor ..";

export function isAppGroupName(text: string): boolean {
  return nameForm.test(text) && !isPathStep(text);
}

/**
 * The name of a new app group. None is a UUID: an id alone says who is meant, and whoever took another group's for its name
 * would stand in its place.
 */
export function newAppGroupName(form: Form, field: string, name: string): string {
  if (isUuid(name)) form.refuse(field, "must not be a UUID, which is the form of an app group's id");
  return appGroupName(form, field, name);
}

/** The name of an app group, in Apigee's characters, or its id. */
function appGroupName(form: Form, field: string, name: string): string {
  if (!isAppGroupName(name)) form.refuse(field, nameRule);
  return name;
}

export function appGroupPlace(call: Call, names: AppGroupNames): AppGroupPlace {
  const { organization } = call;
  const form = new Form();
  const name = appGroupName(form, "app_group", names.appGroup);
  form.done();
  return { organization, named: { orgId: organization.id, name } };
}

/** The app group that a request means. NOT_FOUND where there is none. */
export async function appGroupFor(call: Call, { named }: AppGroupPlace): Promise<AppGroup> {
  return found("app group", await call.app.appGroups.find(named), named.name);
}

/** The same of a request that changes it, as the first attempt found it: its name may be another's by the next. */
export function appGroupToChange(call: Call, place: AppGroupPlace): Promise<AppGroup> {
  return call.once("app group", () => appGroupFor(call, place));
}

/** The same, as the holder of a balance. */
export function groupHolder(call: Call, names: AppGroupNames): HolderName {
  const place = appGroupPlace(call, names);
  const text = place.named.name;
  const find = async () => (await appGroupFor(call, place)).customer.id;
  return { text, as: "group", subject: `app group ${text}`, find };
}

export function appGroupMessage(group: AppGroup, organization: Organization): AppGroupMessage {
  const { customer, name, channelId, channelUri, email } = group;
  return create(AppGroupSchema, {
    name,
    channelId,
    channelUri,
    email,
    appGroupId: customer.id,
    organization: organization.name,
    displayName: customer.name,
    attributes: shownAttributes(customer),
    status: statusOf(customer),
    createdAt: BigInt(customer.createdAt.getTime()),
    lastModifiedAt: BigInt(customer.updatedAt.getTime()),
  });
}
