import type { ComponentType } from "preact";
import type { Permission } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { PathParameters } from "../app/paths.ts";

export interface ViewProps {
  /** The organization of the place; empty in a view of the platform. */
  readonly organization: string;
  readonly parameters: PathParameters;
}

/** A page of the console. A folder in views/ each, whose index.ts exports one or several; registry.ts lists them. */
export interface View {
  /** Below `organizations/:organization/`, or below `platform/`: `customers/:customer`. */
  readonly path: string;
  /** What it is called until its own heading says more. */
  readonly title: string;
  /** What the caller has to be allowed to do there. */
  readonly needs: Permission;
  /** A view of the platform is for callers who belong to it. */
  readonly of: "organization" | "platform";
  /** Its entry in the navigation, and the key that follows `g`. One without is reached from others. */
  readonly entry?: { readonly label: string; readonly key: string };
  /** Fetched when it is first looked at. */
  readonly load: () => Promise<{ readonly default: ComponentType<ViewProps> }>;
}
