import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

const common = { needs: Permission.LOOK_UP, of: "organization" } as const;

export const customerView: View = {
  ...common,
  path: "customers/:customer",
  title: "Customer",
  load: () => import("./customer.tsx"),
};
