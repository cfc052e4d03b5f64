import { create } from "@bufbuild/protobuf";
import {
  type FrontierService,
  type SearchOrganizationTokensResponse_OrganizationToken as OrganizationToken,
  SearchOrganizationTokensResponse_OrganizationTokenSchema as OrganizationTokenSchema,
} from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Currency } from "../../../domain/currency.ts";
import { invalidField } from "../../../domain/refusal.ts";
import { groupsMax, type TokenRow } from "../../../store/books/token-search.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { listInTurn } from "../../shared/in-turn.ts";
import { fitting, uncutOf } from "../../shared/page.ts";
import { timestampOf } from "../../shared/proto.ts";
import { directionOf, shownCurrency } from "../credits.ts";
import { tokenQueryOf } from "./rql.ts";

export const searchOrganizationTokens: Handler<
  typeof FrontierService.method.searchOrganizationTokens
> = async (call, request) => {
  const { organization } = call;
  const form = new Form();
  const query = tokenQueryOf(form, request.query);
  form.done();

  const currency = shownCurrency(organization);
  const where = { orgId: organization.id, currency };
  const find = () => call.app.tokenSearch.find(where, query, call.signal);
  const { rows, isCut, totalCount, groups } = await listInTurn(call, find);
  if (groups === "too many") {
    const description = `makes more than ${groupsMax} groups, or larger ones than one answer holds; filter, or group otherwise`;
    throw invalidField("query.group_by", description);
  }
  const messages = rows.map((row) => tokenMessage(row, { organization, currency }));
  return {
    organizationTokens: fitting(uncutOf({ messages, next: undefined, isCut }), groups),
    pagination: { offset: query.offset, limit: query.rowsMax, totalCount },
    ...(query.groupBy.length > 0 && {
      group: { name: request.query?.groupBy.join(",") ?? "", data: [...groups] },
    }),
  };
};

function tokenMessage(
  row: TokenRow,
  of: { organization: Organization; currency: Currency },
): OrganizationToken {
  const { description, source, userId } = row;
  return create(OrganizationTokenSchema, {
    ...directionOf(row, of.currency),
    description,
    source,
    userId,
    createdAt: timestampOf(row.createdAt),
    orgId: of.organization.id,
  });
}
