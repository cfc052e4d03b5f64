import { createHash } from "node:crypto";
import type { TransferKind } from "../../../../domain/operation.ts";
import { keyText } from "../../../../domain/recorded.ts";
import type { Line } from "../../../../store/books/statements.ts";
import { html } from "../../../shared/html.ts";
import { counterparty, type Statement, type StatementWriter } from "./statement.ts";
import { style } from "./style.ts";

const styleHash = createHash("sha256").update(style).digest("base64");

/**
 * One document that needs nothing beside it. It comes from where the API is, with texts that customers wrote: they are escaped,
 * and a browser runs nothing in it and lets it reach nothing, whatever may be in it.
 */
export const htmlStatement: StatementWriter = {
  contentType: "text/html; charset=utf-8",
  extension: "html",
  header: {
    "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox`,
    "referrer-policy": "no-referrer",
  },
  linesMax: 10_000,
  beginning,
  line,
  end: ({ closing }) => `${balanceRow("Closing balance", closing)}</tbody>
</table>
</div>
</main>
</body>
</html>
`,
};

const kinds: Readonly<Record<TransferKind, string>> = {
  credit: "Credit",
  charge: "Charge",
  adjustment: "Adjustment",
  transfer: "Transfer",
  refund: "Refund",
  capture: "Capture",
  reversal: "Reversal",
};

function beginning({ organization, customer, currency, from, to, opening, closing }: Statement): string {
  const name = customer.name || customer.email || customer.id;
  const start = from === undefined ? "the beginning" : timeText(from);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${html`<title>Statement of ${name} in ${currency}</title>`}
<style>${style}</style>
</head>
<body>
<main>
<h1>Statement</h1>
<dl>
${fact("From", organization)}${fact("For", customer.name)}${fact("Email", customer.email)}${fact("Customer", customer.id)}${fact(
  "Period",
  `${start} to ${timeText(to)}, times in UTC`,
)}${fact("Currency", currency)}${fact("Opening balance", opening.toString())}${fact("Closing balance", closing.toString())}</dl>
<div class="wide" role="region" aria-label="Entries" tabindex="0">
<table>
<thead>
<tr><th scope="col">Time</th><th scope="col">What</th><th scope="col">Key</th><th scope="col">Counterparty</th><th scope="col" class="amount">Amount</th><th scope="col" class="amount">Balance</th></tr>
</thead>
<tbody>
${balanceRow("Opening balance", opening)}`;
}

function line(of: Line): string {
  const { at, transfer, amount, posted } = of;
  const { kind, description, source } = transfer;
  const more = [description, source]
    .filter((text) => text !== "")
    .map((text) => html`<small><bdi>${text}</bdi></small>`);
  return `${html`<tr><td><time datetime="${at.toISOString()}">${timeText(at)}</time></td><td>${kinds[kind]}`}${more.join("")}${html`</td><td><bdi>${keyText(transfer)}</bdi></td><td><bdi>${counterparty(transfer, of)}</bdi></td><td class="amount">${amount.toString()}</td><td class="amount">${posted.toString()}</td></tr>`}
`;
}

function balanceRow(name: string, balance: Statement["opening"]): string {
  return `${html`<tr class="balance"><th scope="row" colspan="5">${name}</th><td class="amount">${balance.toString()}</td></tr>`}
`;
}

/** A fact in the head; nothing where it is not known. */
function fact(name: string, text: string): string {
  return text === "" ? "" : `${html`<dt>${name}</dt><dd><bdi>${text}</bdi></dd>`}\n`;
}

/** As `2026-11-26 19:50:12.402`. */
function timeText(at: Date): string {
  return at.toISOString().replace("T", " ").replace("Z", "");
}
