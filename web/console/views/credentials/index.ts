import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { View } from "../view.ts";

const needs = Permission.MANAGE_CREDENTIALS;
const load = () => import("./credentials.tsx");

export const credentialsView: View = {
  path: "credentials",
  title: "Credentials",
  needs,
  of: "organization",
  entry: { label: "Credentials", key: "k" },
  load,
};

export const platformCredentialsView: View = {
  path: "credentials",
  title: "Platform credentials",
  needs,
  of: "platform",
  entry: { label: "Platform credentials", key: "K" },
  load,
};
