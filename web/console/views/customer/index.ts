import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

const { LOOK_UP, READ } = Permission;

export const customerView: View = {
  path: "customers/:customer",
  title: "Customer",
  needs: LOOK_UP,
  of: "organization",
  load: () => import("./overview.tsx"),
};

export const statementView: View = {
  path: "customers/:customer/statement",
  title: "Statement",
  needs: READ,
  of: "organization",
  load: () => import("./statement.tsx"),
};

export const holdsView: View = {
  path: "customers/:customer/holds",
  title: "Holds",
  needs: LOOK_UP,
  of: "organization",
  load: () => import("./holds.tsx"),
};

export const refusalsView: View = {
  path: "customers/:customer/refusals",
  title: "Refusals",
  needs: READ,
  of: "organization",
  load: () => import("./refusals.tsx"),
};
