import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { readPage } from "../../shared/page.ts";
import { PageTokens, placesByName } from "../../shared/page-token.ts";
import { appGroupMessage } from "./app-group.ts";

const pageLimits = { rowsDefault: 1_000, rowsMax: 1_000 };

export const listAppGroups: Handler<typeof AppGroupService.method.listAppGroups> = async (call, request) => {
  const { organization } = call;
  const form = new Form();
  const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
  const tokens = new PageTokens(call, request, placesByName);
  const past = tokens.read(form);
  form.done();
  const page = await readPage({
    rowsMax,
    past,
    read: (afterName, rowsMax) =>
      call.app.appGroups.list({ orgId: organization.id, afterName, rowsMax }, call.signal),
    placeOf: ({ name }) => name,
    message: (group) => appGroupMessage(group, organization),
  });
  return { appGroups: page.messages, nextPageToken: tokens.write(page.next) };
};
