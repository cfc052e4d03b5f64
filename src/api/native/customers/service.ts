import type { CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { createCustomer } from "./create-customer.ts";
import { deleteCustomer } from "./delete-customer.ts";
import { disableCustomer } from "./disable-customer.ts";
import { enableCustomer } from "./enable-customer.ts";
import { getCustomer } from "./get-customer.ts";
import { listCustomers } from "./list-customers.ts";
import { searchCustomers } from "./search-customers.ts";
import { updateCustomer } from "./update-customer.ts";

export const customerService: Handlers<typeof CustomerService> = {
  createCustomer,
  getCustomer,
  listCustomers,
  searchCustomers,
  updateCustomer,
  disableCustomer,
  enableCustomer,
  deleteCustomer,
};
