import { v7 as uuidv7 } from "uuid";

/** A request message with places that differ from call to call; made by `templateOf`. */
export interface Template {
  /** The message, without what its protocol puts before it; base64. */
  readonly message: string;
  /** Where a customer's id stands. */
  readonly customersAt: readonly number[];
  /** Where a key stands. */
  readonly keysAt: readonly number[];
  /** Where a key stands that is a UUID of version 7. */
  readonly orderedKeysAt: readonly number[];
}

/** Ids of customers, and whether messages name them one after another or at random. */
export interface Customers {
  readonly customers: readonly string[];
  readonly inOrder?: boolean;
}

/** What a message is encoded with before its places are known. All calls' texts have these lengths. */
export const placeholder = {
  customer: "00000000-0000-0000-0000-000000000000",
  key: "key-".padEnd(24, "*"),
  orderedKey: "00000000-0000-7000-8000-000000000000",
};

/** A template of an encoded message that holds the placeholders. */
export function templateOf(message: Uint8Array): Template {
  const bytes = Buffer.from(message);
  return {
    message: bytes.toString("base64"),
    customersAt: placesOf(bytes, placeholder.customer),
    keysAt: placesOf(bytes, placeholder.key),
    orderedKeysAt: placesOf(bytes, placeholder.orderedKey),
  };
}

/** How long every message of a template is. */
export function bytesOf({ message }: Template): number {
  return Buffer.byteLength(message, "base64");
}

/**
 * Makes messages behind a prefix. Of customers at random no two neighbours are the same where there are several. No key was
 * ever used before.
 */
export function messageMaker(
  of: Customers & { template: Template; prefix: Buffer; run: string },
): () => Buffer {
  const { template, prefix, customers, inOrder = false, run } = of;
  const whole = Buffer.concat([prefix, Buffer.from(template.message, "base64")]);
  const others = Math.max(1, customers.length - 1);
  let keys = 0;
  let last = -1;
  return () => {
    const bytes = Buffer.from(whole);
    for (const at of template.customersAt) {
      last = (last + 1 + (inOrder ? 0 : Math.floor(Math.random() * others))) % customers.length;
      bytes.write(customers[last] ?? placeholder.customer, prefix.length + at, "latin1");
    }
    for (const at of template.keysAt) {
      keys += 1;
      bytes.write(`${run}${String(keys).padStart(12, "0")}`, prefix.length + at, "latin1");
    }
    for (const at of template.orderedKeysAt) bytes.write(uuidv7(), prefix.length + at, "latin1");
    return bytes;
  };
}

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}
