import type { Customer } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { type Column, RowLink } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { customerName, isDisabled, paysText } from "../../words/customer.ts";
import { customerHref } from "../places.ts";

export function customerColumns(organization: string): readonly Column<Customer>[] {
  return [
    {
      title: "Customer",
      isText: true,
      cell: (customer) => (
        <RowLink href={customerHref(organization, customer.id)}>{customerName(customer)}</RowLink>
      ),
    },
    { title: "Email", isText: true, cell: ({ email }) => email },
    { title: "Pays", cell: ({ billingType }) => paysText(billingType) },
    {
      title: "State",
      cell: (customer) => (isDisabled(customer) ? <span class="badge bad">disabled</span> : "active"),
    },
    { title: "Created", cell: ({ createTime }) => <Time of={createTime} /> },
  ];
}
