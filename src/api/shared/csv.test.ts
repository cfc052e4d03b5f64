import { csvRow } from "./csv.ts";

it("quotes cells with commas, semicolons, tabs, quotes and ends of lines or a space before them, and no other", () => {
  expect(csvRow(["plain", "one; two", "Doe, John", 'the "best"', "two\r\nlines", " x", ""])).toBe(
    'plain,"one; two","Doe, John","the ""best""","two\r\nlines"," x",',
  );
});

it.each(["=1+1", "+1", "-1+2", "-", "--1", "@sum", "＝1+1", "-5.", "-5e3", "+49 30 1234"])(
  "makes a text of the formula %j",
  (text) => {
    expect(csvRow([text, "x"])).toBe(`'${text},x`);
  },
);

it.each([
  [" =1+1", "' =1+1"],
  ["\tx", `"'\tx"`],
  ["\rx", `"'\rx"`],
  ["\nx", `"'\nx"`],
  ["x;=1+1", `"x;'=1+1"`],
  ["x; =1;@y", `"x; '=1;'@y"`],
  ["x\t+1", `"x\t'+1"`],
  ["two\r\n=1+1", `"two\r\n'=1+1"`],
  ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
])(
  "makes a text of the formula %j that begins with what is not seen, is within a text, or wants quotes",
  (text, cell) => {
    expect(csvRow([text])).toBe(cell);
  },
);

it.each(["-5.00", "-5", "0", "12.50", "-0.000000001", "O'Neill = Ann", "1-2", "a@b.example"])(
  "leaves %s as it is",
  (text) => {
    expect(csvRow([text])).toBe(text);
  },
);
