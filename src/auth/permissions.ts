/** What a caller may have to be allowed to do; proto/tallystick/options/v1/options.proto says what each means. */
export const permissions = [
  ...(["lookUp", "read", "charge", "credit", "refund", "move", "manageCustomers", "setLimits"] as const),
  ...(["administer", "manageCredentials", "manageOrganizations", "audit"] as const),
] as const;
export type Permission = (typeof permissions)[number];

/**
 * What each role may do where its credential belongs: here and nowhere else. A charger can give nobody anything, so it may
 * not refund either: whoever steals what a meter proves itself with could undo what all meters have charged.
 */
export const permissionsOf = {
  reader: ["lookUp", "read"],
  charger: ["lookUp", "charge"],
  creditor: ["lookUp", "credit", "refund"],
  writer: ["lookUp", "read", "charge", "credit", "refund", "move", "manageCustomers", "setLimits"],
  admin: permissions,
} as const satisfies Readonly<Record<string, readonly Permission[]>>;

export type Role = keyof typeof permissionsOf;
export const roles = Object.keys(permissionsOf) as readonly Role[];

/** Some permissions as a number, with a bit for each: to ask whether a caller has one of them must cost a call nothing. */
export type Permissions = number;

export function permissionsIn(some: readonly Permission[]): Permissions {
  return some.reduce((all, permission) => all | (1 << permissions.indexOf(permission)), 0);
}

const allOf = Object.fromEntries(roles.map((role) => [role, permissionsIn(permissionsOf[role])])) as Readonly<
  Record<Role, Permissions>
>;

/** Whether a role has one of some permissions. */
export function hasOneOf(role: Role, some: Permissions): boolean {
  return (allOf[role] & some) !== 0;
}

/** The roles that have one of some permissions. */
export function rolesWith(some: Permissions): readonly Role[] {
  return roles.filter((role) => hasOneOf(role, some));
}
