// Runs on the machine's own Node, before anything is installed.
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../node_modules/.modules.yaml', import.meta.url)))
  console.log('Installing what Specwright needs: once, a minute at most…');
