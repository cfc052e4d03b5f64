import type { DescMethodUnary, Message } from "@bufbuild/protobuf";
import {
  type ConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type Interceptor,
  type MethodImplSpec,
} from "@connectrpc/connect";
import {
  createMethodSerializationLookup,
  createMethodUrl,
  type Serialization,
} from "@connectrpc/connect/protocol";
import { refuseForbiddenKeys } from "../forbidden-key.ts";
import type { Limits } from "../limits.ts";
import { type ContextInvoker, createContextInvoker, type UnarySpec } from "../unary.ts";
import { createEncoder, type Encoder } from "./encoder/encoder.ts";

/** A unary method, as the thin path calls it. */
export interface Method {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly desc: DescMethodUnary;
  readonly parse: Serialization<Message>["parse"];
  readonly encode: Encoder;
  readonly invoke: ContextInvoker;
}

/** A router that passes everything on to another, and what it was told of unary methods, by their paths. */
export interface MethodRecorder {
  readonly router: ConnectRouter;
  readonly methods: ReadonlyMap<string, Method>;
}

/** Connect's own router does not give back the implementations it was given, so they are noted on the way. */
export function recordMethods(
  target: ConnectRouter,
  interceptors: readonly Interceptor[],
  limits: Limits,
): MethodRecorder {
  const methods = new Map<string, Method>();
  const note = (spec: MethodImplSpec) => {
    if (spec.kind !== "unary") return;
    const method = methodOf(spec, interceptors, limits);
    methods.set(method.path, method);
  };
  const router: ConnectRouter = {
    handlers: target.handlers,
    service(desc, implementation, options) {
      target.service(desc, implementation, options);
      for (const spec of Object.values(createServiceImplSpec(desc, implementation).methods)) note(spec);
      return router;
    },
    rpc(desc, implementation, options) {
      target.rpc(desc, implementation, options);
      note(createMethodImplSpec(desc, implementation));
      return router;
    },
  };
  return { router, methods };
}

function methodOf(spec: UnarySpec, interceptors: readonly Interceptor[], limits: Limits): Method {
  const serialization = createMethodSerializationLookup(spec.method, undefined, undefined, {
    readMaxBytes: limits.requestBytesMax,
    writeMaxBytes: limits.responseBytesMax,
  });
  const { parse } = serialization.getI(true);
  return {
    path: createMethodUrl("/", spec.method),
    desc: spec.method,
    parse(bytes) {
      refuseForbiddenKeys(spec.method.input, bytes);
      return parse(bytes);
    },
    encode: createEncoder(spec.method.output, {
      messageBytesMax: limits.responseBytesMax,
      serialize: serialization.getO(true).serialize,
    }),
    invoke: createContextInvoker(spec, interceptors),
  };
}
