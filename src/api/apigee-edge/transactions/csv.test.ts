import { csvRow, textCell } from "./csv.ts";

it("quotes cells with commas, quotes and ends of lines, and no other", () => {
  expect(csvRow(["plain", "Doe, John", 'the "best"', "two\r\nlines", ""])).toBe(
    'plain,"Doe, John","the ""best""","two\r\nlines",',
  );
});

it.each(["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])("makes a text of the formula %j", (text) => {
  expect(textCell(text)).toBe(`'${text}`);
});

it("leaves other texts as they are", () => {
  expect(textCell("O'Neill = Ann")).toBe("O'Neill = Ann");
});
