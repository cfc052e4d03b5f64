import type { ClaimPath, OrganizationMapping, RoleMapping } from "../auth/jwt/issuer.ts";
import { type Role, roles } from "../auth/permissions.ts";
import { isOrganizationName } from "../domain/organization-name.ts";
import { isUuid } from "../domain/uuid.ts";
import { ConfigError } from "./config-error.ts";
import { JsonFields } from "./json-fields.ts";

const pathMax = 10;
const valuesMax = 1_000;
const textCharactersMax = 512;

const claim = `the name of a claim, or a list of up to ${pathMax} names, each within the one before`;
const organization = "an organization's name or id";

/** `{ "fixed": … }`, or `{ "claim": …, "values": …, "platformValue": … }`; `{ "fixed": null }` is the platform. */
export function organizationIn(of: JsonFields): OrganizationMapping {
  const { value, where } = of.at("organization");
  const mapping = JsonFields.of(value, where, ["fixed", "claim", "values", "platformValue"]);
  const other = ["claim", "values", "platformValue"].find((name) => mapping.has(name));
  if (mapping.has("fixed")) {
    alone(where, other);
    return {
      fixed: mapping.read("fixed", `${organization}, or null for the platform`, fixedIn).organization,
    };
  }
  return {
    claim: mapping.read("claim", claim, pathIn),
    values: mapping.readOr<ReadonlyMap<string, string> | undefined>(
      "values",
      undefined,
      `an object from the claim's values to ${organization}`,
      (values) => mapIn(values, (text) => (isOrganization(text) ? text : undefined)),
    ),
    platform: mapping.readOr<string | undefined>("platformValue", undefined, "a text", (text) =>
      isText(text) ? text : undefined,
    ),
  };
}

/** `{ "fixed": … }`, or `{ "claim": …, "values": … }`. */
export function roleIn(of: JsonFields): RoleMapping {
  const { value, where } = of.at("role");
  const mapping = JsonFields.of(value, where, ["fixed", "claim", "values"]);
  const oneOf = `one of ${roles.join(", ")}`;
  const roleNamed = (text: unknown): Role | undefined => roles.find((role) => role === text);
  if (mapping.has("fixed")) {
    alone(
      where,
      ["claim", "values"].find((name) => mapping.has(name)),
    );
    return { fixed: mapping.read("fixed", oneOf, roleNamed) };
  }
  const values = `an object from the claim's values to ${oneOf}`;
  return {
    claim: mapping.read("claim", claim, pathIn),
    values: mapping.read("values", values, (found) => mapIn(found, roleNamed)),
  };
}

function alone(where: string, other: string | undefined): void {
  if (other !== undefined)
    throw new ConfigError(`${where} has fixed and ${other}: it must have one of them.`);
}

function fixedIn(value: unknown): { readonly organization: string | null } | undefined {
  return value === null || isOrganization(value) ? { organization: value } : undefined;
}

function isOrganization(value: unknown): value is string {
  return typeof value === "string" && (isUuid(value) || isOrganizationName(value));
}

function pathIn(value: unknown): ClaimPath | undefined {
  const path: unknown[] = Array.isArray(value) ? value : [value];
  return path.length > 0 && path.length <= pathMax && path.every(isText) ? (path as string[]) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= textCharactersMax;
}

function mapIn<T>(
  value: unknown,
  parse: (each: unknown) => T | undefined,
): ReadonlyMap<string, T> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).flatMap(([name, each]): [string, T][] => {
    const parsed = parse(each);
    return parsed === undefined ? [] : [[name, parsed]];
  });
  const { length } = Object.keys(value);
  return length > 0 && length <= valuesMax && entries.length === length ? new Map(entries) : undefined;
}
