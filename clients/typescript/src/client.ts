import { type Client, createClient } from "@connectrpc/connect";
import { AdminService } from "../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { AuditService } from "../../../gen/tallystick/v1/audit_pb.ts";
import { CredentialService } from "../../../gen/tallystick/v1/credential_pb.ts";
import { CurrencyService } from "../../../gen/tallystick/v1/currency_pb.ts";
import { CustomerService } from "../../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { LimitsCheckService } from "../../../gen/tallystick/v1/limits_check_pb.ts";
import { OrganizationService } from "../../../gen/tallystick/v1/organization_pb.ts";
import { createTallystickTransport, type TallystickOptions } from "./transport.ts";

/** Every method of the native and of Frontier's interface. */
export interface Tallystick {
  readonly organizations: Client<typeof OrganizationService>;
  readonly credentials: Client<typeof CredentialService>;
  readonly audit: Client<typeof AuditService>;
  readonly customers: Client<typeof CustomerService>;
  readonly currencies: Client<typeof CurrencyService>;
  readonly ledger: Client<typeof LedgerService>;
  readonly limits: Client<typeof LimitsCheckService>;
  readonly frontier: Client<typeof FrontierService>;
  readonly frontierAdmin: Client<typeof AdminService>;
}

export function createTallystick(options: TallystickOptions): Tallystick {
  const transport = createTallystickTransport(options);
  return {
    organizations: createClient(OrganizationService, transport),
    credentials: createClient(CredentialService, transport),
    audit: createClient(AuditService, transport),
    customers: createClient(CustomerService, transport),
    currencies: createClient(CurrencyService, transport),
    ledger: createClient(LedgerService, transport),
    limits: createClient(LimitsCheckService, transport),
    frontier: createClient(FrontierService, transport),
    frontierAdmin: createClient(AdminService, transport),
  };
}
