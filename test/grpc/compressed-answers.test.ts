import zlib from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  ServerReflection,
  ServerReflectionRequestSchema,
} from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { answerOf, currencyIn, frame, request } from "./raw-client.ts";
import { paths, startGrpc } from "./server.ts";

const long = "x".repeat(50_000);

describe.each(paths)("an answer on $name", ({ thinGrpc }) => {
  it.each([
    ["gzip", zlib.gunzipSync],
    ["br", zlib.brotliDecompressSync],
  ] as const)("is compressed with %s for those who take it", async (encoding, decompress) => {
    const world = await startGrpc({ thinGrpc });
    const headers = { "grpc-accept-encoding": encoding };
    const { header, body } = await world.client.call({ headers, chunks: [frame(request(long))] });
    expect(header["grpc-encoding"]).toBe(encoding);
    expect(body[0]).toBe(1);
    expect(currencyIn(decompress(body.subarray(5)))).toBe(long);

    const short = await world.client.call({ headers });
    expect(short.body[0]).toBe(0);
    await world.stop();
  });

  it("of a service that is open to everybody is never compressed", async () => {
    const world = await startGrpc({ thinGrpc });
    const asked = create(ServerReflectionRequestSchema, {
      messageRequest: { case: "fileContainingSymbol", value: FrontierService.typeName },
    });
    for (const encoding of ["gzip", "br"]) {
      const stream = world.client.open({
        headers: {
          ":path": `/${ServerReflection.typeName}/ServerReflectionInfo`,
          "grpc-accept-encoding": encoding,
        },
        chunks: [frame(toBinary(ServerReflectionRequestSchema, asked))],
      });
      const { header, body, fields } = await answerOf(stream);
      expect(fields["grpc-status"]).toBe("0");
      expect(header["grpc-encoding"]).toBeUndefined();
      expect(body[0]).toBe(0);
      expect(body.length).toBeGreaterThan(1_024);
    }
    await world.stop();
  });
});
