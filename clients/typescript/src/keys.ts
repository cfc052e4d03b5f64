import { randomUUID } from "node:crypto";
import { clone, type DescField, type DescMessage, type Message, type MessageShape } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";

/**
 * The message with a key for every operation that has none, so that each attempt of the call has the same one. It ends with the
 * call: where your program may begin again after a crash, bring a key of your own, stored beforehand.
 */
export function withKeys<D extends DescMessage>(desc: D, given: MessageShape<D>): MessageShape<D> {
  if (!mayHaveKeys(desc)) return given;
  const message = clone(desc, given);
  for (const operation of operationsOf(reflect(desc, message))) {
    const key = keyField(operation.desc);
    if (key !== undefined && operation.get(key) === "") operation.set(key, randomUUID());
  }
  return message;
}

/** Whether every operation of a request has a key: then it may be sent again. */
export function isKeyed(desc: DescMessage, message: Message): boolean {
  if (!mayHaveKeys(desc)) return false;
  return operationsOf(reflect(desc, message)).every((operation) => {
    const key = keyField(operation.desc);
    return key !== undefined && operation.get(key) !== "";
  });
}

function mayHaveKeys(desc: DescMessage): boolean {
  return keyField(desc) !== undefined || batchField(desc) !== undefined;
}

/** The request itself, or those that it holds. */
function operationsOf(request: ReflectMessage): ReflectMessage[] {
  const batch = batchField(request.desc);
  return batch === undefined ? [request] : ([...request.get(batch)] as ReflectMessage[]);
}

function keyField({ fields }: DescMessage): (DescField & { fieldKind: "scalar" }) | undefined {
  return fields.find((field) => field.name === "key" && field.fieldKind === "scalar") as
    | (DescField & { fieldKind: "scalar" })
    | undefined;
}

function batchField({ fields }: DescMessage): (DescField & { fieldKind: "list" }) | undefined {
  return fields.find((field) => field.name === "requests" && field.fieldKind === "list") as
    | (DescField & { fieldKind: "list" })
    | undefined;
}
