import { describeConsole } from "../support/console-world.ts";
import { newCustomer } from "../support/customer.ts";

describeConsole("a row of a list in the console", (world) => {
  const row = () => world.page.getByRole("row", { name: "ann@example.com" });
  let ann: string;
  beforeAll(async () => {
    ann = await newCustomer(world.service, world.tenant, { name: "Ann", email: "ann@example.com" });
  });
  beforeEach(async () => {
    await world.logIn(world.tenant.reader, world.ofTenant("customers"));
    await row().waitFor();
  });
  const ofAnn = () => world.ofTenant(`customers/${ann}`);

  it("opens what it is about wherever it is clicked, and its link is what a keyboard goes to", async () => {
    await row().getByText("active").click();
    await world.heading("Ann").waitFor();
    expect(world.page.url()).toContain(ofAnn());
    await world.page.goBack();
    await row().waitFor();
    expect(await row().locator("a, button, [tabindex]").allTextContents()).toEqual(["Ann"]);
    await row().getByRole("link", { name: "Ann" }).press("Enter");
    await world.heading("Ann").waitFor();
  });

  it("opens it in another tab where a browser is asked for that", async () => {
    const { page } = world;
    const opened = page.context().waitForEvent("page");
    await row()
      .getByText("active")
      .click({ modifiers: ["ControlOrMeta"] });
    const tab = await opened;
    await tab.waitForURL(ofAnn());
    await tab.close();
    expect(page.url()).toBe(world.ofTenant("customers"));
  });

  it("is left where it is by who selects a text in it", async () => {
    const { page } = world;
    const email = row().getByText("ann@example.com");
    const { x, y, width, height } = (await email.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(x + 1, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
    await page.mouse.up();
    expect(await page.evaluate("getSelection().toString()")).toContain("ann");
    expect(page.url()).toBe(world.ofTenant("customers"));
    await row().getByText("active").click();
    await world.heading("Ann").waitFor();
  });

  it("leads by its other links to where they lead", async () => {
    const { page } = world;
    await page.goto(world.ofTenant("operations"));
    await world.heading("Operations").waitFor();
    await world.charge("1");
    const customer = page.getByRole("link", { name: world.tenant.billingId });
    await customer.click();
    await world.heading("Customer").waitFor();
    expect(page.url()).toContain(world.ofTenant(`customers/${world.tenant.billingId}`));
  });
});
