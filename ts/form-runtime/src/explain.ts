/** Why a head decided: the features that spoke for a class, strongest first. */

import type { Head } from "./model.ts";
import type { Vector } from "./vector.ts";

export interface Reason {
  /** `namespace: text`; text is an n-gram (`^` and `$` mark a word's ends), a word or a property. */
  readonly feature: string;
  /** What it added to the class's logit, before temperature. */
  readonly weight: number;
}

/** The `most` strongest features for class `c` of a named vector. Equal features are added up. */
export function explain(head: Head, vector: Vector, spaces: readonly string[], c: number, most = 5): Reason[] {
  const sums = new Map<string, number>();
  let at = 0;
  for (let space = 0; space < vector.ends.length; space++) {
    const norm = head.scales[space] / Math.sqrt(Math.max(1, vector.ends[space] - at));
    for (; at < vector.ends[space]; at++) {
      const bucket = vector.hashes[at] & head.mask;
      for (let i = head.starts[bucket]; i < head.starts[bucket + 1]; i++) {
        if (head.columns[i] !== c) continue;
        const feature = `${spaces[space]}: ${vector.names?.[at] ?? `#${bucket}`}`;
        sums.set(feature, (sums.get(feature) ?? 0) + head.weights[i] * norm * head.weightScales[c]);
      }
    }
  }
  return [...sums]
    .filter(([, weight]) => weight > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([feature, weight]) => ({ feature, weight }));
}
