import { type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { file_google_rpc_error_details } from "../../../gen/google/rpc/error_details_pb.ts";
import * as v1 from "../../../gen/grpc/reflection/v1/reflection_pb.ts";
import * as v1alpha from "../../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { noted } from "./question.ts";
import { createSymbols, type Symbols } from "./symbols.ts";

type Question = v1.ServerReflectionRequest | v1alpha.ServerReflectionRequest;

/** Full names of the services here that answer without authentication. */
export const reflectionServices: readonly string[] = [
  v1.ServerReflection.typeName,
  v1alpha.ServerReflection.typeName,
];

export interface Reflection {
  readonly v1: ServiceImpl<typeof v1.ServerReflection>;
  readonly v1alpha: ServiceImpl<typeof v1alpha.ServerReflection>;
}

/**
 * grpc.reflection over the files of these services and all that they import. The two versions differ only in
 * their package, so one implementation serves both.
 */
export function createReflection(services: readonly DescService[]): Reflection {
  // Errors carry these in google.protobuf.Any, so no service's file leads to them.
  const roots = [...services.map((service) => service.file), file_google_rpc_error_details];
  let made: Symbols | undefined;
  // For whoever asks first: most services are never asked.
  const symbols = () => {
    made ??= createSymbols(roots);
    return made;
  };
  const names = services.map((service) => service.typeName).sort();
  const serverReflectionInfo = <Q extends Question>(
    questions: AsyncIterable<Q>,
    { values }: HandlerContext,
  ) => converse(noted(questions, values), symbols, names);
  return { v1: { serverReflectionInfo }, v1alpha: { serverReflectionInfo } };
}

/** One stream: each question gets one answer, and a file goes out as a dependency only once. */
async function* converse<Q extends Question>(
  questions: AsyncIterable<Q>,
  symbols: () => Symbols,
  services: readonly string[],
) {
  const sent = new Set<string>();
  for await (const question of questions) {
    yield {
      validHost: question.host,
      originalRequest: question,
      messageResponse: answer(question.messageRequest, { symbols: symbols(), services, sent }),
    };
  }
}

interface Conversation {
  readonly symbols: Symbols;
  readonly services: readonly string[];
  /** Names of the files that the client has by now. */
  readonly sent: Set<string>;
}

function answer(asked: Question["messageRequest"], { symbols, services, sent }: Conversation) {
  switch (asked.case) {
    case "listServices":
      return {
        case: "listServicesResponse" as const,
        value: { service: services.map((name) => ({ name })) },
      };
    case "fileByFilename":
      return files(symbols.fileByName(asked.value), sent, `file ${JSON.stringify(asked.value)}`);
    case "fileContainingSymbol":
      return files(symbols.fileOfSymbol(asked.value), sent, `symbol ${JSON.stringify(asked.value)}`);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = asked.value;
      const what = `extension ${extensionNumber} of ${JSON.stringify(containingType)}`;
      return files(symbols.extensionsOf(containingType)?.get(extensionNumber), sent, what);
    }
    case "allExtensionNumbersOfType": {
      const extensions = symbols.extensionsOf(asked.value);
      if (extensions === undefined)
        return failure(Code.NotFound, `unknown message ${JSON.stringify(asked.value)}`);
      return {
        case: "allExtensionNumbersResponse" as const,
        value: { baseTypeName: asked.value, extensionNumber: [...extensions.keys()].sort((a, b) => a - b) },
      };
    }
    case undefined:
      return failure(Code.InvalidArgument, "message_request is missing");
    default:
      return asked satisfies never;
  }
}

function failure(errorCode: Code, errorMessage: string) {
  return { case: "errorResponse" as const, value: { errorCode, errorMessage } };
}

/** The file itself, whether or not the client has it, and those of its dependencies that it does not have. */
function files(file: DescFile | undefined, sent: Set<string>, what: string) {
  if (file === undefined) return failure(Code.NotFound, `unknown ${what}`);
  sent.delete(file.proto.name);
  const found: DescFile[] = [];
  const visit = (next: DescFile) => {
    if (sent.has(next.proto.name)) return;
    sent.add(next.proto.name);
    found.push(next);
    next.dependencies.forEach(visit);
  };
  visit(file);
  return {
    case: "fileDescriptorResponse" as const,
    value: { fileDescriptorProto: found.map(serialized) },
  };
}

const known = new WeakMap<DescFile, Uint8Array>();

/** A file as it goes out, made once: whoever asks may be anybody, and ask often. */
function serialized(file: DescFile): Uint8Array {
  const bytes = known.get(file) ?? toBinary(FileDescriptorProtoSchema, file.proto);
  known.set(file, bytes);
  return bytes;
}
