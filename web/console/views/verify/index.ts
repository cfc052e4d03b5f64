import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

export const verifyView: View = {
  path: "verify",
  title: "Verify",
  needs: Permission.AUDIT,
  of: "platform",
  entry: { label: "Verify", key: "v" },
  load: () => import("./verify.tsx"),
};
