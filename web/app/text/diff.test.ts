import { expect, test } from 'vitest';
import { parseDiff } from './diff.ts';

test('a file’s header becomes its path, and lines inside a hunk are read by their first letter', () => {
  const diff =
    'diff --git a/a.js b/a.js\nindex 1..2 100644\n--- a/a.js\n+++ b/a.js\n@@ -1 +1 @@\n-old\n+new\n same\n--- a comment\n\\ No newline at end of file\n';
  expect(parseDiff(diff).map((line) => line.kind)).toEqual(['file', 'hunk', 'removed', 'added', 'same', 'removed', 'meta']);
  expect(parseDiff(diff)[0]?.text).toBe('a.js');
});

test('a renamed file shows both paths, a binary one its note', () => {
  expect(parseDiff('diff --git a/old b/new\nsimilarity index 100%\nBinary files differ')).toEqual([
    { kind: 'file', text: 'old → new' },
    { kind: 'meta', text: 'similarity index 100%' },
    { kind: 'meta', text: 'Binary files differ' },
  ]);
});
