import type { Developer as DeveloperMessage } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { charactersIn } from "../../../domain/text.ts";
import type { DeveloperFields } from "../../../store/customers/developers.ts";
import { Form } from "../../shared/form.ts";
import { narrowAttributes } from "../attributes.ts";
import { fullName } from "./developer.ts";

export const textMax = { charactersMax: 255 };

/**
 * What a body says of a developer. It need not say what the developer that it replaces, `shown`, is without: other
 * interfaces require less.
 */
export function fieldsOf(body: DeveloperMessage | undefined, shown?: DeveloperMessage): DeveloperFields {
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
  const required = (name: string, value: string, shownValue: string | undefined) =>
    form.text(`body.${name}`, value, { ...textMax, required: shownValue !== "" });
  const profile = {
    firstName: required("first_name", firstName, shown?.firstName),
    lastName: required("last_name", lastName, shown?.lastName),
    userName: required("user_name", userName, shown?.userName),
    appFamily: form.text("body.app_family", appFamily, textMax),
    accessType: form.text("body.access_type", accessType, textMax),
  };
  const name = fullName(profile);
  const { charactersMax } = textMax;
  if (charactersIn(name) > charactersMax && charactersIn(lastName) <= charactersMax)
    form.refuse(
      "body.last_name",
      `makes a name of ${charactersIn(name)} characters; at most ${charactersMax} fit`,
    );
  const known = (shown?.attributes ?? []).map(({ name, value }) => ({ name, value }));
  const fields = {
    email: emailOf(form, body?.email ?? "", shown),
    name,
    profile,
    ...narrowAttributes(form, "body.attributes", { list: attributes, known }),
  };
  form.done();
  return fields;
}

function emailOf(form: Form, email: string, shown: DeveloperMessage | undefined): string {
  if (email === "" && shown?.email !== "") form.refuse("body.email", "is required");
  if (email !== email.toLowerCase()) form.refuse("body.email", "must be in lower case");
  return form.email("body.email", email);
}
