import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

export const customersView: View = {
  path: "customers",
  title: "Customers",
  needs: Permission.LOOK_UP,
  of: "organization",
  entry: { label: "Customers", key: "c" },
  load: () => import("./customers.tsx"),
};
