/** From sparse vector to probabilities: integers as long as possible, floating point only in the last step. */

import type { Head } from "./model.ts";
import type { Vector } from "./vector.ts";

/**
 * int32 sums of int8 weights, one per namespace and class (namespace-major). The golden files hold them exactly.
 */
export function accumulate(head: Head, vector: Vector): Int32Array {
  const { starts, columns, weights, mask } = head;
  const classes = head.classes.length;
  const { hashes, ends } = vector;
  const sums = new Int32Array(ends.length * classes);
  let at = 0;
  for (let space = 0; space < ends.length; space++) {
    const offset = space * classes;
    for (; at < ends[space]; at++) {
      const bucket = hashes[at] & mask;
      const stop = starts[bucket + 1];
      for (let i = starts[bucket]; i < stop; i++) sums[offset + columns[i]] += weights[i];
    }
  }
  return sums;
}

/** Logit per class: each namespace with `n` hashes is scaled by `scale / sqrt(n)`, each class by its weight scale. */
export function logits(head: Head, vector: Vector, sums: Int32Array): Float64Array {
  const classes = head.classes.length;
  const found = new Float64Array(classes);
  let before = 0;
  for (let space = 0; space < vector.ends.length; space++) {
    const count = vector.ends[space] - before;
    before = vector.ends[space];
    if (count === 0) continue;
    const norm = head.scales[space] / Math.sqrt(count);
    for (let c = 0; c < classes; c++) found[c] += norm * sums[space * classes + c];
  }
  for (let c = 0; c < classes; c++) found[c] = (found[c] * head.weightScales[c] + head.bias[c]) / head.temperature;
  return found;
}

/** Softmax of the logits. */
export function probabilities(logit: Float64Array): Float64Array {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of logit) if (value > most) most = value;
  let sum = 0;
  const found = new Float64Array(logit.length);
  for (let c = 0; c < logit.length; c++) {
    found[c] = Math.exp(logit[c] - most);
    sum += found[c];
  }
  for (let c = 0; c < logit.length; c++) found[c] /= sum;
  return found;
}

/** All three steps. */
export function score(head: Head, vector: Vector): Float64Array {
  return probabilities(logits(head, vector, accumulate(head, vector)));
}

/** Index of the largest value; the first one among equals. */
export function best(values: ArrayLike<number>): number {
  let found = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[found]) found = i;
  return found;
}
