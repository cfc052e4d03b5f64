import {
  type ConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type MethodImplSpec,
} from "@connectrpc/connect";

/** Is told of an implementation, and of the most bytes of its requests where they have a bound of their own. */
export type Note = (spec: MethodImplSpec, requestBytesMax: number | undefined) => void;

/** A router that passes everything on to another, which does not give back the implementations that it was given. */
export function recording(target: ConnectRouter, note: Note): ConnectRouter {
  const router: ConnectRouter = {
    handlers: target.handlers,
    service(desc, implementation, options) {
      target.service(desc, implementation, options);
      const { methods } = createServiceImplSpec(desc, implementation);
      for (const spec of Object.values(methods)) note(spec, options?.readMaxBytes);
      return router;
    },
    rpc(desc, implementation, options) {
      target.rpc(desc, implementation, options);
      note(createMethodImplSpec(desc, implementation), options?.readMaxBytes);
      return router;
    },
  };
  return router;
}
