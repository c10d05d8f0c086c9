/** Timing of one page inside the browser; its clock ticks in steps of 100 µs, so short work is repeated. */

import { type Detection, detect, detectSync } from "./detect.ts";
import { attribute } from "./dom.ts";
import { forgetGrams } from "./grams.ts";
import { forgetConcepts } from "./lexicon.ts";
import type { Model } from "./model.ts";
import { forgetWords } from "./words.ts";

export interface Timing {
  readonly elements: number;
  readonly controls: number;
  /** Milliseconds: first call with every memory empty, later calls (mean), and the bare walk (mean). */
  readonly cold: number;
  readonly warm: number;
  readonly bare: number;
  /** Longest task of a sliced, cold detection. */
  readonly longestSlice: number;
}

/** Parses `html` and times detection on it `runs` times. */
export async function measure(html: string, model: Model, runs: number): Promise<Timing> {
  const page = new DOMParser().parseFromString(html, "text/html");
  forget();
  const begin = performance.now();
  const first = detectSync(page, model);
  const cold = performance.now() - begin;
  const warm = mean(runs, () => detectSync(page, model));
  const bare = mean(runs, () => bareWalk(page));
  forget();
  const longestSlice = await longest(page, model);
  const controls = first.forms.reduce((sum, form) => sum + form.controls.length, 0);
  return { elements: page.querySelectorAll("*").length, controls, cold, warm, bare, longestSlice };
}

/** What the ratio in the benchmark is taken to: every element and every attribute looked at once. */
export function bareWalk(page: Document): number {
  let length = 0;
  for (const element of page.querySelectorAll("*")) {
    for (const { name } of element.attributes) length += attribute(element, name).length;
  }
  return length;
}

function forget(): void {
  forgetWords();
  forgetGrams();
  forgetConcepts();
}

function mean(runs: number, work: () => unknown): number {
  const begin = performance.now();
  for (let i = 0; i < runs; i++) work();
  return (performance.now() - begin) / runs;
}

async function longest(page: Document, model: Model): Promise<number> {
  let most = 0;
  let begin = performance.now();
  const pause = async (): Promise<void> => {
    most = Math.max(most, performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 0));
    begin = performance.now();
  };
  const detection: Promise<Detection> = detect(page, model, { scheduler: { yield: pause }, budgetMs: 10_000 });
  await detection;
  return Math.max(most, performance.now() - begin);
}
