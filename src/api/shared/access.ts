import { type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import {
  access as accessOption,
  Role as RoleOption,
  Scope,
} from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { Role } from "../../auth/caller.ts";

/** Who may call a method, as its option `access` says. */
export interface Access {
  readonly role: Role;
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

const roles: Record<Exclude<RoleOption, RoleOption.UNSPECIFIED>, Role> = {
  [RoleOption.READER]: "reader",
  [RoleOption.WRITER]: "writer",
  [RoleOption.ADMIN]: "admin",
};

/** @throws Error where the method does not say it, or names fields that its request does not have. */
export function accessOf(method: DescMethod): Access {
  const name = `${method.parent.typeName}/${method.name}`;
  if (!hasOption(method, accessOption)) throw new Error(`${name} has no option that says who may call it`);
  const { role, scope, organization, account } = getOption(method, accessOption);
  if (role === RoleOption.UNSPECIFIED || scope === Scope.UNSPECIFIED)
    throw new Error(`${name} does not say which role it needs, and where`);
  if (scope === Scope.ORGANIZATION && organization === "")
    throw new Error(`${name} does not say which field names its organization`);
  return {
    role: roles[role],
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
