/** The golden chain of a page: every intermediate result from named features to the decision. */

import { formFeatures } from "./form_features.ts";
import type { Model } from "./model.ts";
import { accumulate, best, logits, probabilities } from "./score.ts";
import { segments } from "./segments.ts";
import type { Root } from "./snapshot.ts";
import { snapshot } from "./snapshot.ts";
import type { Vector } from "./vector.ts";

export interface Link {
  readonly names: readonly string[];
  readonly hashes: readonly number[];
  readonly ends: readonly number[];
  /** int32 sums per namespace and class, namespace-major. */
  readonly sums: readonly number[];
  readonly probabilities: readonly number[];
  readonly label: string | null;
}

/** One link per segment. */
export function trace(root: Root, model: Model): Link[] {
  const work = snapshot(root);
  let step = work.next();
  while (step.done !== true) step = work.next();
  return segments(step.value).map((segment) => link(model.form, formFeatures(segment, true)));
}

function link(head: Model["form"], vector: Vector): Link {
  const sums = accumulate(head, vector);
  const chances = probabilities(logits(head, vector, sums));
  const top = best(chances);
  return {
    names: vector.names ?? [],
    hashes: Array.from(vector.hashes),
    ends: Array.from(vector.ends),
    sums: Array.from(sums),
    probabilities: Array.from(chances),
    label: chances[top] >= head.abstainBelow ? head.classes[top] : null,
  };
}
