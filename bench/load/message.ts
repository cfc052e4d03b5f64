/** A request message with places that differ from call to call; made by `templateOf`. */
export interface Template {
  /** The message without gRPC's prefix, base64. */
  readonly message: string;
  /** Where a customer's id stands. */
  readonly customersAt: readonly number[];
  /** Where a key stands. */
  readonly keysAt: readonly number[];
}

/** What a message is encoded with before its places are known. All calls' texts have these lengths. */
export const placeholder = { customer: "00000000-0000-0000-0000-000000000000", key: "key-".padEnd(24, "*") };

const prefixBytes = 5;

/** A template of an encoded message that holds the placeholders. */
export function templateOf(message: Uint8Array): Template {
  const bytes = Buffer.from(message);
  return {
    message: bytes.toString("base64"),
    customersAt: placesOf(bytes, placeholder.customer),
    keysAt: placesOf(bytes, placeholder.key),
  };
}

/** Makes messages, each with customers in random order and with keys that were never used before. */
export function messageMaker(template: Template, customers: readonly string[], run: string): () => Buffer {
  const message = Buffer.from(template.message, "base64");
  const framed = Buffer.alloc(prefixBytes + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, prefixBytes);
  let keys = 0;
  return () => {
    const bytes = Buffer.from(framed);
    for (const at of template.customersAt) {
      const customer = customers[Math.floor(Math.random() * customers.length)] ?? placeholder.customer;
      bytes.write(customer, prefixBytes + at, "latin1");
    }
    for (const at of template.keysAt) {
      keys += 1;
      bytes.write(`${run}${String(keys).padStart(12, "0")}`, prefixBytes + at, "latin1");
    }
    return bytes;
  };
}

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}
