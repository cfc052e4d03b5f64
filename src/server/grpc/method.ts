import type { DescMethodUnary } from "@bufbuild/protobuf";
import type { ConnectRouter, Interceptor } from "@connectrpc/connect";
import { createMethodSerializationLookup, createMethodUrl } from "@connectrpc/connect/protocol";
import { recording } from "../connect/recording.ts";
import type { Limits } from "../limits.ts";
import { createBinaryCheck } from "../requests/binary-structure.ts";
import { createUnaryInvoker, type UnaryInvoker, type UnarySpec } from "../rpc/unary.ts";
import { createDecoder, type Parse } from "./decoder/decoder.ts";
import { createEncoder, type Encoder } from "./encoder/encoder.ts";

/** A unary method, as the thin path calls it. */
export interface Method {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly desc: DescMethodUnary;
  /** Most bytes of a request. */
  readonly requestBytesMax: number;
  readonly parse: Parse;
  readonly encode: Encoder;
  readonly invoke: UnaryInvoker;
}

/** A router that passes everything on to another, and the unary methods that it was told of, by their paths. */
export interface MethodRecorder {
  readonly router: ConnectRouter;
  readonly methods: ReadonlyMap<string, Method>;
}

export function recordMethods(
  target: ConnectRouter,
  interceptors: readonly Interceptor[],
  limits: Limits,
): MethodRecorder {
  const methods = new Map<string, Method>();
  const router = recording(target, (spec, requestBytesMax = limits.requestBytesMax) => {
    if (spec.kind !== "unary") return;
    const method = methodOf(spec, interceptors, { ...limits, requestBytesMax });
    methods.set(method.path, method);
  });
  return { router, methods };
}

function methodOf(spec: UnarySpec, interceptors: readonly Interceptor[], limits: Limits): Method {
  const serialization = createMethodSerializationLookup(spec.method, undefined, undefined, {
    readMaxBytes: limits.requestBytesMax,
    writeMaxBytes: limits.responseBytesMax,
  });
  const check = createBinaryCheck(spec.method.input);
  const decode = createDecoder(spec.method.input, serialization.getI(true).parse);
  return {
    path: createMethodUrl("/", spec.method),
    desc: spec.method,
    requestBytesMax: limits.requestBytesMax,
    parse(bytes) {
      check(bytes);
      return decode(bytes);
    },
    encode: createEncoder(spec.method.output, {
      messageBytesMax: limits.responseBytesMax,
      serialize: serialization.getO(true).serialize,
    }),
    invoke: createUnaryInvoker(spec, interceptors),
  };
}
