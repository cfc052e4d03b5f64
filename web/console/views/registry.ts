import { customerView, holdsView, refusalsView, statementView } from "./customer/index.ts";
import { customersView } from "./customers/index.ts";
import { refusalView } from "./refusal/index.ts";
import { transferView } from "./transfer/index.ts";
import type { View } from "./view.ts";

/** Every view, in the order of the navigation. */
export const views: readonly View[] = [
  customersView,
  ...[customerView, statementView, holdsView, refusalsView],
  refusalView,
  transferView,
];
