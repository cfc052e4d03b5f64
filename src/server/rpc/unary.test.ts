import { create } from "@bufbuild/protobuf";
import type { HandlerContext, Interceptor, ServiceImpl, UnaryRequest } from "@connectrpc/connect";
import { Code, ConnectError, createContextValues, createServiceImplSpec } from "@connectrpc/connect";
import type { GetBillingBalanceRequest } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import {
  FrontierService,
  GetBillingBalanceRequestSchema,
} from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { CallContext, type CallHead } from "./call-context.ts";
import { createUnaryInvoker } from "./unary.ts";

type Implementation = (
  request: GetBillingBalanceRequest,
  context: HandlerContext,
) => Promise<object> | object;

function createSpec(implementation?: Implementation) {
  const implementations: Partial<ServiceImpl<typeof FrontierService>> = implementation
    ? { getBillingBalance: implementation }
    : {};
  const service = createServiceImplSpec(FrontierService, implementations);
  const spec = service.methods["getBillingBalance"];
  if (spec?.kind !== "unary") throw new Error("the method is unary");
  return spec;
}

function createInvoker(implementation?: Implementation, interceptors: Interceptor[] = []) {
  return createUnaryInvoker(createSpec(implementation), interceptors);
}

const request = create(GetBillingBalanceRequestSchema, { id: "b1" });

function createContext(overrides: Partial<CallHead> = {}): CallContext {
  return new CallContext(FrontierService.method.getBillingBalance, {
    protocolName: "rest",
    requestMethod: "GET",
    url: "http://localhost/b1",
    header: new Headers({ "x-test": "1" }),
    values: createContextValues(),
    ...overrides,
  });
}

const hang = () => new Promise<object>(() => {});

describe("createUnaryInvoker", () => {
  it("hands over what the protocol knows and gives back what the implementation answers", async () => {
    const invoke = createInvoker((message, context) => {
      expect(context).toMatchObject({
        protocolName: "rest",
        requestMethod: "GET",
        url: "http://localhost/b1",
      });
      expect(context.service).toBe(FrontierService);
      expect(context.method).toBe(FrontierService.method.getBillingBalance);
      expect(context.timeoutMs()).toBeUndefined();
      context.responseHeader.set("x-header", context.requestHeader.get("x-test") ?? "");
      context.responseTrailer.set("x-trailer", "2");
      return { balance: { amount: 5n, currency: message.id } };
    });
    const result = await invoke(request, createContext());
    expect(result.message).toMatchObject({ balance: { amount: 5n, currency: "b1" } });
    expect([result.header.get("x-header"), result.trailer.get("x-trailer")]).toEqual(["1", "2"]);
  });

  it("goes through the interceptors, the first of them outermost", async () => {
    const order: string[] = [];
    const named =
      (name: string): Interceptor =>
      (next) =>
      async (call) => {
        order.push(`${name} ${(call as UnaryRequest).method.name}`);
        const response = await next(call);
        response.header.append("x-order", name);
        return response;
      };
    const invoke = createInvoker(() => ({}), [named("outer"), named("inner")]);
    const { header } = await invoke(request, createContext());
    expect([...order, header.get("x-order")]).toEqual([
      "outer GetBillingBalance",
      "inner GetBillingBalance",
      "inner, outer",
    ]);
  });

  it("rejects with the error of the implementation", async () => {
    const error = new ConnectError("no", Code.NotFound);
    await expect(createInvoker(() => Promise.reject(error))(request, createContext())).rejects.toBe(error);
  });

  it("says that a method is not implemented", async () => {
    await expect(createInvoker()(request, createContext())).rejects.toMatchObject({
      code: Code.Unimplemented,
    });
  });

  it("begins no call whose time was over before the process came to it", async () => {
    const implementation = jest.fn(() => ({}));
    const context = createContext({ timeoutMs: 1 });
    while (context.timeoutMs() !== 0);
    await expect(createInvoker(implementation)(request, context)).rejects.toMatchObject({
      code: Code.DeadlineExceeded,
    });
    expect(implementation).not.toHaveBeenCalled();
  });

  it("keeps the deadline even if the implementation hangs", async () => {
    const signals: AbortSignal[] = [];
    const invoke = createInvoker((_message, context) => {
      signals.push(context.signal);
      return hang();
    });
    await expect(invoke(request, createContext({ timeoutMs: 20 }))).rejects.toMatchObject({
      code: Code.DeadlineExceeded,
    });
    expect(signals[0]?.aborted).toBe(true);
  });

  it("stops waiting when the call is aborted", async () => {
    const gone = new ConnectError("the caller is gone", Code.Canceled);
    const context = createContext();
    const invoke = createInvoker(() => {
      context.abort(gone);
      return hang();
    });
    await expect(invoke(request, context)).rejects.toBe(gone);
  });

  it("rejects with the error of a call that was aborted before, without calling", async () => {
    const error = new ConnectError("the server stops", Code.Unavailable);
    const implementation = jest.fn(hang);
    const context = createContext();
    context.abort(error);
    await expect(createInvoker(implementation)(request, context)).rejects.toBe(error);
    expect(implementation).not.toHaveBeenCalled();
  });

  it("aborts the signal of a call that is over, so that what it left behind stops", async () => {
    const signals: AbortSignal[] = [];
    const invoke = createInvoker((_message, context) => {
      signals.push(context.signal);
      return {};
    });
    await invoke(request, createContext());
    expect(signals[0]?.aborted).toBe(true);
  });
});
