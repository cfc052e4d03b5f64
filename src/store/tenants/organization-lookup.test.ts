import { createDatabase } from "../../../test/support/database.ts";
import { openDatabase } from "../driver/database.ts";
import { whileWideReadsWait } from "../wide-reads.fixture.ts";
import { Organizations } from "./organizations.ts";

it("finds an organization while every connection for wide reads is taken", async () => {
  const created = await createDatabase();
  const database = openDatabase(created.url);
  try {
    await whileWideReadsWait(database, async () => {
      const organizations = new Organizations(database);
      await organizations.find("nobody");
      await organizations.find("018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f");
    });
  } finally {
    await database.close();
    await created.drop();
  }
});
