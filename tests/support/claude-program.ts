/** The real `claude` that scripts/test-claude.ts fetched. */
export function claudeProgram(): string {
  const program = process.env.SPECWRIGHT_TEST_CLAUDE;
  if (!program) throw new Error('These tests drive the real claude command: run them with npm run test:claude');
  return program;
}
