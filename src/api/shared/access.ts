import { type DescMethod, hasOption } from "@bufbuild/protobuf";
import {
  access as accessOption,
  Permission as PermissionOption,
  Scope,
} from "../../../gen/tallystick/options/v1/options_pb.ts";
import {
  type Permission,
  type Permissions,
  permissionsIn,
  permissionsOf,
  type Role,
} from "../../auth/permissions.ts";
import { knownOption } from "../../bounds/known-option.ts";
import { methodName } from "../../bounds/method-name.ts";

/** Who may call a method, as its option `access` says. */
export interface Access {
  /** One of them is enough to ask. */
  readonly permissions: Permissions;
  readonly scope: Exclude<Scope, Scope.UNSPECIFIED>;
  /** The field of the request that names the organization. */
  readonly organization: NamingField | undefined;
  /** The field that names a billing account, which alone implies its organization. */
  readonly account: NamingField | undefined;
}

/** A field of text, by which a request names something. */
export interface NamingField {
  /** As callers know it. */
  readonly name: string;
  /** As the message has it. */
  readonly localName: string;
}

const permissionNames: Readonly<Record<Exclude<PermissionOption, PermissionOption.UNSPECIFIED>, Permission>> =
  {
    [PermissionOption.LOOK_UP]: "lookUp",
    [PermissionOption.READ]: "read",
    [PermissionOption.CHARGE]: "charge",
    [PermissionOption.CREDIT]: "credit",
    [PermissionOption.REFUND]: "refund",
    [PermissionOption.MOVE]: "move",
    [PermissionOption.MANAGE_CUSTOMERS]: "manageCustomers",
    [PermissionOption.SET_LIMITS]: "setLimits",
    [PermissionOption.ADMINISTER]: "administer",
    [PermissionOption.MANAGE_CREDENTIALS]: "manageCredentials",
    [PermissionOption.MANAGE_ORGANIZATIONS]: "manageOrganizations",
    [PermissionOption.AUDIT]: "audit",
  };

/** What a role may do, as messages say it. */
export function permissionMessages(role: Role): PermissionOption[] {
  return permissionsOf[role].map((permission) => optionOf[permission]);
}

const optionOf = Object.fromEntries(
  Object.entries(permissionNames).map(([option, name]) => [name, Number(option)]),
) as Readonly<Record<Permission, PermissionOption>>;

/** @throws Error where the method does not say it, or names fields that its request does not have. */
export function accessOf(method: DescMethod): Access {
  const name = methodName(method);
  if (!hasOption(method, accessOption)) throw new Error(`${name} has no option that says who may call it`);
  const { permissions, scope, organization, account } = knownOption(method, accessOption);
  const needed = permissions.flatMap((each) =>
    each === PermissionOption.UNSPECIFIED ? [] : permissionNames[each],
  );
  if (needed.length === 0 || scope === Scope.UNSPECIFIED)
    throw new Error(`${name} does not say which permission it needs, and where`);
  if (scope === Scope.ORGANIZATION && organization === "")
    throw new Error(`${name} does not say which field names its organization`);
  return {
    permissions: permissionsIn(needed),
    scope,
    organization: namingField(method, organization),
    account: namingField(method, account),
  };
}

function namingField(method: DescMethod, name: string): NamingField | undefined {
  if (name === "") return undefined;
  const field = method.input.fields.find((each) => each.name === name);
  if (field?.fieldKind !== "scalar") throw new Error(`${method.input.typeName} has no text in ${name}`);
  return { name, localName: field.localName };
}

/** What a request has in such a field. */
export function nameIn(request: object, field: NamingField | undefined): string {
  if (field === undefined) return "";
  return (request as { readonly [localName: string]: unknown })[field.localName] as string;
}
