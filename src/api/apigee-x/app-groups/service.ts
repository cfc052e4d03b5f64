import type { AppGroupService } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { adjustAppGroupBalance } from "./adjust-app-group-balance.ts";
import { createAppGroup } from "./create-app-group.ts";
import { creditAppGroupBalance } from "./credit-app-group-balance.ts";
import { deleteAppGroup } from "./delete-app-group.ts";
import { getAppGroup } from "./get-app-group.ts";
import { getAppGroupBalance } from "./get-app-group-balance.ts";
import { getAppGroupMonetizationConfig } from "./get-app-group-monetization-config.ts";
import { listAppGroups } from "./list-app-groups.ts";
import { updateAppGroup } from "./update-app-group.ts";
import { updateAppGroupMonetizationConfig } from "./update-app-group-monetization-config.ts";

export const appGroupService: Handlers<typeof AppGroupService> = {
  createAppGroup,
  getAppGroup,
  listAppGroups,
  updateAppGroup,
  deleteAppGroup,
  getAppGroupBalance,
  creditAppGroupBalance,
  adjustAppGroupBalance,
  getAppGroupMonetizationConfig,
  updateAppGroupMonetizationConfig,
};
