import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { developerMessage, listed } from "./listing.ts";

export const listDevelopers: Handler<typeof DeveloperService.method.listDevelopers> = async (
  call,
  request,
) => {
  const { organization, rows, total } = await listed(call, request, call.app.developers);
  return {
    developer: rows.map(({ customer }) => developerMessage(organization, customer)),
    totalRecords: total,
  };
};
