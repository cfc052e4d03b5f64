import { and, eq, type SQL, sql } from "drizzle-orm";
import type { TransferKind } from "../../domain/operation.ts";
import { array } from "../arrays.ts";
import { o, type Times, within } from "./sides.ts";

/** Which transfers to answer; what is set must all hold. */
export interface TransferFilter extends Times {
  readonly kind?: TransferKind | undefined;
  readonly source?: string | undefined;
  /** A key that the metadata must have, and the value, as text, that it must have there. */
  readonly metadata?: { readonly key: string; readonly value: string | undefined } | undefined;
  /** Client id of the credential that asked. */
  readonly createdBy?: string | undefined;
  /** One of these accounts must be on either side. */
  readonly accountIds?: readonly string[] | undefined;
}

/** The filter as a condition on a row of the journal. */
export function matching(filter: TransferFilter): SQL | undefined {
  return and(within(o.createdAt, filter), matchingWords(filter));
}

/** The same without the period, for whoever has another time. */
export function matchingWords(filter: TransferFilter): SQL | undefined {
  const { kind, source, metadata, createdBy, accountIds } = filter;
  return and(
    kind && eq(o.kind, kind),
    source === undefined ? undefined : eq(o.source, source),
    metadata && hasMetadata(metadata),
    createdBy === undefined ? undefined : eq(o.createdBy, createdBy),
    accountIds && isBetween(accountIds),
  );
}

function hasMetadata({ key, value }: NonNullable<TransferFilter["metadata"]>): SQL {
  return value === undefined
    ? sql`${o.metadata} -> ${key}::text is not null`
    : sql`${o.metadata} ->> ${key}::text = ${value}`;
}

function isBetween(accountIds: readonly string[]): SQL {
  const ids = array(accountIds, "uuid");
  return sql`(${o.fromAccountId} = any(${ids}) or ${o.toAccountId} = any(${ids}))`;
}
