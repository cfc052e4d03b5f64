import { createContextValues } from "@connectrpc/connect";
import { authorize, type Caller, callerOf, hasRole, type Role, roles, setCaller } from "./caller.ts";

const callerWith = (orgId: string | null, role: Role): Caller => ({ actor: "c", orgId, role });

describe("authorize", () => {
  const places = [null, "org-1", "org-2"];
  // Every caller, everywhere, for every role: allowed where the role is enough and the place its own.
  const cases = places.flatMap((home) =>
    roles.flatMap((role) =>
      places.flatMap((place) => roles.map((needed) => ({ home, role, place, needed }))),
    ),
  );

  it.each(cases)("caller of $home with $role, in $place for $needed", ({ home, role, place, needed }) => {
    const isAllowed = (home === null || home === place) && roles.indexOf(role) >= roles.indexOf(needed);
    const attempt = () => authorize(callerWith(home, role), { orgId: place, role: needed });
    if (isAllowed) expect(attempt).not.toThrow();
    else
      expect(attempt).toThrow(
        expect.objectContaining({
          refusal: {
            reason: "PERMISSION_DENIED",
            role: needed,
            scope: place === null ? "platform" : "organization",
          },
        }),
      );
  });

  it("never takes a caller of an organization for one of the platform", () => {
    expect(() => authorize(callerWith("org-1", "admin"), { orgId: null, role: "reader" })).toThrow(
      "PERMISSION_DENIED",
    );
  });
});

it("orders the roles: a writer reads, an admin writes", () => {
  expect(roles).toEqual(["reader", "writer", "admin"]);
  expect(hasRole(callerWith(null, "writer"), "reader")).toBe(true);
  expect(hasRole(callerWith(null, "reader"), "writer")).toBe(false);
});

it("knows the caller that was set, and refuses where none was", () => {
  const values = createContextValues();
  expect(() => callerOf({ values })).toThrow(expect.objectContaining({ message: "UNAUTHENTICATED" }));
  setCaller(values, callerWith("org-1", "reader"));
  expect(callerOf({ values })).toEqual(callerWith("org-1", "reader"));
});
