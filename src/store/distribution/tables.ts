/**
 * What becomes of a table where the database is distributed: spread by organization, whole on every node, or left where it
 * is, on the coordinator.
 */
export type Placement = "distributed" | "reference" | "local";

/** The column by which tables are spread. */
export const distributionColumn = "org_id";

/**
 * Every table of the schema, in the order in which they are distributed: whatever others refer to comes first. Customers are
 * the first that is spread, and the others lie beside them, so that one organization is on one node.
 */
export const placements = {
  organizations: "reference",
  organization_names: "reference",
  customers: "distributed",
  customer_names: "distributed",
  developers: "distributed",
  app_groups: "distributed",
  currencies: "distributed",
  ceilings: "distributed",
  accounts: "distributed",
  operations: "distributed",
  holds: "distributed",
  changes: "distributed",
  refusals: "distributed",
  acts: "distributed",
  // A caller says who it is before anyone knows its organization, and a dead node must keep nobody out.
  credentials: "local",
  spent_secrets: "local",
  platform_acts: "local",
  epochs: "local",
} as const satisfies Readonly<Record<string, Placement>>;

/** The spread tables that triggers guard. */
export const appendOnlyTables = [
  "operations",
  "acts",
] as const satisfies readonly (keyof typeof placements)[];

/** The spread table beside which the others lie. */
export const firstDistributed = "customers";

export const spreadTables: readonly string[] = Object.entries(placements).flatMap(([name, placement]) =>
  placement === "distributed" ? [name] : [],
);
