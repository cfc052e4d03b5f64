import { Code, ConnectError } from "@connectrpc/connect";
import type {
  AdminService,
  DelegatedCheckoutRequest,
} from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { type Currency, currencyOf } from "../../../domain/currency.ts";
import type { Identity } from "../../../domain/operation-id.ts";
import type { Recorded } from "../../../domain/recorded.ts";
import { notFound } from "../../../domain/refusal.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { identityByHeader } from "../../shared/idempotency-key.ts";
import { amountOf, int64Max, shownCurrency, unitsOf } from "../credits.ts";
import { accountIdFor, submitKeyed } from "../keyed.ts";

/** The source that Frontier gives to credits that nobody paid for. */
const awardedSource = "system.awarded";

/** Gives the credits of a product, in Frontier's own words: every time anew, but for a key in the header. */
export const delegatedCheckout: Handler<typeof AdminService.method.delegatedCheckout> = async (
  call,
  request,
) => {
  if (request.subscriptionBody !== undefined && request.subscriptionBody.plan !== "")
    throw new ConnectError("there are no plans to subscribe to; give a product_body", Code.Unimplemented);
  const { product, quantity, identity } = productAsked(call, request);
  const account = { billingId: request.billingId, field: "billing_id" };
  const recorded = await submitKeyed(call, identity, async (booked) => {
    const currency = currencyFor(call, booked);
    const credits = booked ? unitsOf(booked.amount, currency) : creditsNow(call, product, quantity);
    return {
      type: "transfer",
      ...identity,
      kind: "credit",
      amount: amountOf(credits, currency),
      currency: currency.code,
      customer: { text: await accountIdFor(call, account, booked), as: "id" },
      isPaying: false,
      other: { counter: "funding" },
      quantity,
      balanceMost: amountOf(int64Max, currency),
      source: awardedSource,
      description: `Awarded ${credits} credits for ${product}`,
      userId: booked?.userId ?? call.caller.actor,
      metadata: {},
    };
  });
  const behaviorConfig = { creditAmount: unitsOf(recorded.amount, currencyFor(call, recorded)) / quantity };
  return {
    product: {
      id: product,
      name: product,
      title: product,
      state: "active",
      behavior: "credits",
      behaviorConfig,
    },
  };
};

interface Asked {
  readonly product: string;
  readonly quantity: bigint;
  readonly identity: Identity;
}

function productAsked(call: Call, { productBody }: DelegatedCheckoutRequest): Asked {
  const form = new Form();
  const { product = "", quantity = 0n } = productBody ?? {};
  form.text("product_body.product", product, { charactersMax: 255, required: true });
  if (quantity < 0n) form.refuse("product_body.quantity", "must be 0 or more");
  const identity = identityByHeader(form, call, "frontier");
  form.done();
  return { product, quantity: quantity || 1n, identity };
}

/** A currency of this face: the one in which it was booked, whatever is shown now. */
function currencyFor(call: Call, booked: Recorded | undefined): Currency {
  return (booked && currencyOf(booked.currency)) ?? shownCurrency(call.organization);
}

function creditsNow(call: Call, product: string, quantity: bigint): bigint {
  const creditsInOne = call.app.creditProducts.get(product);
  if (creditsInOne === undefined) throw notFound("product", product);
  const credits = creditsInOne * quantity;
  const form = new Form();
  if (credits > int64Max) form.refuse("product_body.quantity", `makes more than ${int64Max} credits`);
  form.done();
  return credits;
}
