/** A node of a plan, as PostgreSQL explains it in JSON. */
export interface Plan {
  readonly "Node Type": string;
  readonly "Parent Relationship"?: string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Filter?: string;
  readonly Plans?: readonly Plan[];
}

/** Tables that have many rows of an organization. */
const large =
  "customers|customer_names|developers|app_groups|accounts|operations|holds|changes|refusals|acts";
const largeOnly = new RegExp(`^(${large})$`);
const namesLarge = new RegExp(String.raw`\b(from|join|update)\s+"?(${large})\b`);

/** Whether a table has many rows of an organization. */
export function isLarge(table: string): boolean {
  return largeOnly.test(table);
}

export function isOfLargeTable(text: string): boolean {
  return namesLarge.test(text);
}

/** What may walk through an organization, and why. */
const allowed: readonly RegExp[] = [
  // The audit reads all there is.
  /^select rule\.invariant, |^declare keys |^select \(select count\(\*\) from accounts a /,
  // The newest batch, one look-up an organization.
  /^select \(extract\(epoch from last\.at /,
  // What a change of a currency would strand, and whether one has accounts: an administrator's, and bounded.
  /\) "stranded"$|^delete from "?currencies"? where .* and not exists \(select from "?accounts"?/,
  // Sums of all accounts of an organization, as far as they are bounded.
  /^with customer_accounts as \( /,
  // Accounts and refusals are listed in the order of their ids, and looked through.
  /^select "accounts"\."id", .* order by "accounts"\."id" asc limit \$\d+$/,
  /^select "id", "at", "reason", .* from "refusals" where .* order by "refusals"\."id" desc limit \$\d+$/,
  // App groups by their channel, which has no index.
  /"app_groups"\."channel_(id|uri)" = \$\d+/,
  // App groups are counted one by one, as far as they are counted.
  /^select count\(\*\) from \(select "name" from "app_groups" where .* limit \$\d+\) "listed"$/,
  // A test's own.
  /^select "org_id", "id", "at", .* from "acts" where "acts"\."org_id" = \$1$/,
];

/** What a plan walks through that belongs to an organization as a whole, or to all of them; undefined where it does not. */
export function brokenPlan(text: string, plan: Plan): string | undefined {
  const normal = text.replaceAll(/\s+/g, " ").trim();
  if (allowed.some((each) => each.test(normal))) return undefined;
  return walkIn(plan, { isRepeated: false, isBounded: false });
}

interface Where {
  /** Whether it may be done for each row of something else. */
  readonly isRepeated: boolean;
  /** Whether whoever reads it stops after some rows. */
  readonly isBounded: boolean;
}

function walkIn(plan: Plan, where: Where): string | undefined {
  if (isWalk(plan, where)) {
    const { "Node Type": type, "Index Name": index, "Relation Name": table } = plan;
    return `${type} of ${index ?? table}${where.isRepeated ? ", again and again" : ""}, ${plan["Index Cond"] ?? "all"}, ${plan.Filter ?? ""}`;
  }
  for (const child of plan.Plans ?? []) {
    const found = walkIn(child, whereIn(plan, child, where));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of what an organization has few. */
const ofFew = /^(customers_billing_accounts|customers_active_billing_account|accounts_counter)$/;

/** Whether it reads rows of a large table of which no more is known than whose they are. */
function isWalk(plan: Plan, { isRepeated, isBounded }: Where): boolean {
  if (!isLarge(plan["Relation Name"] ?? "") || !/ Scan$/.test(plan["Node Type"])) return false;
  if (plan["Node Type"] === "Seq Scan") return true;
  // It looks for rows where they are.
  if (plan["Node Type"] === "Tid Scan") return false;
  if (ofFew.test(plan["Index Name"] ?? "")) return false;
  const condition = (plan["Index Cond"] ?? "").replaceAll(
    /\(\w*\.?org_id [<>]?= [^()]*(\([^()]*\))?[^()]*\)| AND /g,
    "",
  );
  // In an index of all organizations it looks for one.
  if (/\borg_id = /.test(plan.Filter ?? "") && !/\b(id|\w+_id|refers_to) = /.test(condition)) return true;
  if (/\w/.test(condition)) return false;
  // By its key an organization's rows come in no order that anybody asks for.
  const isSearch = plan.Filter !== undefined && /_pkey$/.test(plan["Index Name"] ?? "");
  return isRepeated || !isBounded || isSearch;
}

/** What must have all of its rows before it answers one. */
const gathering = /^(Sort|Aggregate|WindowAgg|Hash|Materialize|SetOp)$/;

function whereIn(plan: Plan, child: Plan, where: Where): Where {
  const type = plan["Node Type"];
  const isInner = child["Parent Relationship"] === "Inner" && type === "Nested Loop";
  const isSubPlan = child["Parent Relationship"] === "SubPlan";
  return {
    isRepeated: where.isRepeated || isInner || isSubPlan,
    isBounded: type === "Limit" || (where.isBounded && !gathering.test(type)),
  };
}
