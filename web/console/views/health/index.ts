import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

export const healthView: View = {
  path: "health",
  title: "Health",
  needs: Permission.READ,
  of: "platform",
  entry: { label: "Health", key: "h" },
  load: () => import("./health.tsx"),
};
