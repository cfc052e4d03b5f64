import type {
  AnyDesc,
  DescEnum,
  DescExtension,
  DescFile,
  DescMessage,
  DescService,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";

/** Where everything is declared in a set of proto files and all that they import. Names are full, without a leading dot. */
export interface Symbols {
  /** By path as imports write it, with `.proto`. */
  fileByName(name: string): DescFile | undefined;
  /** Of a service, method, message, field, oneof, enum, enum value or extension. */
  fileOfSymbol(name: string): DescFile | undefined;
  /** A message's known extensions, by number, with the file that declares each; undefined for an unknown message. */
  extensionsOf(message: string): ReadonlyMap<number, DescFile> | undefined;
}

export function createSymbols(roots: readonly DescFile[]): Symbols {
  const files = new Map<string, DescFile>();
  const symbols = new Map<string, DescFile>();
  const extensions = new Map<string, Map<number, DescFile>>();

  const types: (DescEnum | DescMessage | DescExtension | DescService)[] = [];
  const visit = (file: DescFile) => {
    if (files.has(file.proto.name)) return;
    files.set(file.proto.name, file);
    types.push(...nestedTypes(file));
    file.dependencies.forEach(visit);
  };
  roots.forEach(visit);

  for (const type of types) {
    for (const name of namesOf(type)) symbols.set(name, type.file);
    if (type.kind === "message") extensions.set(type.typeName, new Map());
  }
  for (const type of types) {
    if (type.kind === "extension") extensions.get(type.extendee.typeName)?.set(type.number, type.file);
  }
  return {
    fileByName: (name) => files.get(name),
    fileOfSymbol: (name) => symbols.get(name),
    extensionsOf: (message) => extensions.get(message),
  };
}

/** The full names that a type brings: its own, and those of its members. */
function namesOf(type: Extract<AnyDesc, { typeName: string }>): string[] {
  switch (type.kind) {
    case "service":
      return [type.typeName, ...type.methods.map((method) => `${type.typeName}.${method.name}`)];
    case "message":
      return [type.typeName, ...type.members.map((member) => `${type.typeName}.${member.name}`)];
    case "enum": {
      // The values of an enum are its siblings (protobuf's language guide), as in C++.
      const scope = type.typeName.slice(0, -type.name.length);
      return [type.typeName, ...type.values.map((value) => `${scope}${value.name}`)];
    }
    case "extension":
      return [type.typeName];
  }
}
