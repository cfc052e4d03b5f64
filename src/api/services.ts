import {
  createRegistry,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  type JsonWriteOptions,
} from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.ts";
import { AdminService } from "../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { BalanceService } from "../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { DeveloperService as EdgeDeveloperService } from "../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import { OrganizationService as EdgeOrganizationService } from "../../gen/tallystick/apigee/edge/v1/organization_pb.ts";
import { SupportedCurrencyService } from "../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import { TransactionService } from "../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { AppGroupService } from "../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import { DeveloperService } from "../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { OrganizationService as ApigeeOrganizationService } from "../../gen/tallystick/apigee/x/v1/organization_pb.ts";
import { AuditService } from "../../gen/tallystick/v1/audit_pb.ts";
import { CredentialService } from "../../gen/tallystick/v1/credential_pb.ts";
import { CurrencyService } from "../../gen/tallystick/v1/currency_pb.ts";
import { CustomerService } from "../../gen/tallystick/v1/customer_pb.ts";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { LimitsCheckService } from "../../gen/tallystick/v1/limits_check_pb.ts";
import { OrganizationService } from "../../gen/tallystick/v1/organization_pb.ts";
import type { App } from "../app.ts";
import { balanceService } from "./apigee-edge/balances/service.ts";
import { developerService as edgeDeveloperService } from "./apigee-edge/developers/service.ts";
import { organizationService as edgeOrganizationService } from "./apigee-edge/organizations/service.ts";
import { supportedCurrencyService } from "./apigee-edge/supported-currencies/service.ts";
import { transactionService } from "./apigee-edge/transactions/service.ts";
import { appGroupService } from "./apigee-x/app-groups/service.ts";
import { developerService } from "./apigee-x/developers/service.ts";
import { organizationService as apigeeOrganizationService } from "./apigee-x/organizations/service.ts";
import { adminService } from "./frontier/admin/service.ts";
import { frontierService } from "./frontier/billing/service.ts";
import { frontierOutcome } from "./frontier/outcome.ts";
import { auditService } from "./native/audit/service.ts";
import { credentialService } from "./native/credentials/service.ts";
import { currencyService } from "./native/currencies/service.ts";
import { customerService } from "./native/customers/service.ts";
import { ledgerService } from "./native/ledger/service.ts";
import { limitsCheckService } from "./native/limits-check/service.ts";
import { organizationService } from "./native/organizations/service.ts";
import {
  adminNeeds,
  apigeeOrganizationNeeds,
  appGroupNeeds,
  auditNeeds,
  balanceNeeds,
  credentialNeeds,
  currencyNeeds,
  customerNeeds,
  developerNeeds,
  edgeDeveloperNeeds,
  edgeOrganizationNeeds,
  frontierNeeds,
  ledgerNeeds,
  limitsCheckNeeds,
  organizationNeeds,
  supportedCurrencyNeeds,
  transactionNeeds,
} from "./needs.ts";
import type { Override } from "./shared/errors.ts";
import { type Handler, type Handlers, implement, type StreamHandler } from "./shared/handler.ts";
import type { Needs } from "./shared/need.ts";
import { implementStream } from "./shared/stream-handler.ts";

/** A service and what implements it. */
export interface Service<S extends DescService = DescService> {
  readonly desc: S;
  readonly impl: ServiceImpl<S>;
  /** How its Connect JSON is written. */
  readonly json: Partial<JsonWriteOptions>;
}

/**
 * Every face, one line a service.
 *
 * @throws Error for a method that does not say who may call it.
 */
export function services(app: App): readonly Service[] {
  // The answer to a batch holds errors, whose details are packed.
  const ledger = { json: { registry: createRegistry(file_google_rpc_error_details) } };
  // Frontier's own server prints proto names over Connect too.
  const frontier = { json: { useProtoFieldName: true }, override: frontierOutcome };
  return [
    service(app, OrganizationService, organizationService, organizationNeeds),
    service(app, CredentialService, credentialService, credentialNeeds),
    service(app, CustomerService, customerService, customerNeeds),
    service(app, CurrencyService, currencyService, currencyNeeds),
    service(app, LedgerService, ledgerService, ledgerNeeds, ledger),
    service(app, LimitsCheckService, limitsCheckService, limitsCheckNeeds),
    service(app, AuditService, auditService, auditNeeds),
    service(app, FrontierService, frontierService, frontierNeeds, frontier),
    service(app, ApigeeOrganizationService, apigeeOrganizationService, apigeeOrganizationNeeds),
    service(app, DeveloperService, developerService, developerNeeds),
    service(app, AppGroupService, appGroupService, appGroupNeeds),
    service(app, SupportedCurrencyService, supportedCurrencyService, supportedCurrencyNeeds),
    service(app, EdgeOrganizationService, edgeOrganizationService, edgeOrganizationNeeds),
    service(app, EdgeDeveloperService, edgeDeveloperService, edgeDeveloperNeeds),
    service(app, BalanceService, balanceService, balanceNeeds),
    service(app, TransactionService, transactionService, transactionNeeds),
    service(app, AdminService, adminService, adminNeeds, frontier),
  ];
}

function service<S extends DescService>(
  app: App,
  desc: S,
  handlers: Handlers<S>,
  needs: Needs<S>,
  { json = {}, override = () => ({}) }: { json?: Partial<JsonWriteOptions>; override?: Override } = {},
): Service {
  const impl = Object.entries(handlers).map(([name, handler]) => {
    const method = desc.method[name] as DescMethodUnary | DescMethodServerStreaming;
    const said = { need: needs[name as keyof typeof needs], override };
    return [
      name,
      method.methodKind === "server_streaming"
        ? implementStream(app, method, handler as StreamHandler<DescMethodServerStreaming>, said)
        : implement(app, method, handler as Handler<DescMethodUnary>, said),
    ];
  });
  return { desc, impl: Object.fromEntries(impl), json };
}
