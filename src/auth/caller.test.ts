import { createContextValues } from "@connectrpc/connect";
import { authorize, type Caller, callerOf, setCaller } from "./caller.ts";
import {
  permissions as allPermissions,
  type Permission,
  permissionsIn,
  permissionsOf,
  type Role,
  roles,
} from "./permissions.ts";

const callerWith = (orgId: string | null, role: Role): Caller => ({ actor: "c", orgId, role });

const needs = (...permissions: Permission[]) => permissionsIn(permissions);

describe("authorize", () => {
  const places = [null, "org-1", "org-2"];
  // Every caller, everywhere, for every permission: allowed where the role has it and the place is its own.
  const cases = places.flatMap((home) =>
    roles.flatMap((role) =>
      places.flatMap((place) => allPermissions.map((needed) => ({ home, role, place, needed }))),
    ),
  );

  it.each(cases)("caller of $home with $role, in $place for $needed", ({ home, role, place, needed }) => {
    const held: readonly Permission[] = permissionsOf[role];
    const isAllowed = (home === null || home === place) && held.includes(needed);
    const attempt = () => authorize(callerWith(home, role), { orgId: place, permissions: needs(needed) });
    if (isAllowed) expect(attempt).not.toThrow();
    else
      expect(attempt).toThrow(
        expect.objectContaining({
          refusal: {
            reason: "PERMISSION_DENIED",
            roles: roles.filter((each) => (permissionsOf[each] as readonly Permission[]).includes(needed)),
            scope: place === null ? "platform" : "organization",
          },
        }),
      );
  });

  it("takes one permission of several", () => {
    const permissions = needs("charge", "credit");
    expect(() => authorize(callerWith("org-1", "charger"), { orgId: "org-1", permissions })).not.toThrow();
    expect(() => authorize(callerWith("org-1", "reader"), { orgId: "org-1", permissions })).toThrow();
  });

  it("never takes a caller of an organization for one of the platform", () => {
    const where = { orgId: null, permissions: needs("read") };
    expect(() => authorize(callerWith("org-1", "admin"), where)).toThrow("PERMISSION_DENIED");
  });
});

it("gives a writer all that a reader, a charger and a creditor have, and an admin everything", () => {
  const of = (role: Role): readonly Permission[] => permissionsOf[role];
  for (const each of [...of("reader"), ...of("charger"), ...of("creditor")])
    expect(of("writer")).toContain(each);
  for (const role of roles) for (const each of of(role)) expect(of("admin")).toContain(each);
  expect(of("charger").filter((each) => of("creditor").includes(each))).toEqual(["lookUp"]);
});

it("knows the caller that was set, and refuses where none was", () => {
  const values = createContextValues();
  expect(() => callerOf({ values })).toThrow(expect.objectContaining({ message: "UNAUTHENTICATED" }));
  setCaller(values, callerWith("org-1", "reader"));
  expect(callerOf({ values })).toEqual(callerWith("org-1", "reader"));
});
