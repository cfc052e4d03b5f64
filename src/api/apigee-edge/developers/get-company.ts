import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { noOwner } from "../owner.ts";
import { companyMessage } from "./listing.ts";

export const getCompany: Handler<typeof DeveloperService.method.getCompany> = async (call, request) => {
  const { organization } = call;
  const form = new Form();
  const name = form.text("company", request.company, { charactersMax: 255, required: true });
  form.done();
  const group = await call.app.appGroups.find({ orgId: organization.id, name });
  if (group === undefined) throw noOwner(name, "company");
  return { company: companyMessage(organization, group) };
};
