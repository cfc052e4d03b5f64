import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

// Makes the pictures of docs/console.md: of the built program, with a demo of its own. TEST_CHROMIUM names another Chromium.
const folder = "docs/pictures";
const organization = "acme";
const email = "ann@example.com";

const data = mkdtempSync(join(tmpdir(), "tallystick-screenshots-"));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const service = spawn("dist/bin/tallystick.js", ["serve"], {
  env: { ...process.env, PORT: String(port), TALLYSTICK_DATA_DIR: data, LOG_LEVEL: "warn" },
  stdio: "inherit",
});
try {
  await until(async () => (await fetch(`${url}/readyz`)).ok);
  const { client_id: id, client_secret: secret } = JSON.parse(
    readFileSync(join(data, "credential.json"), "utf8"),
  );
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  await fill(authorization);
  mkdirSync(folder, { recursive: true });
  await takePictures({ id, secret });
} finally {
  service.kill("SIGTERM");
  await once(service, "exit");
  rmSync(data, { recursive: true, force: true });
}

/** What there is to see: a customer who spends, holds, tops up, and is refused. */
async function fill(authorization) {
  const ask = async (path, body) => {
    const headers = { authorization, ...(body && { "content-type": "application/json" }) };
    const init = { method: body ? "POST" : "GET", headers, ...(body && { body: JSON.stringify(body) }) };
    return (await fetch(`${url}/tallystick/v1/organizations${path}`, init)).json();
  };
  const transfer = (kind, amount, more = {}) =>
    ask(`/${organization}/transfers`, {
      ...{ customer: email, kind: `TRANSFER_KIND_${kind}`, amount, currency: "USD" },
      ...more,
    });
  await ask("", { name: organization, displayName: "Acme Inc." });
  await ask(`/${organization}/customers`, { name: "Ann Example", email });
  await ask(`/${organization}/customers/${email}/balances/USD:setLimit`, { minimumBalance: "-50" });
  await transfer("CREDIT", "400", { description: "Top-up by card", source: "shop" });
  for (const amount of ["35.5", "61.25", "48", "72.75", "90"]) {
    await transfer("CHARGE", amount, { source: "weather API" });
    await sleep(400);
  }
  await ask(`/${organization}/holds`, {
    ...{ customer: email, amount: "60", currency: "USD", ttl: "3600s", description: "Report of November" },
  });
  await sleep(400);
  await transfer("CHARGE", "95", { source: "weather API", key: "call-1403" });
  await until(async () => (await ask(`/${organization}/refusals`)).refusals?.length > 0);
  await sleep(1_500);
  await transfer("CREDIT", "200", { description: "Top-up by card", source: "shop" });
}

async function takePictures({ id, secret }) {
  const browser = await chromium.launch({
    executablePath: process.env.TEST_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const page = await browser.newPage({ viewport: { width: 1_100, height: 860 }, deviceScaleFactor: 1.5 });
  const take = (name) => page.screenshot({ path: join(folder, `console-${name}.png`) });
  await page.goto(`${url}/console/#/organizations/${organization}/customers`);
  await page.getByLabel("Client id").fill(id);
  await page.getByLabel("Client secret").fill(secret);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Ann Example" }).click();
  await page.getByLabel("Period").selectOption("hour");
  await page.locator(".chart canvas").waitFor();
  await take("customer");

  await page.getByRole("button", { name: "Credit", exact: true }).click();
  await page.getByLabel("Amount").fill("250");
  await page.getByRole("button", { name: "See what it would do" }).click();
  await page.getByText("Nothing is booked yet").waitFor();
  await take("credit");
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "Refusals" }).click();
  await page.locator("td [data-row]").first().click();
  await page.locator(".chart canvas").waitFor();
  await take("refusal");

  await page.goto(`${url}/console/#/organizations/${organization}/organization`);
  await page.getByRole("row", { name: /Together/ }).waitFor();
  await page.getByLabel("Period").selectOption("hour");
  await page.locator(".chart canvas").first().waitFor();
  await take("organization");

  await page.goto(`${url}/console/#/platform/health`);
  await page.locator(".chart canvas").first().waitFor();
  // Some more readings, between which charges are made.
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  const transfer = { customer: email, kind: "TRANSFER_KIND_CHARGE", amount: "0.01", currency: "USD" };
  const init = { method: "POST", headers: { authorization, "content-type": "application/json" } };
  const charge = () =>
    fetch(`${url}/tallystick/v1/organizations/${organization}/transfers`, {
      ...init,
      body: JSON.stringify(transfer),
    });
  for (const count of [40, 120, 60, 200, 90, 150]) {
    await Promise.all(Array.from({ length: count }, charge));
    await sleep(5_100);
  }
  await take("health");
  await browser.close();
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address();
  server.close();
  return free;
}

async function until(condition) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await condition().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error("what was waited for did not come");
}
