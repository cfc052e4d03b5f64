import type { Role } from "../permissions.ts";

/** Asymmetric ones alone: what verifies must not be able to sign. */
export const algorithms = [
  ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const),
  ...(["ES256", "ES384", "ES512", "EdDSA"] as const),
] as const;
export type Algorithm = (typeof algorithms)[number];

/** Names of members, each within the one before. */
export type ClaimPath = readonly string[];

/** Which organization a token is for: its name or id; null is the platform. */
export type OrganizationMapping =
  | { readonly fixed: string | null }
  | {
      readonly claim: ClaimPath;
      /** From the claim's value to an organization; undefined where the value names it. */
      readonly values: ReadonlyMap<string, string> | undefined;
      /** The value that stands for the platform. */
      readonly platform: string | undefined;
    };

export type RoleMapping =
  | { readonly fixed: Role }
  | { readonly claim: ClaimPath; readonly values: ReadonlyMap<string, Role> };

/** Somebody whose tokens are taken. */
export interface IssuerSettings {
  /** Stands for it in records. */
  readonly name: string;
  /** As `iss` has it, letter by letter. */
  readonly issuer: string;
  /** A token is for one of them; without any it must have no audience. */
  readonly audiences: readonly string[];
  /** Undefined where the issuer's discovery document says it. */
  readonly jwksUri: string | undefined;
  readonly algorithms: readonly Algorithm[];
  readonly clockSkewSeconds: number;
  /** How long after `iat` a token is taken at most. */
  readonly ageSecondsMax: number;
  readonly organization: OrganizationMapping;
  readonly role: RoleMapping;
}
