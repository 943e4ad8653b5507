const NAMES = new Set(['TypeError', 'TimeoutError', 'AbortError']);

/**
 * Whether `fetch` failed because nobody answered: a refused or broken connection, or time that ran out. By name, since
 * the classes of another realm (a test's) are others.
 * @param {unknown} error
 */
export function isNoAnswer(error) {
  return typeof error === 'object' && error !== null && 'name' in error && NAMES.has(String(error.name));
}
