import type { DeveloperService } from "../../../../gen/tallystick/apigee/edge/v1/developer_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { getCompany } from "./get-company.ts";
import { getDeveloper } from "./get-developer.ts";
import { getSuspendedDeveloper } from "./get-suspended-developer.ts";
import { listCompanies } from "./list-companies.ts";
import { listDevelopers } from "./list-developers.ts";
import { listSuspendedDevelopers } from "./list-suspended-developers.ts";
import { unsuspendDeveloper } from "./unsuspend-developer.ts";

export const developerService: Handlers<typeof DeveloperService> = {
  listDevelopers,
  getDeveloper,
  listCompanies,
  getCompany,
  listSuspendedDevelopers,
  getSuspendedDeveloper,
  unsuspendDeveloper,
};
