import { type JsonValue, type MessageShape, toJson } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  BatchCreateTransfersResponseSchema,
  LedgerService,
  OveragePolicy,
  type Receipt,
  ReceiptSchema,
  TransferKind,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { basic, type TestCredential } from "../support/service.ts";
import type { Random } from "./random.ts";

export type LedgerClient = Client<typeof LedgerService>;

/** A client over gRPC, on a connection of its own. */
export function grpcClient(url: string, credential: TestCredential): LedgerClient {
  const transport = createGrpcTransport({
    baseUrl: url,
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", basic(credential));
        return next(request);
      },
    ],
  });
  return createClient(LedgerService, transport);
}

/** What a call answered. */
export interface Answer {
  /** All of it, but for whether it is a replay. */
  readonly content: JsonValue;
  readonly isReplay: boolean;
  readonly receipts: readonly Receipt[];
}

/** A change with a key, which can be asked for again and again. */
export interface Call {
  readonly name: string;
  readonly key: string;
  send(client: LedgerClient, timeoutMs: number): Promise<Answer>;
}

/** Makes random calls of all kinds on few accounts; what is refunded, captured and so on is what was answered before. */
export class Caller {
  private readonly holds: string[] = [];
  private readonly charges: string[] = [];
  private calls = 0;

  constructor(
    private readonly organization: string,
    private readonly customers: readonly string[],
    private readonly random: Random,
    private readonly prefix: string,
  ) {}

  /** Takes note of what an answer brought into being. */
  learn({ receipts }: Answer): void {
    for (const { hold, transfer } of receipts) {
      if (hold !== undefined && transfer === undefined) this.holds.push(hold.id);
      if (transfer?.kind === TransferKind.CHARGE || transfer?.kind === TransferKind.CAPTURE)
        this.charges.push(transfer.id);
    }
  }

  next(): Call {
    this.calls += 1;
    const { random, organization } = this;
    const key = `${this.prefix}-${this.calls}`;
    const customer = random.pick(this.customers) ?? "";
    const amount = String(1 + random.below(40));
    const at = { organization, key, customer, currency: "VC", amount };
    const hold = random.pick(this.holds.slice(-12));
    const charge = random.pick(this.charges.slice(-12));
    const dice = random.below(20);
    if (dice < 4) return transfer("credit", { ...at, kind: TransferKind.CREDIT });
    if (dice < 7) return transfer("charge", { ...at, kind: TransferKind.CHARGE });
    if (dice < 8) {
      const signed = random.below(2) === 0 ? amount : `-${amount}`;
      return transfer("adjustment", { ...at, kind: TransferKind.ADJUSTMENT, amount: signed });
    }
    if (dice < 9) {
      const toCustomer = this.customers.find((other) => other !== customer) ?? "";
      return transfer("transfer", { ...at, kind: TransferKind.TRANSFER, toCustomer });
    }
    if (dice < 10) return batch(organization, key, at);
    if (dice < 12 && charge !== undefined) {
      const part = random.below(3) === 0 ? "" : String(1 + random.below(10));
      const request = { organization, key, transfer: charge, amount: part };
      return call("refund", key, async (client, options) => client.refundTransfer(request, options));
    }
    if (dice < 15 || hold === undefined) {
      const request = { ...at, ttl: { seconds: random.below(3) === 0 ? 1n : 3_600n } };
      return call("hold", key, async (client, options) => client.createHold(request, options));
    }
    const on = { organization, key, hold };
    if (dice < 18) {
      const overage = random.pick([
        OveragePolicy.REJECT,
        OveragePolicy.CAP,
        OveragePolicy.ALLOW_DEBT,
      ] as const);
      const part = random.below(3) === 0 ? "" : String(1 + random.below(20));
      const request = {
        ...on,
        amount: part,
        final: random.below(3) === 0,
        overage: overage ?? OveragePolicy.REJECT,
      };
      return call("capture", key, async (client, options) => client.captureHold(request, options));
    }
    if (dice < 19) return call("release", key, async (client, options) => client.releaseHold(on, options));
    const request = { ...on, ttl: { seconds: 1n + BigInt(random.below(100)) } };
    return call("extend", key, async (client, options) => client.extendHold(request, options));
  }
}

type Options = { readonly timeoutMs: number };
type Send = (client: LedgerClient, options: Options) => Promise<{ receipt?: Receipt | undefined }>;

function call(name: string, key: string, send: Send): Call {
  return {
    name,
    key,
    async send(client, timeoutMs) {
      const { receipt } = await send(client, { timeoutMs });
      if (receipt === undefined) throw new Error("an answer without a receipt");
      return {
        content: withoutReplay(toJson(ReceiptSchema, receipt)),
        isReplay: receipt.replay,
        receipts: [receipt],
      };
    },
  };
}

function transfer(name: string, request: Parameters<LedgerClient["createTransfer"]>[0]): Call {
  return call(name, request.key ?? "", (client, options) => client.createTransfer(request, options));
}

/** A credit and a charge of the same customer, as one. */
function batch(
  organization: string,
  key: string,
  of: { customer: string; currency: string; amount: string },
): Call {
  const { customer, currency, amount } = of;
  const at = { customer, currency, amount };
  const requests = [
    { ...at, key: `${key}/credit`, kind: TransferKind.CREDIT },
    { ...at, key: `${key}/charge`, kind: TransferKind.CHARGE },
  ];
  return {
    name: "batch",
    key,
    async send(client, timeoutMs) {
      const response = await client.batchCreateTransfers(
        { organization, requests, atomic: true },
        { timeoutMs },
      );
      const receipts = receiptsOf(response);
      const content = withoutReplay(toJson(BatchCreateTransfersResponseSchema, response));
      return { content, isReplay: receipts.every(({ replay }) => replay), receipts };
    },
  };
}

function receiptsOf({ results }: MessageShape<typeof BatchCreateTransfersResponseSchema>): Receipt[] {
  return results.flatMap(({ result }) => (result.case === "receipt" ? [result.value] : []));
}

function withoutReplay(json: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(json, (name, value) => (name === "replay" ? undefined : value)));
}
