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
  return momentOf(form, "expire_time", { timestamp, rounded: "up" }) ?? null;
}
