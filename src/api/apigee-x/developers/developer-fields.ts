import type { Developer as DeveloperMessage } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { DeveloperFields } from "../../../store/customers/developers.ts";
import { Form } from "../../shared/form.ts";
import { narrowAttributes } from "../attributes.ts";
import { fullName } from "./developer.ts";

export const textMax = { charactersMax: 255 };

export function fieldsOf(body: DeveloperMessage | undefined): DeveloperFields {
  const form = new Form();
  if (body === undefined) form.refuse("body", "is required");
  const {
    attributes = [],
    firstName = "",
    lastName = "",
    userName = "",
    appFamily = "",
    accessType = "",
  } = body ?? {};
  const required = (name: string, value: string) =>
    form.text(`body.${name}`, value, { ...textMax, required: true });
  const profile = {
    firstName: required("first_name", firstName),
    lastName: required("last_name", lastName),
    userName: required("user_name", userName),
    appFamily: form.text("body.app_family", appFamily, textMax),
    accessType: form.text("body.access_type", accessType, textMax),
  };
  const fields = {
    email: emailOf(form, body?.email ?? ""),
    name: fullName(profile),
    profile,
    ...narrowAttributes(form, "body.attributes", attributes),
  };
  form.done();
  return fields;
}

export function emailOf(form: Form, email: string): string {
  if (email === "") form.refuse("body.email", "is required");
  if (email !== email.toLowerCase()) form.refuse("body.email", "must be in lower case");
  return form.email("body.email", email);
}
