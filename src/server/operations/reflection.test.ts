import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { type Client, Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ServerReflection } from "../../../gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionAlpha } from "../../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { bufProgram } from "../../../test/support/buf.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

type Asked =
  NonNullable<Parameters<Client<typeof ServerReflection>["serverReflectionInfo"]>[0]> extends AsyncIterable<
    infer Q
  >
    ? Q extends { messageRequest?: infer M }
      ? NonNullable<M>
      : never
    : never;

const frontier = "raystack/frontier/v1beta1/frontier.proto";
const annotations = "google/api/annotations.proto";

describe("grpc.reflection", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startServer();
  });
  afterAll(() => fixture.server.close(0));

  /** Asks these questions on one stream; answers are error codes, lists of names, or numbers. */
  async function ask(...questions: Asked[]) {
    const client = createClient(ServerReflection, createGrpcTransport({ baseUrl: fixture.url }));
    const answers: unknown[] = [];
    async function* requests() {
      for (const messageRequest of questions) yield { host: "h", messageRequest };
    }
    for await (const { messageResponse, validHost } of client.serverReflectionInfo(requests())) {
      expect(validHost).toBe("h");
      const { case: what, value } = messageResponse;
      if (what === "errorResponse") answers.push(value.errorCode);
      if (what === "listServicesResponse") answers.push(value.service.map(({ name }) => name));
      if (what === "allExtensionNumbersResponse") answers.push(value.extensionNumber);
      if (what === "fileDescriptorResponse") {
        answers.push(
          value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name),
        );
      }
    }
    return answers;
  }
  const symbol = (value: string): Asked => ({ case: "fileContainingSymbol", value });

  it("lists the services, itself included", async () => {
    const [names] = await ask({ case: "listServices", value: "" });
    expect(names).toEqual([
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
      "raystack.frontier.v1beta1.FrontierService",
    ]);
  });

  it.each([
    ["a service", "raystack.frontier.v1beta1.FrontierService", frontier],
    ["a method", "raystack.frontier.v1beta1.FrontierService.GetBillingBalance", frontier],
    ["a message", "raystack.frontier.v1beta1.GetBillingBalanceRequest", frontier],
    [
      "a nested message",
      "raystack.frontier.v1beta1.BillingAccount.Balance",
      "raystack/frontier/v1beta1/models.proto",
    ],
    ["a field", "raystack.frontier.v1beta1.GetBillingBalanceRequest.id", frontier],
    [
      "a oneof",
      "grpc.reflection.v1.ServerReflectionRequest.message_request",
      "grpc/reflection/v1/reflection.proto",
    ],
    ["an enum", "grpc.health.v1.HealthCheckResponse.ServingStatus", "health/v1/health.proto"],
    ["an enum value", "grpc.health.v1.HealthCheckResponse.SERVING", "health/v1/health.proto"],
    ["an extension", "google.api.http", annotations],
  ])("finds the file of %s", async (_what, name, file) => {
    const [names] = await ask(symbol(name));
    expect(names).toEqual(expect.arrayContaining([file]));
    expect((names as string[])[0]).toBe(file);
  });

  it("sends each dependency once a stream", async () => {
    const [first, again, dependency] = (await ask(
      { case: "fileByFilename", value: frontier },
      { case: "fileByFilename", value: frontier },
      { case: "fileByFilename", value: annotations },
    )) as string[][];
    expect(first).toEqual(expect.arrayContaining([annotations, "google/protobuf/descriptor.proto"]));
    expect(new Set(first).size).toBe(first?.length);
    expect(again).toEqual([frontier]);
    expect(dependency).toEqual([annotations]);
  });

  it("finds extensions by number", async () => {
    const containingType = "google.protobuf.MethodOptions";
    const [file, numbers, none] = await ask(
      { case: "fileContainingExtension", value: { containingType, extensionNumber: 72295728 } } as Asked,
      { case: "allExtensionNumbersOfType", value: containingType },
      { case: "allExtensionNumbersOfType", value: "raystack.frontier.v1beta1.BillingAccount" },
    );
    expect(file).toContain(annotations);
    expect(numbers).toContain(72295728);
    expect(none).toEqual([]);
  });

  it("answers what it does not know with an error, and goes on", async () => {
    const answers = await ask(
      symbol("a.B"),
      { case: "fileByFilename", value: "../../etc/passwd" },
      { case: "fileContainingExtension", value: { containingType: "a.B", extensionNumber: 1 } } as Asked,
      { case: "allExtensionNumbersOfType", value: "a.B" },
      { case: undefined } as Asked,
      symbol("google.api.http"),
    );
    expect(answers.slice(0, 5)).toEqual([5, 5, 5, 5, Code.InvalidArgument]);
    expect(answers[5]).toContain(annotations);
  });

  it("speaks v1alpha, and echoes the question", async () => {
    const client = createClient(ServerReflectionAlpha, createGrpcTransport({ baseUrl: fixture.url }));
    const messageRequest = {
      case: "fileContainingExtension" as const,
      value: { containingType: "google.protobuf.MethodOptions", extensionNumber: 72295728 },
    };
    async function* requests() {
      yield { messageRequest };
    }
    for await (const answer of client.serverReflectionInfo(requests())) {
      expect(answer.originalRequest?.messageRequest).toMatchObject(messageRequest);
      expect(answer.messageResponse.case).toBe("fileDescriptorResponse");
    }
  });

  it.each(["grpc", "grpcweb", "connect"])("lets buf curl call over %s without a schema", async (protocol) => {
    const method = `${fixture.url}/raystack.frontier.v1beta1.FrontierService/GetBillingBalance`;
    const flags = ["curl", "--http2-prior-knowledge", "--protocol", protocol, "-d", '{"id":"x"}'];
    const { stdout } = await promisify(execFile)(bufProgram, [...flags, method]);
    expect(JSON.parse(stdout)).toEqual({ balance: { amount: "9007199254740993", currency: "x" } });
  });
});
