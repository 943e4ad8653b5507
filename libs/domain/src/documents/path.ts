/** Where something is in a document: fields by name, entries of a list by number from 0. */
export type Path = readonly (string | number)[];

const PLAIN_FIELD = /^[A-Za-z_][\w-]*$/;
const STEP = /\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\[("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")\]/uy;

/** `['spec', 'rollout', 0]` is `spec.rollout[0]`; a field with a dot or a blank in its name is `labels["a.b"]`. */
export function formatPath(path: Path): string {
  return path.map((step, i) => formatStep(step, i === 0)).join('');
}

/** The inverse of {@link formatPath}. What follows a place that cannot be read is left out. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  for (let match = STEP.exec(text); match; match = STEP.exec(text)) {
    const [, field, index, quoted] = match;
    if (index !== undefined) path.push(Number(index));
    else if (quoted !== undefined) path.push(String(JSON.parse(quoted)));
    else if (field !== undefined) path.push(field);
  }
  return path;
}

function formatStep(step: string | number, first: boolean): string {
  if (typeof step === 'number') return `[${step}]`;
  if (!PLAIN_FIELD.test(step)) return `[${JSON.stringify(step)}]`;
  return first ? step : `.${step}`;
}
