import { fromJson } from "@bufbuild/protobuf";
import { type Timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";
import type { RQLFilter, RQLRequest } from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { Amount } from "../../../domain/amount.ts";
import {
  comparisons,
  type PatternOperator,
  patternOperators,
  type TextColumn,
  type TokenColumn,
  type TokenFilter,
  type TokenOrder,
  type TokenQuery,
  textColumns,
} from "../../../store/books/token-query.ts";
import type { Form } from "../../shared/form.ts";
import { momentOf } from "../../shared/proto.ts";

const rowsDefault = 50;
const rowsMax = 10_000;
const offsetMax = 1_000_000;
const filtersMax = 20;
const groupColumnsMax = 2;
const patternCharactersMax = 255;
const textCharactersMax = 4_096;

const columns: readonly TokenColumn[] = ["amount", ...textColumns, "created_at"];

/**
 * Narrows a query in RQL, raystack's query language: what its own parser takes, and what Frontier's search of tokens
 * makes of it (github.com/raystack/salt, data/rql; github.com/raystack/frontier, org_tokens_repository.go).
 */
export function tokenQueryOf(form: Form, query: RQLRequest | undefined): TokenQuery {
  const { filters = [], groupBy = [], sort = [], offset = 0, limit = 0, search = "" } = query ?? {};
  if (limit > rowsMax) form.refuse("query.limit", `must be 0 to ${rowsMax}`);
  if (offset > offsetMax)
    form.refuse("query.offset", `must be 0 to ${offsetMax}; filter by created_at to reach further`);
  const fits = (field: string, list: readonly unknown[], listMax: number) => {
    if (list.length > listMax) form.refuse(field, `has ${list.length} members; at most ${listMax} fit`);
    return list.length <= listMax;
  };
  const text = form.text("query.search", search, { charactersMax: patternCharactersMax });
  return {
    filters: fits("query.filters", filters, filtersMax)
      ? filters.flatMap((filter, index) => filterOf(form, `query.filters[${index}]`, filter) ?? [])
      : [],
    search: text === "" ? undefined : `%${text}%`,
    groupBy: fits("query.group_by", groupBy, groupColumnsMax)
      ? groupBy.flatMap((name, index) => columnOf(form, `query.group_by[${index}]`, name) ?? [])
      : [],
    order: fits("query.sort", sort, columns.length)
      ? sort.flatMap((each, index) => orderOf(form, `query.sort[${index}]`, each) ?? [])
      : [],
    offset,
    rowsMax: limit === 0 ? rowsDefault : limit,
  };
}

/** Names are taken in any case, and with or without their underscores, as Frontier takes them. */
function columnOf(form: Form, field: string, name: string): TokenColumn | undefined {
  const plain = (each: string) => each.replaceAll("_", "").toLowerCase();
  const column = columns.find((each) => plain(each) === plain(name));
  if (column === undefined) form.refuse(field, `is none of ${columns.join(", ")}`);
  return column;
}

function orderOf(
  form: Form,
  field: string,
  { name, order }: { readonly name: string; readonly order: string },
): TokenOrder | undefined {
  const column = columnOf(form, `${field}.name`, name);
  if (order !== "asc" && order !== "desc") form.refuse(`${field}.order`, "must be `asc` or `desc`");
  return column && { column, descending: order === "desc" };
}

function filterOf(form: Form, field: string, filter: RQLFilter): TokenFilter | undefined {
  const column = columnOf(form, `${field}.name`, filter.name);
  if (column === undefined) return undefined;
  if (column === "amount") return amountFilter(form, field, filter);
  if (column === "created_at") return timeFilter(form, field, filter);
  return textFilter(form, field, { column, filter });
}

function amountFilter(form: Form, field: string, { operator, value }: RQLFilter): TokenFilter | undefined {
  const comparison = operatorOf(form, field, operator, comparisons);
  const units = value.case === "numberValue" ? numberText(value.value) : exactText(value.value);
  if (units === undefined)
    form.refuse(field, "needs a number_value or, for what a float cannot hold, digits in string_value");
  return comparison && units !== undefined ? { column: "amount", operator: comparison, units } : undefined;
}

/** A float in text that PostgreSQL reads as a decimal; undefined where it is no number. */
function numberText(value: number): string | undefined {
  return Number.isFinite(value) ? String(value) : undefined;
}

function exactText(value: unknown): string | undefined {
  const parsed = typeof value === "string" ? Amount.parse(value) : "not-a-decimal";
  return typeof parsed === "string" ? undefined : parsed.toString();
}

function timeFilter(form: Form, field: string, { operator, value }: RQLFilter): TokenFilter | undefined {
  const comparison = operatorOf(form, field, operator, comparisons);
  const timestamp = value.case === "stringValue" ? timestampOfText(value.value) : undefined;
  if (timestamp === undefined)
    form.refuse(field, "needs a string_value in RFC 3339 such as 2024-07-13T09:54:48.253Z");
  const floor = momentOf(form, field, { timestamp, rounded: "down" });
  const ceiling = momentOf(form, field, { timestamp, rounded: "up" });
  if (comparison === undefined || floor === undefined || ceiling === undefined) return undefined;
  return { column: "created_at", operator: comparison, floor, ceiling };
}

function timestampOfText(text: string): Timestamp | undefined {
  try {
    return fromJson(TimestampSchema, text);
  } catch {
    return undefined;
  }
}

const textOperators = {
  eq: true,
  neq: true,
  ...patternOperators,
  in: true,
  notin: true,
  empty: true,
  notempty: true,
};

function textFilter(
  form: Form,
  field: string,
  of: { column: TextColumn; filter: RQLFilter },
): TokenFilter | undefined {
  const { column, filter } = of;
  const operator = operatorOf(form, field, filter.operator, textOperators);
  if (operator === undefined) return undefined;
  if (operator === "empty" || operator === "notempty") return { column, operator };
  if (filter.value.case !== "stringValue") {
    form.refuse(field, "needs a string_value");
    return undefined;
  }
  const isPattern = operator in patternOperators;
  const text = form.text(`${field}.string_value`, filter.value.value, {
    charactersMax: isPattern ? patternCharactersMax : textCharactersMax,
  });
  if (operator === "in" || operator === "notin") return { column, operator, texts: membersOf(text) };
  if (operator === "eq" || operator === "neq") return { column, operator, text };
  return { column, operator, text: patternOf(form, field, operator, text) };
}

/** The members of a comma-separated list, without blanks around them. */
function membersOf(text: string): string[] {
  return text
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member !== "");
}

/** Frontier looks for what `like` gives anywhere in the text, and takes what `ilike` gives for the whole of it. */
function patternOf(form: Form, field: string, operator: PatternOperator, text: string): string {
  if (operator === "like" || operator === "notlike") return `%${text}%`;
  if (/(?<!\\)(\\\\)*\\$/.test(text))
    form.refuse(`${field}.string_value`, "ends in a backslash that stands before nothing");
  return text;
}

/** An operator out of those that a column takes. */
function operatorOf<O extends string>(
  form: Form,
  field: string,
  operator: string,
  operators: Readonly<Record<O, unknown>>,
): O | undefined {
  const known = Object.keys(operators) as O[];
  const found = known.find((each) => each === operator);
  if (found === undefined) form.refuse(`${field}.operator`, `is none of ${known.join(", ")}`);
  return found;
}
