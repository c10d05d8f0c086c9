import { expect, test } from "vitest";
import { inSlices } from "../src/slices.ts";

function* busy(steps: number): Generator<undefined, string> {
  for (let i = 0; i < steps; i++) {
    const until = performance.now() + 1;
    while (performance.now() < until);
    yield;
  }
  return "done";
}

const slicing = { sliceMs: 3, budgetMs: 1000, signal: null };

test("work is handed back about every slice and ends with its value", async () => {
  let pauses = 0;
  const handBack = async () => {
    pauses++;
  };
  expect(await inSlices(busy(20), { ...slicing, handBack }, () => {})).toBe("done");
  expect(pauses).toBeGreaterThanOrEqual(3);
});

test("a spent budget and an abort end it without a value", async () => {
  const handBack = async () => {};
  expect(await inSlices(busy(50), { ...slicing, budgetMs: 5, handBack }, () => {})).toBeUndefined();
  const signal = AbortSignal.abort();
  expect(await inSlices(busy(50), { ...slicing, signal, handBack }, () => {})).toBeUndefined();
});
