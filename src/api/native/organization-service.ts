import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import {
  type Organization,
  OrganizationSchema,
  type OrganizationService,
} from "../../../gen/tallystick/v1/organization_pb.ts";
import type { App } from "../../app.ts";
import { authorize } from "../../auth/caller.ts";
import { currencyOf, virtualCurrency } from "../../domain/currency.ts";
import { isOrganizationName } from "../../domain/organization-name.ts";
import { Refused } from "../../domain/refusal.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Organization as StoredOrganization } from "../../store/tenants/organizations.ts";
import { callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor, organizationOf } from "../shared/organization.ts";
import { cursorOfToken, pageOf, tokenOfCursor } from "../shared/page-token.ts";
import { timestampOf } from "../shared/proto.ts";

const pageLimits = { rowsDefault: 100, rowsMax: 1_000 };

export function organizationService(app: App): ServiceImpl<typeof OrganizationService> {
  return {
    async createOrganization(request, context) {
      const call = callOf(app, context);
      authorize(call.caller, { orgId: null, role: "admin" });
      const form = new Form();
      const { name } = request;
      const id = request.id === "" ? uuidv7() : form.uuid("id", request.id);
      if (!isOrganizationName(name)) {
        form.refuse(
          "name",
          "must be 2 to 64 letters, digits, `-` and `_`, beginning with a letter, and no UUID",
        );
      }
      const displayName = form.text("display_name", request.displayName || name, { charactersMax: 255 });
      const shown = request.frontierCurrency || virtualCurrency;
      const frontierCurrency = form.currency("frontier_currency", shown, currencyOf(shown)).code;
      form.done();

      const created = await app.organizations.create(
        { id, name, displayName, frontierCurrency },
        call.signal,
      );
      if (created !== undefined) return { organization: organizationMessage(created) };
      const field = (await app.organizations.find(name)) === undefined ? "id" : "name";
      throw new Refused({
        reason: "ALREADY_EXISTS",
        resource: "organization",
        field,
        name: field === "id" ? id : name,
      });
    },

    async getOrganization(request, context) {
      const name = { idOrName: request.organization, field: "organization" };
      const organization = await organizationFor(callOf(app, context), name, "reader");
      return { organization: organizationMessage(organization) };
    },

    async listOrganizations(request, context) {
      const call = callOf(app, context);
      if (call.caller.orgId !== null) {
        return {
          organizations: [organizationMessage(await organizationOf(call, call.caller.orgId, "reader"))],
        };
      }
      const form = new Form();
      const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
      const after = cursorOfToken(form, "page_token", request.pageToken, isUuid);
      form.done();

      const rows = await app.organizations.list({ after, rowsMax: rowsMax + 1 }, call.signal);
      const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
        tokenOfCursor({ at: last.createdAt, id: last.id }),
      );
      return { organizations: page.map(organizationMessage), nextPageToken };
    },
  };
}

function organizationMessage({
  id,
  name,
  displayName,
  frontierCurrency,
  createdAt,
}: StoredOrganization): Organization {
  const createTime = timestampOf(createdAt);
  return create(OrganizationSchema, { id, name, displayName, frontierCurrency, createTime });
}
