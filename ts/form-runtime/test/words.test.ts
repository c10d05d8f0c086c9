import { expect, test } from "vitest";
import { words } from "../src/words.ts";

test.each([
  ["userName", ["user", "name"]],
  ["XMLHttpRequest", ["xml", "http", "request"]],
  ["user_name-2", ["user", "name", "2"]],
  ["field_20394", ["field", "000"]],
  ["E-Mail Adresse", ["e", "mail", "adresse"]],
  ["İSTANBUL", ["i̇stanbul"]],
  ["Straße", ["straße"]],
  ["ｅｍａｉｌ ﬁrst", ["email", "first"]],
  ["メールアドレス", ["メールアドレス"]],
  ["𝕻𝖆𝖘𝖘 🔑", ["pass"]],
  ["a\ud800b", ["a", "b"]],
  ["ΣΊΣΥΦΟΣ", ["σίσυφος"]],
  ["", []],
  ["___", []],
])("%s is cut into %j", (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test("long text and long words are cut short", () => {
  expect(words("word ".repeat(100_000)).length).toBe(24);
  expect(words("x".repeat(100_000))).toEqual(["x".repeat(24)]);
});
