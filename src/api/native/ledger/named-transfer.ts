import type { Transfer } from "../../../domain/recorded.ts";
import { notFound } from "../../../domain/refusal.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";

export async function transferNamed(call: Call, orgId: string, id: string): Promise<Transfer> {
  const form = new Form();
  const transferId = form.uuid("transfer", id);
  form.done();
  const transfer = await call.app.transfers.find({ orgId, id: transferId });
  if (transfer === undefined) throw notFound("transfer", id);
  return transfer;
}
