/** The golden chain of a page: every intermediate result from named features to the decision. */

import { decode } from "./decode.ts";
import { fieldFeatures, fieldsOf } from "./field_features.ts";
import { formFeatures } from "./form_features.ts";
import type { FieldHead, Head, Model } from "./model.ts";
import { accumulate, best, logits, probabilities } from "./score.ts";
import { type Segment, segments } from "./segments.ts";
import type { Root } from "./snapshot.ts";
import { snapshot } from "./snapshot.ts";
import type { Vector } from "./vector.ts";

/** One field's part of the chain; `label` is the decoded one. */
export interface FieldLink extends Omit<Link, "fields"> {
  readonly kind: string;
}

export interface Link {
  readonly names: readonly string[];
  readonly hashes: readonly number[];
  readonly ends: readonly number[];
  /** int32 sums per namespace and class, namespace-major. */
  readonly sums: readonly number[];
  readonly probabilities: readonly number[];
  readonly label: string | null;
  readonly fields: readonly FieldLink[];
}

/** One link per segment. */
export function trace(root: Root, model: Model): Link[] {
  const work = snapshot(root);
  let step = work.next();
  while (step.done !== true) step = work.next();
  return segments(step.value).map((segment) => ({
    ...link(model.form, formFeatures(segment, true)),
    fields: model.field === null ? [] : fieldLinks(segment, model.field),
  }));
}

function fieldLinks(segment: Segment, head: FieldHead): FieldLink[] {
  const fields = fieldsOf(segment);
  const vectors = fields.list.map((_, at) => fieldFeatures(fields, at, true));
  const logit = vectors.map((vector) => logits(head, vector, accumulate(head, vector)));
  const kinds = fields.list.map((field) => field.kind);
  const labels = decode(logit, kinds, head.classes, head.decoding);
  return vectors.map((vector, at) => ({ ...link(head, vector), label: head.classes[labels[at]], kind: kinds[at] }));
}

function link(head: Head, vector: Vector): Omit<Link, "fields"> {
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
