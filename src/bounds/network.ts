/**
 * Whom an address belongs to, as far as it tells: an IPv4 address is one holder's, and of an IPv6 address the first 64
 * bits, for whoever has one has all those that begin so.
 */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after].slice(0, 4);
  return `${groups.join(":")}::/64`;
}

/** An address as it is without what sockets put around it: an IPv4 address within IPv6, the name of an interface. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":").map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""));
}
