import { createTallystick } from "tallystick-client";

const tallystick = createTallystick({
  baseUrl: "http://127.0.0.1:7400",
  credential: process.env["AUTH"] ?? "",
});

const { available, currency } = await tallystick.ledger.getBalance({
  organization: "demo",
  customer: "demo@example.com",
  currency: "VC",
});
process.stdout.write(`${available} ${currency}\n`);
