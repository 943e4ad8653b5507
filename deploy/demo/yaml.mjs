const WIDTH = 110;
const WORDS = /^[A-Za-z/][\w./-]*( [\w./-]+)*$/;
const MEASURE = /^\d+(ms|[smhd%])$/;
const MEANS_SOMETHING_ELSE = /^(true|false|null|yes|no|on|off|y|n)$/i;

/**
 * Plain data as YAML, in blocks; lists and maps of plain values on one line where they fit.
 * @param {unknown} value
 * @returns {string}
 */
export function toYaml(value) {
  return `${block(value, '').trimStart()}\n`;
}

/**
 * @param {unknown} value
 * @param {string} indent
 * @returns {string}
 */
function block(value, indent) {
  const line = oneLine(value);
  const isFlat = typeof value !== 'object' || value === null || isLeaf(value);
  if (isFlat && indent.length + line.length < WIDTH && indent !== '') return ` ${line}`;
  if (Array.isArray(value)) {
    return value.map((item) => `\n${indent}- ${block(item, `${indent}  `).trimStart()}`).join('');
  }
  return Object.entries(value ?? {})
    .filter(([, entry]) => entry !== undefined)
    .map(([key, entry]) => `\n${indent}${key}:${block(entry, `${indent}  `)}`)
    .join('');
}

/**
 * A list or a map that holds no other.
 * @param {object} value
 */
function isLeaf(value) {
  return Object.values(value).every((entry) => typeof entry !== 'object' || entry === null);
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function oneLine(value) {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return `{ ${entries.map(([key, entry]) => `${key}: ${oneLine(entry)}`).join(', ')} }`;
  }
  return scalar(value);
}

/**
 * Words, durations and shares stay as they are; what YAML could take for something else is put in quotes.
 * @param {unknown} value
 */
function scalar(value) {
  if (typeof value !== 'string' || MEANS_SOMETHING_ELSE.test(value)) return JSON.stringify(value);
  return WORDS.test(value) || MEASURE.test(value) ? value : JSON.stringify(value);
}
