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
import { accountIdFor, bookedUnder, submitOne } from "../keyed.ts";

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
  const booked = await bookedUnder(call, identity);
  const currency = (booked && currencyOf(booked.currency)) ?? shownCurrency(call.organization);
  const creditsInOne = creditsBooked(booked, currency, quantity) ?? creditsNow(call, product, quantity);
  const credits = creditsInOne * quantity;
  const account = { billingId: request.billingId, field: "billing_id" };
  await submitOne(call, {
    type: "transfer",
    ...identity,
    kind: "credit",
    amount: amountOf(credits, currency),
    currency: currency.code,
    customer: { text: await accountIdFor(call, account, booked), as: "id" },
    isPaying: false,
    other: { counter: "funding" },
    balanceMost: amountOf(int64Max, currency),
    source: awardedSource,
    description: `Awarded ${credits} credits for ${product}`,
    userId: booked?.userId ?? call.caller.actor,
    metadata: {},
  });
  const behaviorConfig = { creditAmount: creditsInOne };
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

/** What one unit had when so many were booked; undefined where they cannot have been. */
function creditsBooked(
  booked: Recorded | undefined,
  currency: Currency,
  quantity: bigint,
): bigint | undefined {
  if (booked === undefined) return undefined;
  const credits = unitsOf(booked.amount, currency);
  return credits % quantity === 0n ? credits / quantity : undefined;
}

function creditsNow(call: Call, product: string, quantity: bigint): bigint {
  const creditsInOne = call.app.creditProducts.get(product);
  if (creditsInOne === undefined) throw notFound("product", product);
  const form = new Form();
  if (creditsInOne * quantity > int64Max)
    form.refuse("product_body.quantity", `makes more than ${int64Max} credits`);
  form.done();
  return creditsInOne;
}
