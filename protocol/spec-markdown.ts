export interface SpecDocument {
  title: string;
  text: string;
  chunks: SpecChunk[];
}
export interface SpecChunk {
  key: string;
  title: string;
  description: string;
  acceptanceCriteria: string[];
  dependsOn: string[];
}
export interface SpecProblem {
  line: number;
  message: string;
}
export type ParsedSpec = { ok: true; spec: SpecDocument } | { ok: false; problems: SpecProblem[] };
export function parseSpecMarkdown(_text: string): ParsedSpec {
  return { ok: false, problems: [] };
}
export function writeSpecMarkdown(_spec: SpecDocument): string {
  return '';
}
