import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Form } from "../../shared/form.ts";
import { momentOf } from "../../shared/proto.ts";

/** Characters that a client id has at the most: one that an operator chose, too. */
const clientIdMax = { charactersMax: 128, required: true } as const;

export function clientIdOf(form: Form, clientId: string): string {
  return form.text("client_id", clientId, clientIdMax);
}

export function displayNameOf(form: Form, displayName: string): string {
  return form.text("display_name", displayName, { charactersMax: 255 });
}

export function descriptionOf(form: Form, description: string): string {
  return form.text("description", description, { charactersMax: 1_024 });
}

/** Null where it has none. */
export function endOf(form: Form, timestamp: Timestamp | undefined): Date | null {
  return momentIn(form, "expire_time", { timestamp, rounded: "up" }) ?? null;
}

/** A time from 1970 on. What is before it is the unset time of some language, by which nothing is to end. */
export function momentIn(form: Form, field: string, given: Parameters<typeof momentOf>[2]): Date | undefined {
  const moment = momentOf(form, field, given);
  if (moment === undefined || moment.getTime() >= 0) return moment;
  form.refuse(field, "is before 1970, as a time that was never set: leave it out, or say when");
  return undefined;
}
