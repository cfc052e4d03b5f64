import { createRegistry, type DescService, type JsonWriteOptions } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.ts";
import { AdminService } from "../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { BalanceService } from "../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { DeveloperService as EdgeDeveloperService } from "../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import { SupportedCurrencyService } from "../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import { TransactionService } from "../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { AppGroupService } from "../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import { DeveloperService } from "../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { CredentialService } from "../../gen/tallystick/v1/credential_pb.ts";
import { CurrencyService } from "../../gen/tallystick/v1/currency_pb.ts";
import { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { LimitsCheckService } from "../../gen/tallystick/v1/limits_check_pb.ts";
import { OrganizationService } from "../../gen/tallystick/v1/organization_pb.ts";
import type { App } from "../app.ts";
import { balanceService } from "./apigee-edge/balance-service.ts";
import { developerService as edgeDeveloperService } from "./apigee-edge/developer-service.ts";
import { supportedCurrencyService } from "./apigee-edge/supported-currency-service.ts";
import { transactionService } from "./apigee-edge/transaction-service.ts";
import { appGroupService } from "./apigee-x/app-group-service.ts";
import { developerService } from "./apigee-x/developer-service.ts";
import { adminService } from "./frontier/admin-service.ts";
import { frontierService } from "./frontier/frontier-service.ts";
import { credentialService } from "./native/credential-service.ts";
import { currencyService } from "./native/currency-service.ts";
import { customerService } from "./native/customer-service.ts";
import { ledgerService } from "./native/ledger-service.ts";
import { limitsCheckService } from "./native/limits-check-service.ts";
import { organizationService } from "./native/organization-service.ts";

/** A service and what implements it. Methods that have no implementation answer UNIMPLEMENTED. */
export interface Service<S extends DescService = DescService> {
  readonly desc: S;
  readonly impl: Partial<ServiceImpl<S>>;
  /** How its Connect JSON is written. */
  readonly json: Partial<JsonWriteOptions>;
}

/** Every face, one line a service. */
export function services(app: App): readonly Service[] {
  // The answer to a batch holds errors, whose details are packed.
  const ledgerJson = { registry: createRegistry(file_google_rpc_error_details) };
  // Frontier's own server prints proto names over Connect too.
  const frontierJson = { useProtoFieldName: true };
  return [
    service(OrganizationService, organizationService(app)),
    service(CredentialService, credentialService(app)),
    service(CustomerService, customerService(app)),
    service(CurrencyService, currencyService(app)),
    service(LedgerService, ledgerService(app), ledgerJson),
    service(LimitsCheckService, limitsCheckService(app)),
    service(FrontierService, frontierService(app), frontierJson),
    service(DeveloperService, developerService(app)),
    service(AppGroupService, appGroupService(app)),
    service(SupportedCurrencyService, supportedCurrencyService(app)),
    service(EdgeDeveloperService, edgeDeveloperService(app)),
    service(BalanceService, balanceService(app)),
    service(TransactionService, transactionService(app)),
    service(AdminService, adminService(app), frontierJson),
  ];
}

function service<S extends DescService>(
  desc: S,
  impl: Partial<ServiceImpl<S>>,
  json: Partial<JsonWriteOptions> = {},
): Service {
  return { desc, impl: impl as Service["impl"], json };
}
