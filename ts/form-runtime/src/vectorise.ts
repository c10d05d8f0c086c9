/** What training runs: the runtime's own features of a parsed page, packed for transport. */

import { fieldFeatures, fieldsOf } from "./field_features.ts";
import { formFeatures } from "./form_features.ts";
import { segments } from "./segments.ts";
import { type Snapshot, snapshot } from "./snapshot.ts";
import type { Vector } from "./vector.ts";

/** One field as training sees it; labels are joined by `marks`, which the caller reads before it strips them. */
export interface FieldRow {
  readonly segment: number;
  /** Index of the element among all elements of the document, in document order. */
  readonly element: number;
  readonly kind: string;
  readonly name: string;
  readonly id: string;
  /** Radio buttons of the group, the first one included: their element indices. */
  readonly members: readonly number[];
}

export interface SegmentRow {
  /** Index of the form among the document's forms, or -1. */
  readonly form: number;
  readonly fields: number;
}

export interface PageVectors {
  /** Number of form elements. */
  readonly forms: number;
  readonly segments: readonly SegmentRow[];
  readonly fields: readonly FieldRow[];
  /** Vectors of all segments, then of all fields: little-endian int32 as base64. */
  readonly hashes: string;
  readonly ends: string;
  /** Per vector its named features, when asked for. */
  readonly names: readonly (readonly string[])[] | null;
}

/** Vectors of every segment and field of `root`. */
export function vectorise(root: Document, named = false): PageVectors {
  const found = segments(snapshotOf(root));
  const elements = new Map<Element, number>();
  for (const [index, element] of Array.from(root.querySelectorAll("*")).entries()) elements.set(element, index);
  const forms = new Map<Element, number>();
  for (const [index, form] of Array.from(root.querySelectorAll("form")).entries()) forms.set(form, index);
  const vectors: Vector[] = found.map((segment) => formFeatures(segment, named));
  const fields: FieldRow[] = [];
  const rows: SegmentRow[] = [];
  for (const [index, segment] of found.entries()) {
    const own = fieldsOf(segment);
    rows.push({ form: segment.form === null ? -1 : (forms.get(segment.form) ?? -1), fields: own.list.length });
    for (const [at, field] of own.list.entries()) {
      vectors.push(fieldFeatures(own, at, named));
      fields.push({
        segment: index,
        element: elements.get(field.element) ?? -1,
        kind: field.kind,
        name: field.name,
        id: field.id,
        members: field.members.map((member) => elements.get(member) ?? -1),
      });
    }
  }
  return {
    forms: forms.size,
    segments: rows,
    fields,
    hashes: base64(vectors.map((vector) => vector.hashes)),
    ends: base64(vectors.map((vector) => vector.ends)),
    names: named ? vectors.map((vector) => vector.names ?? []) : null,
  };
}

function snapshotOf(root: Document): Snapshot {
  const work = snapshot(root);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

function base64(parts: readonly Int32Array[]): string {
  const whole = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  const bytes = new Uint8Array(whole.buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
