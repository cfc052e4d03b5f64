import type { DeveloperService } from "../../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { adjustDeveloperBalance } from "./adjust-developer-balance.ts";
import { createDeveloper } from "./create-developer.ts";
import { creditDeveloperBalance } from "./credit-developer-balance.ts";
import { deleteDeveloper } from "./delete-developer.ts";
import { deleteDeveloperAttribute } from "./delete-developer-attribute.ts";
import { getDeveloper } from "./get-developer.ts";
import { getDeveloperAttribute } from "./get-developer-attribute.ts";
import { getDeveloperBalance } from "./get-developer-balance.ts";
import { getDeveloperMonetizationConfig } from "./get-developer-monetization-config.ts";
import { listDeveloperAttributes } from "./list-developer-attributes.ts";
import { listDevelopers } from "./list-developers.ts";
import { setDeveloperStatus } from "./set-developer-status.ts";
import { updateDeveloper } from "./update-developer.ts";
import { updateDeveloperAttribute } from "./update-developer-attribute.ts";
import { updateDeveloperAttributes } from "./update-developer-attributes.ts";
import { updateDeveloperMonetizationConfig } from "./update-developer-monetization-config.ts";

export const developerService: Handlers<typeof DeveloperService> = {
  listDeveloperAttributes,
  updateDeveloperAttributes,
  getDeveloperAttribute,
  updateDeveloperAttribute,
  deleteDeveloperAttribute,
  createDeveloper,
  getDeveloper,
  listDevelopers,
  updateDeveloper,
  setDeveloperStatus,
  deleteDeveloper,
  getDeveloperBalance,
  creditDeveloperBalance,
  adjustDeveloperBalance,
  getDeveloperMonetizationConfig,
  updateDeveloperMonetizationConfig,
};
