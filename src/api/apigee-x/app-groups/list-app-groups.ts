import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { listInTurn, pageInTurn } from "../../shared/in-turn.ts";
import { appGroupMessage } from "./app-group.ts";
import { filterOf } from "./app-group-filter.ts";
import { StartTokens } from "./app-group-start.ts";

const pageMax = 1_000;
const pageLimits = { rowsDefault: pageMax, rowsMax: pageMax };

export const listAppGroups: Handler<typeof AppGroupService.method.listAppGroups> = async (call, request) => {
  const { organization, signal } = call;
  const { id: orgId } = organization;
  const form = new Form();
  const rowsMax = form.pageSize("page_size", Math.min(request.pageSize, pageMax), pageLimits);
  const filter = filterOf(form, request.filter);
  const tokens = new StartTokens(call, request);
  const { start, totalSize: counted } = tokens.read(form);
  form.done();
  const { appGroups } = call.app;
  const page = await pageInTurn(call, {
    rowsMax,
    past: start,
    read: (start, rowsMax) => appGroups.list({ orgId, filter, start, rowsMax }, signal),
    placeOf: ({ name }) => ({ name, isIncluded: false }),
    message: (group) => appGroupMessage(group, organization),
  });
  const totalSize = counted ?? (await listInTurn(call, () => appGroups.count(orgId, signal, filter)));
  return { appGroups: page.messages, nextPageToken: tokens.write(page.next, totalSize), totalSize };
};
