import type { LimitsCheckService } from "../../../../gen/tallystick/v1/limits_check_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { checkLimits } from "./check-limits.ts";

export const limitsCheckService: Handlers<typeof LimitsCheckService> = {
  checkLimits,
};
