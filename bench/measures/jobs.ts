import type { Job } from "../load/driver.ts";
import {
  balanceRequest,
  batchRequest,
  chargeRequest,
  orderedChargeRequest,
  restChargeRequest,
  transferRequest,
} from "../requests.ts";
import type { Tenant } from "../world.ts";

const chargesPerBatch = 500;
const batchesInFlight = 4;
const many = { connections: 4, inFlight: 256 };
export const oneCaller = { connections: 1, inFlight: 1 };

/** Unary charges of all customers. */
export function chargeJob({ orgId, customerIds }: Tenant): Job {
  return { ...chargeRequest(orgId), ...many, customers: customerIds };
}

/** The same with keys in order. */
export function orderedJob(tenant: Tenant): Job {
  return { ...chargeJob(tenant), ...orderedChargeRequest(tenant.orgId) };
}

/** Few of them at a time. */
export function fewJob(tenant: Tenant): Job {
  return { ...chargeJob(tenant), inFlight: 32 };
}

/** The same over REST. */
export function restJob(tenant: Tenant): Job {
  return { ...chargeJob(tenant), ...restChargeRequest(tenant.orgId) };
}

/** Transfers of all customers among themselves. */
export function pairsJob(tenant: Tenant): Job {
  return { ...chargeJob(tenant), ...transferRequest(tenant.orgId) };
}

/** Unary charges of one customer, so between one pair of accounts. */
export function pairJob(tenant: Tenant): Job {
  return { ...chargeJob(tenant), customers: tenant.customerIds.slice(0, 1) };
}

/** Charges of all customers in batches. */
export function batchJob(tenant: Tenant): Job {
  const load = { connections: batchesInFlight, inFlight: batchesInFlight };
  return { ...chargeJob(tenant), ...batchRequest(tenant.orgId, chargesPerBatch), ...load };
}

/** One charge at a time. */
export function singleJob(tenant: Tenant): Job {
  return { ...chargeJob(tenant), ...oneCaller };
}

/** The balance of the billing account. */
export function balanceJob({ orgId, customerIds }: Tenant): Job {
  return { ...balanceRequest(orgId, customerIds[0] ?? ""), ...many, customers: [] };
}
