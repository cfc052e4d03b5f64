import type { AppGroup } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { AppGroupFields } from "../../../store/customers/app-groups.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import type { Form } from "../../shared/form.ts";
import { narrowAttributes } from "../attributes.ts";
import { stateOf } from "../status.ts";

const textMax = { charactersMax: 255 };

/** `known` are the attributes that the app group has. */
export function fieldsOf(
  form: Form,
  body: AppGroup | undefined,
  known: Customer["attributes"] = [],
): AppGroupFields {
  if (body === undefined) form.refuse("body", "is required");
  const {
    displayName = "",
    channelId = "",
    channelUri = "",
    email = "",
    attributes = [],
    status = "",
  } = body ?? {};
  return {
    displayName: form.text("body.display_name", displayName, textMax),
    channelId: form.text("body.channel_id", channelId, textMax),
    channelUri: form.text("body.channel_uri", channelUri, { charactersMax: 2_048 }),
    email: form.email("body.email", email),
    ...narrowAttributes(form, "body.attributes", { list: attributes, known }),
    ...(status !== "" && { state: stateOf("body.status", status) }),
  };
}
