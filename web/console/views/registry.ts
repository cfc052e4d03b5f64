import { auditView, platformAuditView } from "./audit/index.ts";
import { credentialsView, platformCredentialsView } from "./credentials/index.ts";
import { customerView, holdsView, refusalsView, statementView } from "./customer/index.ts";
import { customersView } from "./customers/index.ts";
import { healthView } from "./health/index.ts";
import { operationsView } from "./operations/index.ts";
import { organizationView } from "./organization/index.ts";
import { refusalView } from "./refusal/index.ts";
import { transferView } from "./transfer/index.ts";
import { verifyView } from "./verify/index.ts";
import type { View } from "./view.ts";

/** Every view, in the order of the navigation. */
export const views: readonly View[] = [
  customersView,
  ...[customerView, statementView, holdsView, refusalsView],
  refusalView,
  transferView,
  operationsView,
  organizationView,
  credentialsView,
  auditView,
  ...[healthView, verifyView, platformCredentialsView, platformAuditView],
];
