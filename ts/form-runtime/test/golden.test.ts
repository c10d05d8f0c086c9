// The golden chain without a browser: from named features to the decision.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FORM_SPACE } from "../src/generated.ts";
import { grams, gramTexts } from "../src/grams.ts";
import { hashText, within } from "../src/hash.ts";
import { loadModel, ModelError } from "../src/model.ts";
import { accumulate, best, logits, probabilities } from "../src/score.ts";
import { space } from "../src/vector.ts";

interface Link {
  names: string[];
  hashes: number[];
  ends: number[];
  sums: number[];
  probabilities: number[];
  label: string | null;
}

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const golden: Record<string, { links: Link[] }> = read("../../../contracts/form_golden.json");
const file = read("../../../src/hodoscope/forms/models/forms.json");
const model = loadModel(file);
const N_GRAMS = FORM_SPACE.length - 2; // the last two namespaces hold whole tokens

describe.each(Object.entries(golden))("%s", (_, { links }) => {
  test("names hash to the golden hashes", () => {
    const { seeds } = space("form", FORM_SPACE);
    for (const { names, hashes, ends } of links) {
      let at = 0;
      for (const [index, end] of ends.entries()) {
        for (; at < end; at++) {
          const marked = index < N_GRAMS ? names[at].replace(/^\^/, "\u0002").replace(/\$$/, "\u0003") : names[at];
          expect(within(seeds[index], hashText(marked))).toBe(hashes[at]);
        }
      }
    }
  });

  test("hashes give the golden sums, probabilities and decision", () => {
    for (const { hashes, ends, sums, probabilities: chances, label } of links) {
      const vector = { hashes: Int32Array.from(hashes), ends: Int32Array.from(ends), names: null };
      const found = accumulate(model.form, vector);
      expect(Array.from(found)).toEqual(sums);
      const computed = probabilities(logits(model.form, vector, found));
      for (const [c, chance] of chances.entries()) expect(Math.abs(computed[c] - chance)).toBeLessThan(1e-6);
      expect(model.form.classes[best(computed)]).toBe(label);
    }
  });
});

test.each(["password", "ab", "パスワード", "密码", "o"])(
  "n-grams of %s are hashed in the order of their texts",
  (word) => {
    const marked = gramTexts(word).map((text) => text.replace(/^\^/, "\u0002").replace(/\$$/, "\u0003"));
    expect(Array.from(grams(word))).toEqual(marked.map(hashText));
  },
);

test("a damaged or foreign model is refused", () => {
  expect(() => loadModel({ ...file, featureSpec: "0" })).toThrow(ModelError);
  expect(() => loadModel({ ...file, format: "other" })).toThrow(ModelError);
  expect(() => loadModel({ ...file, heads: {} })).toThrow(ModelError);
  const head = { ...file.heads.form, columns: file.heads.form.columns.slice(4) };
  expect(() => loadModel({ ...file, heads: { form: head } })).toThrow(/do not fit together/);
});
