import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { shownAttributes } from "../../shared/shown-attributes.ts";
import { narrowAttributes } from "../attributes.ts";
import { changeAttributes } from "./attribute-change.ts";
import { developerPlace, developerToChange } from "./developer.ts";

export const updateDeveloperAttributes: Handler<
  typeof DeveloperService.method.updateDeveloperAttributes
> = async (call, request) => {
  const place = developerPlace(call, request);
  const developer = await developerToChange(call, place);
  const { customer } = await changeAttributes(call, place, developer, ({ attributes: known }) => {
    const form = new Form();
    const narrowed = narrowAttributes(form, "attribute", { list: request.attribute, known });
    form.done();
    return narrowed;
  });
  return { attribute: shownAttributes(customer) };
};
