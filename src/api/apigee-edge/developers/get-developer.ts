import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { ownerNamed } from "../owner.ts";
import { developerMessage } from "./listing.ts";

export const getDeveloper: Handler<typeof DeveloperService.method.getDeveloper> = async (call, request) => {
  const { organization } = call;
  const customer = await ownerNamed(call, organization.id, { ...request, company: "" });
  return { developer: developerMessage(organization, customer) };
};
