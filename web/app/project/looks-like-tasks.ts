/** True for a text that has boxes to tick and no chunks: it may be a task file. */
export function looksLikeTasks(text: string): boolean {
  return /^\s*(?:[-*+]|\d+\.)\s+\[[^\]]\]/m.test(text) && !/^##\s+Chunks\s*$/m.test(text);
}
