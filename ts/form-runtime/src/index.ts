/** Form and field detection: `loadModel`, then `detect` or `detectSync`. */

export {
  type DetectedField,
  type DetectedForm,
  type Detection,
  type DetectOptions,
  detect,
  detectSync,
} from "./detect.ts";
export { FEATURE_SPEC } from "./generated.ts";
export { elementOf } from "./handles.ts";
export { loadModel, type Model, ModelError, type ModelFile } from "./model.ts";
