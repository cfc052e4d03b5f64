import http2 from "node:http2";
import { text } from "node:stream/consumers";
import v8 from "node:v8";
import vm from "node:vm";
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import {
  FrontierService,
  GetBillingBalanceRequestSchema,
} from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { until } from "../../../test/support/until.ts";
import { prefixBytes } from "../grpc/frame.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

const mebibyte = 1024 * 1024;
const bodies = 12;

/** A large body may take half of what its connection may keep. */
let fixture: Fixture;
beforeAll(async () => {
  const limits = { unfinishedBytesPerConnectionMax: 4 * mebibyte, drainMsMax: 600_000 };
  fixture = await startServer({ limits });
});
afterAll(() => fixture.server.close(0));

it.each([
  ["application/grpc", framed, binary],
  ["application/grpc+json", framed, json],
  ["application/grpc-web+proto", framed, binary],
  ["application/json", bare, json],
])("neither keeps nor counts what came of refused bodies of %s that go on", async (type, wrap, write) => {
  const session = http2.connect(fixture.url);
  try {
    const before = await keptBytes();
    const begun = wrap(write("x".repeat(3 * mebibyte))).subarray(0, -1);
    const open = () => session.request({ ...call, "content-type": type });
    for (let sent = 0; sent < bodies; sent += 1)
      await new Promise((taken) => open().on("error", ignore).write(begun, taken));
    await until(async () => (await keptBytes()) - before < (bodies * mebibyte) / 2);
    const whole = open();
    whole.end(wrap(write("y".repeat(mebibyte))));
    expect((await text(whole)).slice(0, 500)).toContain("yyy");
  } finally {
    session.destroy();
  }
});

const call = {
  ":method": "POST",
  ":path": `/${FrontierService.typeName}/${FrontierService.method.getBillingBalance.name}`,
  te: "trailers",
};

/** Garbage is not kept. */
async function keptBytes(): Promise<number> {
  v8.setFlagsFromString("--expose-gc");
  await vm.runInNewContext("gc")({ execution: "async" });
  return process.memoryUsage().arrayBuffers;
}

function binary(id: string): Uint8Array {
  return toBinary(GetBillingBalanceRequestSchema, create(GetBillingBalanceRequestSchema, { id }));
}

function json(id: string): Uint8Array {
  const message = create(GetBillingBalanceRequestSchema, { id });
  return Buffer.from(toJsonString(GetBillingBalanceRequestSchema, message));
}

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

function bare(message: Uint8Array): Buffer {
  return Buffer.from(message);
}

function ignore(): void {}
