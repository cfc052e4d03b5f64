import { createTallystick, factsOf, reasonOf, receiptOf, TransferKind } from "tallystick-client";

// The customer and a key of yours, stored before the first attempt: whoever begins again charges once.
const [customer, key] = process.argv.slice(2);
const credential = process.env["AUTH"];
if (!customer || !key || !credential) {
  process.stderr.write("usage: AUTH=<client id:secret> node charge.ts <customer> <key>\n");
  process.exit(1);
}

try {
  const tallystick = createTallystick({
    baseUrl: process.env["TALLYSTICK_URL"] ?? "http://127.0.0.1:7400",
    credential,
  });
  const transfer = {
    organization: "demo",
    customer,
    kind: TransferKind.CHARGE,
    amount: "5",
    currency: "VC",
    key,
  };
  // Sent again, with its key, until it is answered or the minute is over.
  const receipt = receiptOf(await tallystick.ledger.createTransfer(transfer, { timeoutMs: 60_000 }));
  process.stdout.write(
    `${receipt.before.posted} - 5 = ${receipt.after.posted}${receipt.replay ? ", as before" : ""}\n`,
  );
} catch (error) {
  if (reasonOf(error) === "INSUFFICIENT_FUNDS") {
    process.stdout.write(`only ${factsOf(error)["available"]} available\n`);
  } else {
    process.stderr.write(
      `${reasonOf(error) ?? "no answer"}: ${error instanceof Error ? error.message : error}\n`,
    );
    process.exitCode = 1;
  }
}
