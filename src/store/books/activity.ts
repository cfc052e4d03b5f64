import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import { multiplesInside, type Span, stepFor } from "../../domain/balance-history/round-step.ts";
import type { OperationKind } from "../../domain/operation.ts";
import type { Database } from "../driver/database.ts";
import { firstIdAt } from "../refusals/refusal-ids.ts";
import { operations, refusals } from "../schema.ts";

/** Operations of a kind. */
interface KindActivity {
  readonly kind: OperationKind;
  readonly count: bigint;
  readonly amount: Amount;
}

/** Refusals for a reason. */
interface ReasonActivity {
  readonly reason: string;
  readonly count: bigint;
}

/** What was done in a part of a span. */
export interface ActivityBucket extends Span {
  readonly kinds: readonly KindActivity[];
  readonly reasons: readonly ReasonActivity[];
}

/** What was done in a span. */
export interface OrganizationActivity {
  readonly buckets: readonly ActivityBucket[];
  /** In milliseconds. */
  readonly step: number;
  /** Of what is older nothing is counted. */
  readonly completeFrom: Date;
}

/** Rows of the journal, and refusals, that one answer counts. */
const countedMax = 100_000;
/** More than there are kinds of operations, or reasons for which they are refused. */
const wordsMax = 100;

/** What organizations do. */
export class Activity {
  constructor(
    private readonly database: Database,
    private readonly rowsMax = countedMax,
  ) {}

  /** In a currency, so many of the newest; refusals in whatever currency. */
  async of(
    which: { readonly orgId: string; readonly currency: string },
    { span, bucketsMax }: { readonly span: Span; readonly bucketsMax: number },
    signal?: AbortSignal,
  ): Promise<OrganizationActivity> {
    const { orgId } = which;
    const step = stepFor(span, bucketsMax);
    const starts = [span.from, ...multiplesInside(span, step)];
    const edges = await Promise.all([
      this.operationsEdge(orgId, span, signal),
      this.refusalsEdge(orgId, span, signal),
    ]);
    const times = [span.from, ...edges.flatMap((edge) => edge ?? [])].map((at) => at.getTime());
    const completeFrom = new Date(Math.max(...times));
    const counted = { span: { from: completeFrom, to: span.to }, step, rowsMax: starts.length * wordsMax };
    const [kinds, reasons] = await Promise.all([
      this.kinds(which, counted, signal),
      this.reasons(orgId, counted, signal),
    ]);
    const buckets = starts.map((from, index) => {
      const bucket = Math.floor(from.getTime() / step);
      const to = starts[index + 1] ?? span.to;
      return { from, to, kinds: kinds.get(bucket) ?? [], reasons: reasons.get(bucket) ?? [] };
    });
    return { buckets, step, completeFrom };
  }

  /** The time of the row that is the last to be counted; undefined where all are. */
  private async operationsEdge(orgId: string, span: Span, signal?: AbortSignal): Promise<Date | undefined> {
    const [last] = await this.database
      .orm(signal)
      .select({ at: operations.createdAt })
      .from(operations)
      .where(operationsIn(orgId, span))
      .orderBy(desc(operations.createdAt))
      .offset(this.rowsMax - 1)
      .limit(1);
    return last?.at;
  }

  private async refusalsEdge(orgId: string, span: Span, signal?: AbortSignal): Promise<Date | undefined> {
    const [last] = await this.database
      .orm(signal)
      .select({ at: refusals.at })
      .from(refusals)
      .where(refusalsIn(orgId, span))
      .orderBy(desc(refusals.id))
      .offset(this.rowsMax - 1)
      .limit(1);
    return last?.at;
  }

  private async kinds(
    { orgId, currency }: { readonly orgId: string; readonly currency: string },
    { span, step, rowsMax }: Counted,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<number, KindActivity[]>> {
    const { createdAt, kind, amount, fromCustomerId } = operations;
    const isTaken = sql`${kind} = 'adjustment' and ${fromCustomerId} is not null`;
    const rows = await this.database
      .orm(signal)
      .select({
        bucket: bucketOf(createdAt, step),
        kind,
        count: sql`count(*)`.mapWith(BigInt),
        amount: sql`sum(case when ${isTaken} then -${amount} else ${amount} end)`.mapWith(Amount.of),
      })
      .from(operations)
      .where(and(operationsIn(orgId, span), eq(operations.currency, currency)))
      .groupBy(sql`1`, kind)
      .orderBy(kind)
      .limit(rowsMax);
    return byBucket(rows);
  }

  private async reasons(
    orgId: string,
    { span, step, rowsMax }: Counted,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<number, ReasonActivity[]>> {
    const { at, reason } = refusals;
    const rows = await this.database
      .orm(signal)
      .select({ bucket: bucketOf(at, step), reason, count: sql`count(*)`.mapWith(BigInt) })
      .from(refusals)
      .where(refusalsIn(orgId, span))
      .groupBy(sql`1`, reason)
      .orderBy(reason)
      .limit(rowsMax);
    return byBucket(rows);
  }
}

/** What is counted, and in which parts. */
interface Counted {
  readonly span: Span;
  readonly step: number;
  readonly rowsMax: number;
}

function operationsIn(orgId: string, { from, to }: Span): SQL | undefined {
  const { createdAt } = operations;
  return and(eq(operations.orgId, orgId), gte(createdAt, from), lt(createdAt, to));
}

function refusalsIn(orgId: string, { from, to }: Span): SQL | undefined {
  return and(eq(refusals.orgId, orgId), gte(refusals.id, firstIdAt(from)), lt(refusals.id, firstIdAt(to)));
}

/** The number of a step since 1970, of a length in milliseconds. */
function bucketOf(at: typeof operations.createdAt | typeof refusals.at, step: number) {
  return sql`floor(extract(epoch from ${at}) * 1000 / ${step}::bigint)::bigint`.mapWith(Number);
}

function byBucket<R extends { readonly bucket: number }>(rows: readonly R[]): ReadonlyMap<number, R[]> {
  const found = new Map<number, R[]>();
  for (const row of rows) {
    const others = found.get(row.bucket);
    if (others === undefined) found.set(row.bucket, [row]);
    else others.push(row);
  }
  return found;
}
