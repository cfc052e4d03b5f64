import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type FrontierService,
  type SearchOrganizationTokensResponse_OrganizationToken as OrganizationToken,
  SearchOrganizationTokensResponse_OrganizationTokenSchema as OrganizationTokenSchema,
} from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { App } from "../../app.ts";
import type { Currency } from "../../domain/currency.ts";
import { invalidField } from "../../domain/refusal.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import { groupsMax, type TokenRow } from "../../store/token-search.ts";
import { callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { timestampOf } from "../shared/proto.ts";
import { directionOf, shownCurrency } from "./credits.ts";
import { tokenQueryOf } from "./rql.ts";

export function tokenMethods(
  app: App,
): Pick<ServiceImpl<typeof FrontierService>, "searchOrganizationTokens"> {
  return {
    async searchOrganizationTokens(request, context) {
      const call = callOf(app, context);
      const organization = await organizationFor(call, { idOrName: request.id, field: "id" }, "reader");
      const form = new Form();
      const query = tokenQueryOf(form, request.query);
      form.done();

      const currency = shownCurrency(organization);
      const where = { orgId: organization.id, currency };
      const { rows, totalCount, groups } = await app.tokenSearch.find(where, query, call.signal);
      if (groups.length > groupsMax) {
        throw invalidField(
          "query.group_by",
          `makes more than ${groupsMax} groups; filter, or group otherwise`,
        );
      }
      return {
        organizationTokens: rows.map((row) => tokenMessage(row, { organization, currency })),
        pagination: { offset: query.offset, limit: query.rowsMax, totalCount },
        ...(query.groupBy.length > 0 && {
          group: { name: request.query?.groupBy.join(",") ?? "", data: [...groups] },
        }),
      };
    },
  };
}

function tokenMessage(
  row: TokenRow,
  of: { organization: Organization; currency: Currency },
): OrganizationToken {
  const { description, source, userId } = row;
  return create(OrganizationTokenSchema, {
    ...directionOf(row.amount, of.currency),
    ...{ description, source, userId },
    createdAt: timestampOf(row.createdAt),
    orgId: of.organization.id,
  });
}
