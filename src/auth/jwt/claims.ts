import { createHash } from "node:crypto";
import { type Permission, permissionsOf, type Role } from "../permissions.ts";
import type { ClaimPath, IssuerSettings, OrganizationMapping, RoleMapping } from "./issuer.ts";
import { isObject, type Members } from "./token.ts";

/** What a token is for. */
interface Access {
  /** A name or an id; null for the platform. */
  readonly organization: string | null;
  readonly role: Role;
}

/** What claims stand for, or why for nothing. */
export function accessOf(
  claims: Members,
  { organization, role }: Pick<IssuerSettings, "organization" | "role">,
): Access | { readonly because: string } {
  const itsOrganization = organizationOf(claims, organization);
  if (typeof itsOrganization === "object" && itsOrganization !== null) return itsOrganization;
  const itsRole = roleOf(claims, role);
  return typeof itsRole === "object" ? itsRole : { organization: itsOrganization, role: itsRole };
}

function organizationOf(
  claims: Members,
  mapping: OrganizationMapping,
): string | null | { readonly because: string } {
  if ("fixed" in mapping) return mapping.fixed;
  const found = textsAt(claims, mapping.claim);
  const name = nameOf(mapping.claim);
  const [value, ...others] = new Set(found);
  if (value === undefined) return { because: `the token has no organization in its claim ${name}` };
  if (others.length > 0) return { because: `the token has several organizations in its claim ${name}` };
  if (value === mapping.platform) return null;
  const organization = mapping.values === undefined ? value : mapping.values.get(value);
  return organization ?? { because: `what the token has in its claim ${name} stands for no organization` };
}

/** Of several the one that may do all that the others may. None may do more than what the token has. */
function roleOf(claims: Members, mapping: RoleMapping): Role | { readonly because: string } {
  if ("fixed" in mapping) return mapping.fixed;
  const words = textsAt(claims, mapping.claim).flatMap((text) => [text, ...text.split(" ")]);
  const roles = new Set(words.flatMap((word) => mapping.values.get(word) ?? []));
  const name = nameOf(mapping.claim);
  if (roles.size === 0)
    return { because: `nothing that the token has in its claim ${name} stands for a role` };
  const all = [...roles];
  const widest = all.find((role) => all.every((other) => isWithin(other, role)));
  return (
    widest ?? {
      because: `the token has the roles ${all.join(" and ")} in its claim ${name}, and none of them holds the others`,
    }
  );
}

function isWithin(role: Role, other: Role): boolean {
  const held: readonly Permission[] = permissionsOf[other];
  return permissionsOf[role].every((permission) => held.includes(permission));
}

function textsAt(claims: Members, path: ClaimPath): string[] {
  let value: unknown = claims;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each): each is string => typeof each === "string" && each !== "");
}

function nameOf(path: ClaimPath): string {
  return path.join(" > ");
}

/** As long as a client id may be, less the name of an issuer and a colon. */
const subjectCharactersMax = 95;
const digestPrefix = "sha256-";

/**
 * By which name the records have a subject: the issuer's name, a colon, which no client id has, and `sub`, or the digest of
 * one that is longer or has other characters. Two subjects never have one name. Undefined for what is no subject.
 */
export function actorOf(issuer: string, sub: unknown): string | undefined {
  // Half a character has no bytes of its own: digests of different ones would be the same.
  if (typeof sub !== "string" || sub === "" || !sub.isWellFormed()) return undefined;
  const isPlain = /^[!-~]+$/.test(sub) && sub.length <= subjectCharactersMax && !sub.startsWith(digestPrefix);
  const digest = () => createHash("sha256").update(sub, "utf8").digest("base64url");
  return `${issuer}:${isPlain ? sub : `${digestPrefix}${digest()}`}`;
}
