import { customerView, customersView } from "./customers/index.ts";
import type { View } from "./view.ts";

/** Every view, in the order of the navigation. */
export const views: readonly View[] = [customersView, customerView];
