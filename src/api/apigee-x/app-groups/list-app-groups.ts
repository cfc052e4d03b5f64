import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { pageOf } from "../../shared/page-token.ts";
import { appGroupMessage } from "./app-group.ts";

const pageLimits = { rowsDefault: 1_000, rowsMax: 1_000 };

export const listAppGroups: Handler<typeof AppGroupService.method.listAppGroups> = async (call, request) => {
  const { organization } = call;
  const form = new Form();
  const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
  const afterName = nameOfToken(form, request.pageToken);
  form.done();
  const asked = { orgId: organization.id, afterName, rowsMax: rowsMax + 1 };
  const rows = await call.app.appGroups.list(asked, call.signal);
  const { page, nextPageToken } = pageOf(rows, rowsMax, (last) => tokenOfName(last.name));
  return { appGroups: page.map((group) => appGroupMessage(group, organization)), nextPageToken };
};

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
