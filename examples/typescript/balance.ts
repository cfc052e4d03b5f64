import { createTallystick } from "tallystick-client";

const tallystick = createTallystick({
  baseUrl: "http://127.0.0.1:7400",
  credential: process.env["AUTH"] ?? "",
});

const { balance } = await tallystick.frontier.getBillingBalance({ orgId: "demo" });
process.stdout.write(`${balance?.amount} ${balance?.currency}\n`);
