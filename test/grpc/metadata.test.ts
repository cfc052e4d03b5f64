import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { currencyIn, errorOf, messageIn, path } from "./raw-client.ts";
import { echo, type GrpcWorld, paths, startGrpc } from "./server.ts";

const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each(paths)("metadata on $name", ({ thinGrpc }) => {
  const named =
    (name: string): Interceptor =>
    (next) =>
    async (request) => {
      request.header.append("x-passed", name);
      const response = await next(request.header.has("x-copied") ? { ...request } : request);
      response.header.append("x-order", name);
      response.trailer.set(`x-${name}`, "1");
      return response;
    };
  let world: GrpcWorld;
  beforeAll(async () => {
    world = await startGrpc({ thinGrpc, interceptors: [named("outer"), named("inner")] });
  });
  beforeEach(() => world.implement(echo));
  afterAll(() => world.stop());

  it.each([{}, { "x-copied": "1" }])("goes through the interceptors, with %j", async (headers) => {
    world.implement((_request, { requestHeader, signal, values }) => {
      expect(signal).toMatchObject({ aborted: false });
      expect(values).toHaveProperty("get");
      return requestHeader.get("x-passed") ?? "";
    });
    const answer = await world.client.call({ headers });
    expect(currencyIn(messageIn(answer))).toBe("outer, inner");
    expect(answer.header["x-order"]).toBe("inner, outer");
    expect(answer.fields).toMatchObject({ "x-inner": "1", "x-outer": "1", "grpc-status": "0" });
  });

  it("says all about the call to the implementation", async () => {
    let requestHeader: Headers | undefined;
    world.implement((_request, context) => {
      ({ requestHeader } = context);
      expect(context).toMatchObject({
        protocolName: "grpc",
        requestMethod: "POST",
        url: `${world.url}${path}`,
        service: FrontierService,
        method: FrontierService.method.getBillingBalance,
      });
      expect(context.timeoutMs()).toBeUndefined();
      return "";
    });
    const headers = { "x-text": "a b", "x-two": ["1", "2"], "x-data-bin": "AQID", "x-request-id": "r 1" };
    const answer = await world.client.call({ headers });
    expect(errorOf(answer)).toBeUndefined();
    expect(Object.fromEntries(requestHeader ?? [])).toEqual({
      "content-type": "application/grpc",
      te: "trailers",
      "x-text": "a b",
      "x-two": "1, 2",
      "x-data-bin": "AQID",
      "x-request-id": expect.stringMatching(uuidv7),
      "x-passed": "outer, inner",
    });
    expect(answer.header["x-request-id"]).toBe(requestHeader?.get("x-request-id"));
  });

  it("carries the caller's request id, also in the answer of a call that fails", async () => {
    const headers = { "x-request-id": "order-17/2" };
    expect(await world.client.call({ headers })).toMatchObject({ header: headers });
    world.implement(() => {
      throw new ConnectError("no", Code.NotFound);
    });
    expect(await world.client.call({ headers })).toMatchObject({ fields: headers });
  });

  it("comes back as the implementation set it", async () => {
    world.implement((_request, { responseHeader, responseTrailer }) => {
      responseHeader.set("x-text", "a b");
      responseHeader.append("set-cookie", "a=1");
      responseHeader.append("set-cookie", "b=2");
      responseTrailer.set("x-data-bin", "AQID");
      responseTrailer.append("x-two", "1");
      responseTrailer.append("x-two", "2");
      return "";
    });
    const { header, fields } = await world.client.call();
    expect(header).toMatchObject({
      "content-type": "application/grpc+proto",
      "x-text": "a b",
      "set-cookie": "a=1,b=2",
    });
    expect(fields).toMatchObject({ "x-data-bin": "AQID", "x-two": "1, 2", "grpc-status": "0" });
    expect(header).not.toHaveProperty("x-two");
  });

  it("tells of an error: code, words, details and its own metadata", async () => {
    const words = "50% of ünïcode, \n and ✓";
    world.implement((_request, { responseHeader, responseTrailer }) => {
      responseHeader.set("x-header", "1");
      responseTrailer.set("x-trailer", "2");
      const info = {
        desc: ErrorInfoSchema,
        value: { reason: "BECAUSE", domain: "test", metadata: { a: "b" } },
      };
      throw new ConnectError(words, Code.FailedPrecondition, { "x-own": "3", "x-own-bin": "AQID" }, [info]);
    });
    const answer = await world.client.call();
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0), rstCode: 0 });
    expect(answer.fields).toMatchObject({
      "content-type": "application/grpc+proto",
      "grpc-status": String(Code.FailedPrecondition),
      "grpc-message": "50%25 of %C3%BCn%C3%AFcode, %0A and %E2%9C%93",
      "x-header": "1",
      "x-trailer": "2",
      "x-own": "3",
      "x-own-bin": "AQID",
    });
    const error = errorOf(answer);
    expect(error).toMatchObject({ code: Code.FailedPrecondition, rawMessage: words });
    expect(error?.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "BECAUSE", metadata: { a: "b" } }]);
  });

  it.each([
    ["  two before and three after   ", "%20%20two before and three after%20%20%20"],
    [" ", "%20"],
    ["\t\ntest with whitespace\r\nand more\t\n", "%09%0Atest with whitespace%0D%0Aand more%09%0A"],
  ])("keeps the spaces of the words %j", async (words, escaped) => {
    world.implement(() => Promise.reject(new ConnectError(words, Code.Aborted)));
    const answer = await world.client.call();
    expect(answer.fields).toMatchObject({ "grpc-message": escaped });
    expect(errorOf(answer)?.rawMessage).toBe(words);
  });

  it("tells of an error without details by its code and words alone", async () => {
    world.implement(() => Promise.reject(new ConnectError("no", Code.Aborted)));
    const { fields } = await world.client.call();
    expect(fields).toMatchObject({ "grpc-status": String(Code.Aborted), "grpc-message": "no" });
    expect(fields).not.toHaveProperty("grpc-status-details-bin");
  });

  it.each<[string, () => string]>([
    [
      "a bug",
      () => {
        throw new Error("the secret");
      },
    ],
    [
      "what is no error at all",
      () => {
        throw "the secret";
      },
    ],
  ])("tells nothing of %s", async (_, implementation) => {
    world.implement(implementation);
    const answer = await world.client.call({ headers: { "x-request-id": "request-1" } });
    const error = errorOf(answer);
    expect(error).toMatchObject({
      code: Code.Internal,
      rawMessage: "internal error; request id request-1",
    });
    expect(error?.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: "INTERNAL", domain: "tallystick", metadata: { request_id: "request-1" } },
    ]);
  });
});
