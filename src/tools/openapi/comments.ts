import type {
  DescEnum,
  DescEnumValue,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescService,
} from "@bufbuild/protobuf";

/** What a comment may be about. */
export type Commented = DescMessage | DescField | DescEnum | DescEnumValue | DescService | DescMethod;

/** Field numbers of descriptor.proto, of which the path of a comment consists. */
const inFile = { message: 4, enum: 5, service: 6 } as const;
const inMessage = { field: 2, message: 3, enum: 4 } as const;
const inEnum = { value: 2 } as const;
const inService = { method: 2 } as const;

const comments = new WeakMap<DescFile, ReadonlyMap<string, string>>();

/** What the proto says of something: its paragraphs, each on one line; empty where it says nothing. */
export function commentOf(desc: Commented): string {
  return commentsIn(fileOf(desc)).get(pathOf(desc).join()) ?? "";
}

/** The first sentence of a text. */
export function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;
}

function commentsIn(file: DescFile): ReadonlyMap<string, string> {
  const known = comments.get(file);
  if (known !== undefined) return known;
  const locations = file.proto.sourceCodeInfo?.location ?? [];
  const made = new Map(
    locations.map(({ path, leadingComments }) => [path.join(), paragraphsOf(leadingComments)] as const),
  );
  comments.set(file, made);
  return made;
}

function paragraphsOf(comment: string): string {
  return comment
    .replace(/^ *buf:lint:ignore .*$/gm, "")
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/\s+/g, " "))
    .filter((paragraph) => paragraph !== "")
    .join("\n\n");
}

function pathOf(desc: Commented): number[] {
  switch (desc.kind) {
    case "message":
      return desc.parent
        ? [...pathOf(desc.parent), inMessage.message, desc.parent.proto.nestedType.indexOf(desc.proto)]
        : [inFile.message, desc.file.proto.messageType.indexOf(desc.proto)];
    case "enum":
      return desc.parent
        ? [...pathOf(desc.parent), inMessage.enum, desc.parent.proto.enumType.indexOf(desc.proto)]
        : [inFile.enum, desc.file.proto.enumType.indexOf(desc.proto)];
    case "field":
      return [...pathOf(desc.parent), inMessage.field, desc.parent.proto.field.indexOf(desc.proto)];
    case "enum_value":
      return [...pathOf(desc.parent), inEnum.value, desc.parent.proto.value.indexOf(desc.proto)];
    case "service":
      return [inFile.service, desc.file.proto.service.indexOf(desc.proto)];
    case "rpc":
      return [...pathOf(desc.parent), inService.method, desc.parent.proto.method.indexOf(desc.proto)];
  }
}

function fileOf(desc: Commented): DescFile {
  return "file" in desc ? desc.file : desc.parent.file;
}
