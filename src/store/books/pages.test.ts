import { bytesOfWords } from "./pages.ts";

it("counts words and metadata at their largest", () => {
  const words = { source: "", description: "", userId: "", metadata: {} };
  const plain = bytesOfWords(words);
  const numbers = bytesOfWords({ ...words, metadata: { list: Array.from({ length: 100 }, () => 1) } });
  // A number takes nine bytes in a Struct, and what surrounds it three.
  expect(numbers - plain).toBeGreaterThan(1_200);
  expect(bytesOfWords({ ...words, description: "äöü" }) - plain).toBe(6);
});
