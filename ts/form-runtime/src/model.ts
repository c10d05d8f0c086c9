/** A model file: validated once, then plain typed arrays. */

import { FEATURE_SPEC, FIELD_SPACE, FORM_SPACE } from "./generated.ts";

export const FORMAT = "hodoscope-form-model/1";

/** The JSON of one head, as Python exports it. Arrays of numbers below 256 travel as base64. */
export interface HeadFile {
  readonly classes: readonly string[];
  readonly bits: number;
  readonly scales: readonly number[];
  readonly counts: string;
  readonly columns: string;
  readonly weights: string;
  readonly weightScales: readonly number[];
  readonly bias: readonly number[];
  readonly temperature: number;
  readonly abstainBelow: number;
  readonly decoding?: { readonly kinds: readonly string[]; readonly transitions: string };
}

export interface ModelFile {
  readonly format: string;
  readonly featureSpec: string;
  readonly version: string;
  readonly heads: Readonly<Record<string, HeadFile>>;
}

/**
 * A sparse linear head: bucket `b` holds the weights `weights[starts[b] .. starts[b + 1]]` (int8) of the classes
 * `columns[…]`.
 */
export interface Head {
  readonly classes: readonly string[];
  readonly mask: number;
  readonly scales: Float64Array;
  readonly starts: Uint32Array;
  readonly columns: Uint8Array;
  readonly weights: Int8Array;
  readonly weightScales: Float64Array;
  readonly bias: Float64Array;
  readonly temperature: number;
  readonly abstainBelow: number;
}

/** Per class the kinds of control it may stand on; logits added for one class after another, row-major. */
export interface Decoding {
  readonly kinds: readonly string[];
  readonly transitions: Float64Array;
}

export interface FieldHead extends Head {
  readonly decoding: Decoding;
}

export interface Model {
  readonly version: string;
  readonly form: Head;
  readonly field: FieldHead | null;
}

/** The model cannot be used by this runtime; the message says what differs. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

/** Checks and unpacks a model file. Throws {@link ModelError} when it was trained for other features or is damaged. */
export function loadModel(file: ModelFile): Model {
  if (file.format !== FORMAT) throw new ModelError(`format ${file.format}; this runtime reads ${FORMAT}`);
  if (file.featureSpec !== FEATURE_SPEC) {
    throw new ModelError(
      `the model was trained for features ${file.featureSpec}; this runtime computes ${FEATURE_SPEC}`,
    );
  }
  const { form, field } = file.heads;
  if (form === undefined) throw new ModelError("the model has no head for forms");
  return {
    version: file.version,
    form: unpack("form", form, FORM_SPACE.length),
    field: field === undefined ? null : { ...unpack("field", field, FIELD_SPACE.length), decoding: decoding(field) },
  };
}

function unpack(name: string, file: HeadFile, spaces: number): Head {
  const classes = file.classes.length;
  const buckets = 2 ** file.bits;
  const counts = bytes(file.counts);
  const columns = bytes(file.columns);
  const weights = new Int8Array(bytes(file.weights).buffer);
  const starts = new Uint32Array(buckets + 1);
  for (let bucket = 0; bucket < buckets; bucket++) starts[bucket + 1] = starts[bucket] + (counts[bucket] ?? 0);
  const sound =
    counts.length === buckets &&
    columns.length === weights.length &&
    starts[buckets] === weights.length &&
    columns.every((column) => column < classes) &&
    file.scales.length === spaces &&
    file.bias.length === classes &&
    file.weightScales.length === classes &&
    file.temperature > 0;
  if (!sound) throw new ModelError(`the head ${name} is damaged: its parts do not fit together`);
  return {
    classes: file.classes,
    mask: buckets - 1,
    scales: Float64Array.from(file.scales),
    starts,
    columns,
    weights,
    weightScales: Float64Array.from(file.weightScales),
    bias: Float64Array.from(file.bias),
    temperature: file.temperature,
    abstainBelow: file.abstainBelow,
  };
}

/** Transitions travel as whole hundredths, little-endian int16. */
function decoding(file: HeadFile): Decoding {
  const classes = file.classes.length;
  const data = bytes(file.decoding?.transitions ?? "");
  const kinds = file.decoding?.kinds ?? [];
  if (kinds.length !== classes || data.length !== 2 * classes * classes) {
    throw new ModelError("the head field is damaged: its decoding does not fit its classes");
  }
  const view = new DataView(data.buffer);
  return {
    kinds,
    transitions: Float64Array.from({ length: classes * classes }, (_, i) => view.getInt16(2 * i, true) / 100),
  };
}

function bytes(text: string): Uint8Array {
  const binary = atob(text);
  const found = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) found[i] = binary.charCodeAt(i);
  return found;
}
