import { and, eq, or, type SQL, sql } from "drizzle-orm";
import type { AccountOwner } from "../../domain/account.ts";
import type { TransferKind } from "../../domain/operation.ts";
import { o, type Times, within } from "./sides.ts";

/** Which transfers to answer; what is set must all hold. */
export interface TransferFilter extends Times {
  readonly kind?: TransferKind | undefined;
  readonly source?: string | undefined;
  /** A key that the metadata must have, and the value, as text, that it must have there. */
  readonly metadata?: { readonly key: string; readonly value: string | undefined } | undefined;
  /** Client id of the credential that asked. */
  readonly createdBy?: string | undefined;
  readonly currency?: string | undefined;
  /** Each of these must be on either side. */
  readonly between?: readonly AccountOwner[] | undefined;
}

/** The filter as a condition on a row of the journal. */
export function matching(filter: TransferFilter): SQL | undefined {
  return and(within(o.createdAt, filter), matchingWords(filter));
}

/** The same without the period, for whoever has another time. */
export function matchingWords(filter: TransferFilter): SQL | undefined {
  const { kind, source, metadata, createdBy, currency, between = [] } = filter;
  return and(
    kind && eq(o.kind, kind),
    source === undefined ? undefined : eq(o.source, source),
    metadata && hasMetadata(metadata),
    createdBy === undefined ? undefined : eq(o.createdBy, createdBy),
    currency === undefined ? undefined : eq(o.currency, currency),
    ...between.map(hasSide),
  );
}

function hasMetadata({ key, value }: NonNullable<TransferFilter["metadata"]>): SQL {
  return value === undefined
    ? sql`${o.metadata} -> ${key}::text is not null`
    : sql`${o.metadata} ->> ${key}::text = ${value}`;
}

function hasSide(owner: AccountOwner): SQL | undefined {
  return "customerId" in owner
    ? or(eq(o.fromCustomerId, owner.customerId), eq(o.toCustomerId, owner.customerId))
    : or(eq(o.fromCounter, owner.counter), eq(o.toCounter, owner.counter));
}
