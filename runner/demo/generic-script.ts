import { answerJson, PASSED, type Script, type ScriptStep } from './script.ts';

/** What the demo model does with a spec it has no script for: it looks round, writes a note named by the chunk, and passes it. */
export const genericScript: Script = (job, step) => (job.role === 'reviewer' ? review : execute(job.chunk, job.attempt))[step] ?? null;

function execute(chunk: string, attempt: number): ScriptStep[] {
  const file = `notes/${chunk.replace(/[^\w.-]+/g, '-') || 'chunk'}${attempt > 1 ? `-${attempt}` : ''}.md`;
  const content = `# ${chunk}\n\nWritten by the demo model (attempt ${attempt}): its answers are scripted, no model was asked.\n`;
  return [
    {
      text: 'I look at what is here.',
      calls: [
        { name: 'glob', args: { pattern: '*' } },
        { name: 'read', args: { filePath: 'README.md' } },
      ],
    },
    { text: 'I have no script for this spec, so I write a note.', calls: [{ name: 'write', args: { filePath: file, content } }] },
    { text: `I wrote ${file}. With a model key a real model would carry out this chunk.` },
  ];
}

const review: ScriptStep[] = [
  { text: 'I look at the change.', calls: [{ name: 'glob', args: { pattern: 'notes/*' } }] },
  answerJson({ ...PASSED, summary: 'The demo model wrote its note. Its answers are scripted.' }),
];
