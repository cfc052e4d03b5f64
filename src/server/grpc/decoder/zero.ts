import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";

/** Makes messages of a type in which nothing is set; undefined for types whose messages are not plain objects. */
export function zeroMaker(desc: DescMessage): (() => Message) | undefined {
  // protobuf-es gives others a prototype with the defaults of their fields.
  if (desc.file.edition !== Edition.EDITION_PROTO3) return undefined;
  const zero = create(desc) as Message & Record<string, unknown>;
  const lists = desc.fields.filter(({ fieldKind }) => fieldKind === "list").map(({ localName }) => localName);
  const maps = desc.fields.filter(({ fieldKind }) => fieldKind === "map").map(({ localName }) => localName);
  const oneofs = desc.members.filter(({ kind }) => kind === "oneof").map(({ localName }) => localName);
  return () => {
    const message = { ...zero };
    for (const name of lists) message[name] = [];
    for (const name of maps) message[name] = {};
    for (const name of oneofs) message[name] = { case: undefined };
    return message;
  };
}
