import { Code } from "@connectrpc/connect";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { basic, startService, type TestService } from "../support/service.ts";
import { type Protocol, protocols } from "./protocols.ts";

const { getBillingBalance } = FrontierService.method;

let service: TestService;
let url: string;
beforeAll(async () => {
  service = await startService();
  ({ url } = await service.another({ limits: { waitingBytesPerAddressMax: 20_000 } }));
});
afterAll(() => service.stop());

function send(name: string, authorization: string, to = url) {
  const { encoding, send } = protocols[name] as Protocol;
  const body = encoding === "json" ? Buffer.from("{}") : new Uint8Array();
  return send({ url: to, method: getBillingBalance, body, header: { authorization } });
}

const tooMany = { code: Code.ResourceExhausted, reason: "OVERLOADED" };

// No time passes: no round of the service is so long that a request waits for the next, which counts, and none has to be looked up again.
beforeEach(() => {
  jest.spyOn(performance, "now").mockReturnValue(Math.round(performance.now()));
});
afterEach(() => jest.restoreAllMocks());

it("counts nothing of a request without a body, and all that may wait, however large each may become", async () => {
  const { reader, orgId } = await service.tenant();
  const { url: small } = await service.another({ limits: { waitingBytesPerAddressMax: 10 } });
  const answer = await fetch(`${small}/tallystick/v1/organizations/${orgId}`, {
    headers: { authorization: basic(reader) },
  });
  expect(answer.status).toBe(200);
  const { url: large } = await service.another({ limits: { waitingBytesPerAddressMax: 65_535 } });
  expect((await send("gRPC", basic(reader), large)).reason).not.toBe(tooMany.reason);
});

it("counts what may arrive of a request while its caller is looked up, and not once that is known", async () => {
  const { reader } = await service.tenant();
  // gRPC does not say how long its messages are, so it counts with as much as its client may send.
  expect(await send("gRPC", basic(reader))).toMatchObject(tooMany);
  expect(await send("gRPC", basic({ ...reader, clientSecret: "wrong" }))).toMatchObject(tooMany);
  for (let call = 0; call < 20; call += 1) {
    const wrong = basic({ clientId: "nobody", clientSecret: `wrong-${call}` });
    expect((await send("Connect JSON", wrong)).reason).not.toBe(tooMany.reason);
  }
  expect((await send("Connect JSON", basic(reader))).reason).not.toBe(tooMany.reason);
  expect((await send("gRPC", basic(reader))).reason).not.toBe(tooMany.reason);
});
