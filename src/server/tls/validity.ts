import type { X509Certificate } from "node:crypto";
import { endOf } from "./certificates.ts";

/** Whether clients take a certificate at a moment, and for how much longer. */
export type Validity = "valid" | "ends soon" | "has ended" | "has not begun";

const dayMs = 24 * 3_600_000;
/** Of the ones that live for three months those who renew them have had two weeks by then; of short ones a part of their life. */
const soonMsMax = 14 * dayMs;
const soonPart = 1 / 4;

export function validityOf(certificate: X509Certificate, now: Date): Validity {
  const begin = new Date(certificate.validFrom).getTime();
  const end = endOf(certificate).getTime();
  if (now.getTime() < begin) return "has not begun";
  if (now.getTime() >= end) return "has ended";
  return end - now.getTime() < Math.min(soonMsMax, (end - begin) * soonPart) ? "ends soon" : "valid";
}
