import type { ServiceImpl } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { AppGroup, AppGroupService } from "../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { App } from "../../app.ts";
import type { AppGroupFields } from "../../store/customers/app-groups.ts";
import { callOf } from "../shared/call.ts";
import { errorOf } from "../shared/errors.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { pageOf } from "../shared/page-token.ts";
import { appGroupFor, appGroupMessage, appGroupName, appGroupPlace, foundGroup } from "./app-group.ts";
import { narrowAttributes } from "./attributes.ts";
import { apigeeError } from "./errors.ts";
import { stateOf } from "./status.ts";

type Methods = "createAppGroup" | "getAppGroup" | "listAppGroups" | "updateAppGroup" | "deleteAppGroup";

const pageLimits = { rowsDefault: 1_000, rowsMax: 1_000 };
const textMax = { charactersMax: 255 };

export function appGroupMethods(app: App): Pick<ServiceImpl<typeof AppGroupService>, Methods> {
  return {
    async createAppGroup(request, context) {
      const call = callOf(app, context);
      const which = { idOrName: request.organization, field: "organization" };
      const organization = await organizationFor(call, which, "writer");
      const form = new Form();
      const name = appGroupName(form, "body.name", request.body?.name ?? "");
      const fields = fieldsOf(form, request.body);
      form.done();
      const created = await app.appGroups.create(
        { orgId: organization.id, id: uuidv7(), name },
        fields,
        call.signal,
      );
      if (created === "taken") {
        const refusal = { reason: "ALREADY_EXISTS", resource: "customer", field: "name", name } as const;
        throw errorOf(refusal, { message: `another app group has the name ${name}` });
      }
      return { appGroup: appGroupMessage(created, organization) };
    },

    async getAppGroup(request, context) {
      const call = callOf(app, context);
      const place = await appGroupPlace(call, request, "reader");
      return { appGroup: appGroupMessage(await appGroupFor(call, place), place.organization) };
    },

    async listAppGroups(request, context) {
      const call = callOf(app, context);
      const which = { idOrName: request.organization, field: "organization" };
      const organization = await organizationFor(call, which, "reader");
      const form = new Form();
      const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
      const afterName = nameOfToken(form, request.pageToken);
      form.done();
      const asked = { orgId: organization.id, afterName, rowsMax: rowsMax + 1 };
      const rows = await app.appGroups.list(asked, call.signal);
      const { page, nextPageToken } = pageOf(rows, rowsMax, (last) => tokenOfName(last.name));
      return { appGroups: page.map((group) => appGroupMessage(group, organization)), nextPageToken };
    },

    async updateAppGroup(request, context) {
      const call = callOf(app, context);
      const { organization, named } = await appGroupPlace(call, request, "writer");
      const replace = () => {
        const form = new Form();
        const { name = "" } = request.body ?? {};
        if (name !== "" && name !== named.name) form.refuse("body.name", "never changes");
        const fields = fieldsOf(form, request.body);
        form.done();
        return app.appGroups.replace(named, fields, call.signal);
      };
      const changed =
        request.action === ""
          ? await replace()
          : await app.appGroups.change(named, { state: stateOf("action", request.action) }, call.signal);
      return { appGroup: appGroupMessage(foundGroup(changed, named.name), organization) };
    },

    async deleteAppGroup(request, context) {
      const call = callOf(app, context);
      const { organization, named } = await appGroupPlace(call, request, "writer");
      const deleted = foundGroup(await app.appGroups.delete(named, call.signal), named.name);
      if ("unsettled" in deleted) {
        const refusal = { reason: "CUSTOMER_NOT_SETTLED", ...deleted.unsettled } as const;
        throw apigeeError(refusal, { subject: `app group ${named.name}` });
      }
      return { appGroup: appGroupMessage(deleted, organization) };
    },
  };
}

function fieldsOf(form: Form, body: AppGroup | undefined): AppGroupFields {
  if (body === undefined) form.refuse("body", "is required");
  const { displayName = "", channelId = "", channelUri = "", attributes = [], status = "" } = body ?? {};
  return {
    displayName: form.text("body.display_name", displayName, textMax),
    channelId: form.text("body.channel_id", channelId, textMax),
    channelUri: form.text("body.channel_uri", channelUri, { charactersMax: 2_048 }),
    ...narrowAttributes(form, "body.attributes", attributes),
    ...(status !== "" && { state: stateOf("body.status", status) }),
  };
}

/** Opaque to callers. */
function tokenOfName(name: string): string {
  return Buffer.from(`=${name}`).toString("base64url");
}

function nameOfToken(form: Form, token: string): string | undefined {
  if (token === "") return undefined;
  const [, name] =
    /^=([ -~]{1,255})$/.exec(Buffer.from(token.slice(0, 512), "base64url").toString("utf8")) ?? [];
  if (name === undefined) form.refuse("page_token", "is not a page token that was answered here");
  return name;
}
