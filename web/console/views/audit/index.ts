import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

const load = () => import("./audit.tsx");

export const auditView: View = {
  path: "audit",
  title: "Audit",
  needs: Permission.AUDIT,
  of: "organization",
  entry: { label: "Audit", key: "a" },
  load,
};

export const platformAuditView: View = {
  path: "audit",
  title: "Audit of all",
  needs: Permission.AUDIT,
  of: "platform",
  entry: { label: "Audit of all", key: "A" },
  load,
};
