import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { CredentialService } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { hashOf, newSecret } from "../../../auth/secret.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { clientIdOf, momentIn } from "./credential-fields.ts";
import { changedMessage } from "./credential-message.ts";

const hourMs = 60 * 60 * 1_000;
const formerMsDefault = 24 * hourMs;
const formerDaysMax = 30;

export const rotateCredential: Handler<typeof CredentialService.method.rotateCredential> = async (
  call,
  request,
) => {
  const orgId = call.organizationIfNamed?.id ?? null;
  const form = new Form();
  const clientId = clientIdOf(form, request.clientId);
  const clock = await call.app.credentials.clock(call.signal);
  const formerEndsAt = formerEndOf(form, request.formerExpireTime, clock);
  form.done();

  const clientSecret = await call.once("secret", async () => newSecret());
  const secret = { secretHash: hashOf(clientSecret), formerEndsAt };
  const rotated = await call.app.credentials.rotate({ orgId, clientId }, secret, call);
  return { credential: changedMessage(rotated, clientId), clientSecret };
};

/**
 * When the former secret ends: now, where that has passed. By the database's clock, which decides whether it is good: by that of a
 * machine that is ahead a secret that is to end at once would stay good.
 */
function formerEndOf(form: Form, timestamp: Timestamp | undefined, clock: Date): Date {
  const now = clock.getTime();
  const asked = momentIn(form, "former_expire_time", { timestamp, rounded: "down" });
  if (asked === undefined) return new Date(now + formerMsDefault);
  if (asked.getTime() > now + formerDaysMax * 24 * hourMs)
    form.refuse("former_expire_time", `must be within ${formerDaysMax} days`);
  return new Date(Math.max(asked.getTime(), now));
}
