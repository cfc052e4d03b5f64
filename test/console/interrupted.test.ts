import type { Route } from "playwright-core";
import { describeConsole } from "../support/console-world.ts";

const createTransfer = "**/tallystick.v1.LedgerService/CreateTransfer";

describeConsole("a form of the console that is interrupted", (world) => {
  const ofCustomer = () => world.ofTenant(`customers/${world.tenant.billingId}`);
  const form = () => world.page.getByRole("dialog", { name: "Credit" });
  const open = () => world.button("Credit").click();
  const key = () => form().locator("[data-key]").textContent();
  const seeWhatItWouldDo = async (amount: string) => {
    await form().getByLabel("Amount").fill(amount);
    await world.page.keyboard.press("Enter");
  };

  it("by the end of the session lets one log in, and is there then with what was typed", async () => {
    const { page } = world;
    const body = JSON.stringify({ code: "unauthenticated", message: "the token has expired" });
    const answer = { status: 401, headers: { "content-type": "application/json" }, body };
    await world.logIn(world.tenant.writer, ofCustomer());
    await open();
    await page.route(createTransfer, (route) => route.fulfill(answer));
    await seeWhatItWouldDo("7");
    await page.getByText("Log in again to go on: the token has expired.").waitFor();
    await page.locator("input[autocomplete=username]:focus").waitFor();
    await page.unroute(createTransfer);
    // A key of the console is a letter here.
    await page.getByRole("radio", { name: "Credential" }).press("?");
    await world.giveCredential(world.tenant.writer);
    expect(await form().getByLabel("Amount").inputValue()).toBe("7");
  });

  it("asks again for what could not be read once the caller is back", async () => {
    const { page } = world;
    await world.logIn(world.tenant.writer, ofCustomer());
    await page.getByText("1,250 VC").first().waitFor();
    await world.settled();
    await page.route("**/tallystick.v1.LedgerService/ListHolds", (route) => route.fulfill({ status: 401 }), {
      times: 1,
    });
    await page.getByRole("link", { name: "Holds", exact: true }).click();
    await page.getByText("Log in again to go on").waitFor();
    await world.giveCredential(world.tenant.writer);
    await page.getByText("There is none.").waitFor();
  });

  it("by its reader while it is sent has its key still, as nobody saw the answer; what it has booked is seen", async () => {
    const { page } = world;
    await world.logIn(world.tenant.writer, ofCustomer());
    await open();
    await seeWhatItWouldDo("7");
    await form().locator("[role=status]:focus").getByText("Nothing is booked yet").waitFor();
    const sent = await key();
    const held: Route[] = [];
    await page.route(createTransfer, (route) => void held.push(route));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await form().getByText("Sending…").waitFor();
    await page.keyboard.press("Escape");
    await form().waitFor({ state: "detached" });
    await held[0]?.continue();
    await page.getByText("1,257 VC", { exact: true }).first().waitFor();
    await open();
    await form().getByText("nobody saw it").waitFor();
    expect(await key()).toBe(sent);
  });
});
