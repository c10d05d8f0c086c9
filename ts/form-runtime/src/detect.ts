/** The main path: snapshot → segments → features → scores → decision. */

import { decode } from "./decode.ts";
import { isConnected } from "./dom.ts";
import { explain, type Reason } from "./explain.ts";
import { fieldFeatures, fieldsOf } from "./field_features.ts";
import { formFeatures } from "./form_features.ts";
import { FIELD_SPACE, FORM_SPACE } from "./generated.ts";
import { elementOf, handleOf } from "./handles.ts";
import type { FieldHead, Head, Model } from "./model.ts";
import { accumulate, best, logits, probabilities, score } from "./score.ts";
import { type Segment, segments } from "./segments.ts";
import { inSlices, handBack as messageChannel, type Yield } from "./slices.ts";
import { type OpenShadowRoot, type Root, snapshot } from "./snapshot.ts";
import type { Vector } from "./vector.ts";

/** A decision with its calibrated probability. `label` is null when the model abstains. */
export interface Decision {
  readonly label: string | null;
  readonly probability: number;
  readonly reasons: readonly Reason[];
}

export interface DetectedField extends Decision {
  /** Handle of the control; of radio buttons the first one. */
  readonly control: number;
}

export interface DetectedForm extends Decision {
  /** Handle of the form element, or null for a segment without one; see {@link elementOf}. */
  readonly form: number | null;
  /** Handles of the segment's controls, in document order. */
  readonly controls: readonly number[];
  /** Every control but hidden ones; empty when the model has no head for fields. */
  readonly fields: readonly DetectedField[];
}

/** Plain data: it can be posted to another frame. Handles mean something only in the frame that made them. */
export interface Detection {
  readonly complete: boolean;
  readonly model: string;
  readonly forms: readonly DetectedForm[];
}

export interface DetectOptions {
  readonly signal?: AbortSignal;
  /** After so much time the best answer so far is given, with `complete: false`. Default 50. */
  readonly budgetMs?: number;
  /** How the thread is handed back between slices; by default through a message channel. */
  readonly scheduler?: { yield: Yield };
  readonly openShadowRoot?: OpenShadowRoot;
  /** Adds the strongest features to each decision; costs a second pass over them. */
  readonly reasons?: boolean;
}

const SLICE_MS = 4;

/** Detects everything below `root` in one go; for small subtrees and tests. */
export function detectSync(root: Root, model: Model, options: DetectOptions = {}): Detection {
  const found: DetectedForm[] = [];
  const work = steps(root, model, options, found);
  while (work.next().done !== true);
  return { complete: true, model: model.version, forms: found };
}

/**
 * Detects in slices of about 4 ms. Never throws for what a page holds; when `signal` aborts or the budget is spent, the
 * forms found so far are returned with `complete: false`. Forms that left the page meanwhile are dropped.
 */
export async function detect(root: Root, model: Model, options: DetectOptions = {}): Promise<Detection> {
  const found: DetectedForm[] = [];
  const slicing = {
    sliceMs: SLICE_MS,
    budgetMs: options.budgetMs ?? 50,
    signal: options.signal ?? null,
    handBack: options.scheduler === undefined ? messageChannel : () => options.scheduler!.yield(),
  };
  const done = await inSlices(steps(root, model, options, found), slicing, () => {});
  return { complete: done === true, model: model.version, forms: isConnected(root) ? found.filter(isThere) : found };
}

function isThere({ form, controls }: DetectedForm): boolean {
  return [...controls, form].some((handle) => {
    const element = handle === null ? null : elementOf(handle);
    return element !== null && isConnected(element);
  });
}

function* steps(root: Root, model: Model, options: DetectOptions, found: DetectedForm[]): Generator<undefined, true> {
  const page = yield* snapshot(root, options.openShadowRoot);
  yield;
  for (const segment of segments(page)) {
    yield;
    const form = detectForm(segment, model.form, options.reasons === true);
    const fields = model.field === null ? [] : yield* detectFields(segment, model.field, options.reasons === true);
    found.push({ ...form, fields });
  }
  return true;
}

function* detectFields(segment: Segment, head: FieldHead, reasons: boolean): Generator<undefined, DetectedField[]> {
  const fields = fieldsOf(segment);
  const vectors: Vector[] = [];
  const logit: Float64Array[] = [];
  for (let at = 0; at < fields.list.length; at++) {
    const vector = fieldFeatures(fields, at, reasons);
    logit.push(logits(head, vector, accumulate(head, vector)));
    if (reasons) vectors.push(vector);
    if (at % 8 === 7) yield;
  }
  const kinds = fields.list.map((field) => field.kind);
  const labels = decode(logit, kinds, head.classes, head.decoding);
  return labels.map((label, at) => {
    const probability = probabilities(logit[at])[label];
    return {
      label: probability >= head.abstainBelow ? head.classes[label] : null,
      probability,
      reasons: reasons ? explain(head, vectors[at], FIELD_SPACE, label) : [],
      control: handleOf(fields.list[at].element),
    };
  });
}

function detectForm(segment: Segment, head: Head, reasons: boolean): Omit<DetectedForm, "fields"> {
  const vector = formFeatures(segment, reasons);
  const chances = score(head, vector);
  const top = best(chances);
  return {
    label: chances[top] >= head.abstainBelow ? head.classes[top] : null,
    probability: chances[top],
    reasons: reasons ? explain(head, vector, FORM_SPACE, top) : [],
    form: segment.form === null ? null : handleOf(segment.form),
    controls: segment.controls.map((control) => handleOf(control.element)),
  };
}
