import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

export const refusalView: View = {
  path: "customers/:customer/refusals/:refusal",
  title: "Refusal",
  needs: Permission.READ,
  of: "organization",
  load: () => import("./refusal.tsx"),
};
