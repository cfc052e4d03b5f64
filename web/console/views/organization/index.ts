import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

export const organizationView: View = {
  path: "organization",
  title: "Organization",
  needs: Permission.READ,
  of: "organization",
  entry: { label: "Organization", key: "o" },
  load: () => import("./organization.tsx"),
};
