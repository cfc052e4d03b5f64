import type { DescField, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { AdminService } from "../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { protonServices } from "./proton.ts";

// Field by field, our package against that of Frontier's own client on npm, which is of July 2025: newer than the paths
// of generation A, and older than B.

const ourServices = [FrontierService, AdminService];
const theirServices = [protonServices.frontier, protonServices.admin];

function messagesOf(services: readonly DescService[]): Map<string, DescMessage> {
  const files = new Set<DescFile>();
  const visit = (file: DescFile) => {
    if (files.has(file) || !file.proto.package.startsWith("raystack.")) return;
    files.add(file);
    file.dependencies.forEach(visit);
  };
  for (const service of services) visit(service.file);
  const nested = (message: DescMessage): DescMessage[] => [
    message,
    ...message.nestedMessages.flatMap(nested),
  ];
  const messages = [...files].flatMap((file) => file.messages.flatMap(nested));
  return new Map(messages.map((message) => [message.typeName, message]));
}

const ours = messagesOf(ourServices);
const theirs = messagesOf(theirServices);
const shared = [...ours.values()].filter(({ typeName }) => theirs.has(typeName));

/** All that the wire and JSON show of a field. */
function shapeOf(field: DescField) {
  const { message, enum: enumeration, oneof } = field;
  const { name, number, jsonName, fieldKind, listKind, mapKind, scalar } = field as DescField & {
    listKind?: string;
    mapKind?: string;
    scalar?: number;
  };
  return {
    ...{ name, number, jsonName, fieldKind, listKind, mapKind, scalar },
    type: message?.typeName ?? enumeration?.typeName,
    oneof: oneof?.name,
    presence: field.presence,
  };
}

function isReservedBy({ proto }: DescMessage, number: number): boolean {
  return proto.reservedRange.some(({ start, end }) => number >= start && number < end);
}

/** What we add to Frontier's messages has numbers far above its own. */
const ownNumbersFrom = 201;
/** What Frontier has added since. */
const newerFields = [
  "raystack.frontier.v1beta1.SearchOrganizationTokensResponse.OrganizationToken.source",
  "raystack.frontier.v1beta1.Plan.state",
];

it("shares nearly every message, so there is something to compare", () => {
  const missing = [...ours.keys()].filter((name) => !theirs.has(name));
  expect(missing).toEqual([]);
  expect(shared.length).toBeGreaterThan(50);
});

describe.each(shared.map((message) => [message.typeName, message] as const))("%s", (typeName, our) => {
  const their = theirs.get(typeName);
  if (their === undefined) throw new Error("not shared");

  const known = new Set(their.fields.map(({ number }) => number));

  it("has every field that Frontier's has, the same in number, type, cardinality and name", () => {
    const inOrder = (message: DescMessage) => message.fields.map(shapeOf).sort((a, b) => a.number - b.number);
    expect(inOrder(our).filter(({ number }) => known.has(number))).toEqual(inOrder(their));
  });

  it("has no other field but those of generation A, which B reserves, and our own", () => {
    const others = our.fields.filter(({ number }) => !known.has(number) && number < ownNumbersFrom);
    const unknown = others.filter(({ number }) => !isReservedBy(their, number));
    expect(
      unknown.map(({ name }) => `${typeName}.${name}`).filter((name) => !newerFields.includes(name)),
    ).toEqual([]);
  });
});

const theirMethods = theirServices.flatMap(({ methods }) => methods);

it.each(
  ourServices.flatMap((service) =>
    service.methods.map((method) => [`${service.name}.${method.name}`, method] as const),
  ),
)("%s takes and answers what Frontier's does", (_name, method) => {
  // Frontier has moved SearchOrganizationTokens from one service to the other, and nothing else about it.
  const their = theirMethods.find(({ name }) => name === method.name);
  expect([method.methodKind, method.input.typeName, method.output.typeName]).toEqual([
    their?.methodKind,
    their?.input.typeName,
    their?.output.typeName,
  ]);
});
