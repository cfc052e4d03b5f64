import { Code, ConnectError } from "@connectrpc/connect";
import type {
  AdminService,
  DelegatedCheckoutRequest,
} from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountFor } from "../billing-account.ts";
import { amountOf, int64Max, shownCurrency } from "../credits.ts";

/** The source that Frontier gives to credits that nobody paid for. */
const awardedSource = "system.awarded";

/** Gives the credits of a product, in Frontier's own words. There is no key in the request, so every call counts. */
export const delegatedCheckout: Handler<typeof AdminService.method.delegatedCheckout> = async (
  call,
  request,
) => {
  if (request.subscriptionBody !== undefined && request.subscriptionBody.plan !== "")
    throw new ConnectError("there are no plans to subscribe to; give a product_body", Code.Unimplemented);
  const { product, quantity } = productAsked(request);
  const creditsInOne = call.app.creditProducts.get(product);
  if (creditsInOne === undefined) throw notFound("product", product);
  const credits = creditsInOne * quantity;
  const form = new Form();
  if (credits > int64Max) form.refuse("product_body.quantity", `makes more than ${int64Max} credits`);
  form.done();
  const customer = await billingAccountFor(call, { billingId: request.billingId, field: "billing_id" });
  const currency = shownCurrency(call.organization);
  const verdict = await call.submit([
    {
      type: "transfer",
      ...call.identity(null),
      kind: "credit",
      amount: amountOf(credits, currency),
      currency: currency.code,
      customer: { text: customer.id, as: "id" },
      isPaying: false,
      other: { counter: "funding" },
      balanceMost: amountOf(int64Max, currency),
      source: awardedSource,
      description: `Awarded ${credits} credits for ${product}`,
      userId: call.caller.actor,
      metadata: {},
    },
  ]);
  if (verdict.outcome === "refused") throw new Refused(verdict.refused[0].refusal);
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

function productAsked({ productBody }: DelegatedCheckoutRequest): { product: string; quantity: bigint } {
  const form = new Form();
  const { product = "", quantity = 0n } = productBody ?? {};
  form.text("product_body.product", product, { charactersMax: 255, required: true });
  if (quantity < 0n) form.refuse("product_body.quantity", "must be 0 or more");
  form.done();
  return { product, quantity: quantity || 1n };
}
