import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

export const transferView: View = {
  path: "transfers/:transfer",
  title: "Transfer",
  needs: Permission.LOOK_UP,
  of: "organization",
  load: () => import("./transfer.tsx"),
};
