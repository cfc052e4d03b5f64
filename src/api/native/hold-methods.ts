import type { Duration } from "@bufbuild/protobuf/wkt";
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { type LedgerService, OveragePolicy as OverageMessage } from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { App } from "../../app.ts";
import type { HoldChange, OveragePolicy } from "../../domain/command.ts";
import type { Currency } from "../../domain/currency.ts";
import type { Hold } from "../../domain/hold.ts";
import { operationId } from "../../domain/operation-id.ts";
import { notFound } from "../../domain/refusal.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { accountHolder } from "./customer-name.ts";
import { keptCurrency } from "./ledger/kept-currency.ts";
import { holdMessage, receiptMessage } from "./ledger/messages.ts";
import { submitOne } from "./ledger/submit.ts";

type Methods = "createHold" | "captureHold" | "releaseHold" | "extendHold" | "getHold";

const ttlMsDefault = 15 * 60_000;
const ttlMsMax = 366 * 24 * 3_600_000;

const overagePolicies: Partial<Record<OverageMessage, OveragePolicy>> = {
  [OverageMessage.UNSPECIFIED]: "reject",
  [OverageMessage.REJECT]: "reject",
  [OverageMessage.CAP]: "cap",
  [OverageMessage.ALLOW_DEBT]: "allow_debt",
};

export function holdMethods(app: App): Pick<ServiceImpl<typeof LedgerService>, Methods> {
  return {
    async createHold(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "writer");
      const form = new Form();
      const found = await app.currencies.usable(orgId, request.currency);
      const currency = form.currency("currency", request.currency, found);
      const key = form.key("key", request.key);
      const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
      const words = {
        type: "hold",
        id: operationId({ orgId, key }),
        key,
        amount: form.positiveAmount("amount", request.amount, currency),
        currency: currency.code,
        ttlMs: ttlOf(form, request.ttl) ?? ttlMsDefault,
        source: form.text("source", request.source, { charactersMax: 255 }),
        description: form.text("description", request.description, { charactersMax: 1_024 }),
        userId: form.text("user_id", request.userId, { charactersMax: 255 }),
        metadata: form.metadata("metadata", request.metadata),
      } as const;
      form.done();
      const customerId = await accountHolder(call, orgId, { name: customer, currency: currency.code });
      const operation = { ...words, customerId };
      return {
        receipt: receiptMessage(await submitOne(call, { orgId, operation, dryRun: request.validateOnly })),
      };
    },

    captureHold(request, context) {
      return change(callOf(app, context), request, (form, { hold, currency, id, key }) => {
        const overage = overagePolicies[request.overage];
        if (overage === undefined) form.refuse("overage", "is not a policy");
        return {
          type: "capture",
          ...onHold(hold, id, key),
          amount: request.amount === "" ? null : form.positiveAmount("amount", request.amount, currency),
          final: request.final,
          overage: overage ?? "reject",
          description: form.text("description", request.description, { charactersMax: 1_024 }),
          metadata: form.metadata("metadata", request.metadata),
        };
      });
    },

    releaseHold(request, context) {
      return change(callOf(app, context), request, (_form, { hold, id, key }) => ({
        type: "release",
        ...onHold(hold, id, key),
      }));
    },

    extendHold(request, context) {
      return change(callOf(app, context), request, (form, { hold, id, key }) => {
        if (request.ttl === undefined) form.refuse("ttl", "is required");
        return { type: "extend", ...onHold(hold, id, key), ttlMs: ttlOf(form, request.ttl) ?? 0 };
      });
    },

    async getHold(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "reader");
      return { hold: holdMessage(await holdNamed(call, orgId, request.hold)) };
    },
  };
}

/** What every request about a hold has. */
interface HoldRequest {
  readonly organization: string;
  readonly hold: string;
  readonly key: string;
  readonly validateOnly: boolean;
}

type MakeChange = (
  form: Form,
  of: { hold: Hold; currency: Currency; id: string; key: string | null },
) => HoldChange;

async function change(call: Call, request: HoldRequest, make: MakeChange) {
  const name = { idOrName: request.organization, field: "organization" };
  const { id: orgId } = await organizationFor(call, name, "writer");
  const hold = await holdNamed(call, orgId, request.hold);
  const currency = await keptCurrency(call, orgId, hold.currency);
  const form = new Form();
  const key = form.key("key", request.key);
  const operation = make(form, { hold, currency, id: operationId({ orgId, key }), key });
  form.done();
  return {
    receipt: receiptMessage(await submitOne(call, { orgId, operation, dryRun: request.validateOnly })),
  };
}

function onHold(hold: Hold, id: string, key: string | null) {
  return { id, key, holdId: hold.id, customerId: hold.customerId, currency: hold.currency };
}

async function holdNamed(call: Call, orgId: string, id: string): Promise<Hold> {
  const form = new Form();
  const holdId = form.uuid("hold", id);
  form.done();
  const hold = await call.app.holds.find({ orgId, id: holdId }, call.signal);
  if (hold === undefined) throw notFound("hold", id);
  return hold;
}

function ttlOf(form: Form, ttl: Duration | undefined): number | undefined {
  if (ttl === undefined) return undefined;
  const ms = durationMs(ttl);
  if (!(ms >= 1_000 && ms <= ttlMsMax)) form.refuse("ttl", "must be 1 second to 366 days");
  return Math.trunc(ms);
}
