import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

export const operationsView: View = {
  path: "operations",
  title: "Operations",
  needs: Permission.READ,
  of: "organization",
  entry: { label: "Operations", key: "l" },
  load: () => import("./operations.tsx"),
};
