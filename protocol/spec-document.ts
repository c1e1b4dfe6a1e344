/** A spec as its SPEC.md file says it. */
export interface SpecDocument {
  title: string;
  text: string;
  chunks: SpecChunk[];
}

export interface SpecChunk {
  /** Unique in the file; dependencies name it. */
  key: string;
  title: string;
  description: string;
  acceptanceCriteria: string[];
  /** Keys. */
  dependsOn: string[];
}

/** What stands against a file; `line` counts from 1. */
export interface SpecProblem {
  line: number;
  message: string;
}

export type ParsedSpec = { ok: true; spec: SpecDocument } | { ok: false; problems: SpecProblem[] };
