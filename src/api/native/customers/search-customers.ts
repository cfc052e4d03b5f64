import { Code, ConnectError } from "@connectrpc/connect";
import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import type { Handler } from "../../shared/handler.ts";

export const searchCustomers: Handler<typeof CustomerService.method.searchCustomers> = async () => {
  throw new ConnectError("not yet", Code.Unimplemented);
};
