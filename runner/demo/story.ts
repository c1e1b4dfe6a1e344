import { PROJECT_FILES } from './story/project.ts';
import { STORY_SPEC } from './story/spec.ts';

/** The demo: a small project, and a spec whose chunks pass, fail their checks, and are sent back by the review. */
export const demoStory: { specMarkdown: string; files: Record<string, string> } = { specMarkdown: STORY_SPEC, files: PROJECT_FILES };
