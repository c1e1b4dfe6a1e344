/**
 * The D1 schema. Times are integer Unix milliseconds; JSON is kept as text. Every row but those of a person (who may be in
 * several organisations) names its organisation. Made from this: the flat .sql files beside it (`pnpm generate`).
 */
export * from './schema/machines.ts';
export * from './schema/people.ts';
export * from './schema/work.ts';
