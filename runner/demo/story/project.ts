/** The demo's project as it is before the run: plain Node, no dependencies. */
export const PROJECT_FILES: Record<string, string> = {
  'package.json': `${JSON.stringify(
    {
      name: 'tally',
      version: '0.1.0',
      private: true,
      type: 'module',
      scripts: { lint: 'node --check src/index.js', test: 'node --test' },
    },
    null,
    2,
  )}\n`,
  'README.md': `# tally

Adds up a household's expenses from a plain text file.

A ledger is a text file with one expense a line: date, category and amount, separated by semicolons.
`,
  'AGENTS.md': `# For agents

- Plain JavaScript modules for Node 20 and newer; no dependencies.
- Code stands in \`src/\`, tests in \`test/\`, run with \`npm test\`.
- Money is whole cents everywhere; only \`src/money.js\` knows how it is written.
`,
  'src/index.js': `export const version = '0.1.0';\n`,
  '.gitignore': 'node_modules/\n',
};
