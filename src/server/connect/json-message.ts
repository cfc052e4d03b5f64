import { create, createRegistry, type DescMethod } from "@bufbuild/protobuf";
import { type ContextValues, createContextKey, type Interceptor } from "@connectrpc/connect";
import { type AnyRequest, errorInterceptor } from "../../errors/error-interceptor.ts";
import { inCallersWords, tellAnswerInCallersWords } from "../json/callers-words.ts";
import { jsonDialectOf } from "../json/dialect.ts";
import { parseJson } from "../json/parse.ts";
import { readMessage } from "../json/read.ts";
import { decodeUtf8, encodeUtf8 } from "../json/utf8.ts";
import { writeMessage } from "../json/write.ts";
import type { WriteOptions } from "../json/write-options.ts";
import type { Names } from "../json/written.ts";
import { Violations } from "../requests/violations.ts";

const writtenKey = createContextKey<{ readonly text: string; readonly names: Names } | undefined>(undefined, {
  description: "the JSON of the request, as its caller wrote it",
});

/** As Connect reads it with the least to look up. */
const forConnect: WriteOptions = {
  registry: createRegistry(),
  names: "json",
  unsetFields: "omitted",
  decimals: "text",
  enums: "numbers",
  times: "text",
};

/** Reads the JSON of one message, and notes with the call how it was written. */
export type JsonReader = (bytes: Uint8Array, values: ContextValues) => Uint8Array;

/**
 * Reads the JSON of an RPC as the REST gateway does, and writes it again for Connect, which by itself rounds numbers, leaves
 * out fields that it does not know, and says of others less than is known.
 *
 * @throws ConnectError MALFORMED_BODY, MALFORMED_JSON, BODY_TOO_LARGE, or INVALID_FIELDS with every value that does not fit.
 */
export function createJsonReader({ input, parent }: DescMethod): JsonReader {
  const { names, unknownFields } = jsonDialectOf(parent);
  return (bytes, values) => {
    const text = decodeUtf8(bytes, "the message");
    values.set(writtenKey, { text, names });
    const message = create(input);
    const violations = new Violations();
    readMessage({ desc: input, message }, parseJson(text), { unknownFields, violations });
    violations.throwIfAny();
    return encodeUtf8(JSON.stringify(writeMessage(input, message, forConnect)));
  };
}

/** Lets errors, and answers that hold some, name fields as the caller wrote them, where that was in JSON. */
export const tellInCallersWords: Interceptor = (next) =>
  tellErrors(async (request) => {
    const response = await next(request);
    const written = writtenBy(request);
    if (written !== undefined && !response.stream)
      tellAnswerInCallersWords(request.method.output, response.message, written);
    return response;
  });

const tellErrors = errorInterceptor((request) => (error) => {
  const written = writtenBy(request);
  return written === undefined ? error : inCallersWords(error, written);
});

function writtenBy({ method, contextValues }: Pick<AnyRequest, "method" | "contextValues">) {
  const noted = contextValues.get(writtenKey);
  return noted && { names: noted.names, query: "", body: noted.text, input: method.input };
}
