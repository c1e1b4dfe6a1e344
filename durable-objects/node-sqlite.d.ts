/** The part of Node's SQLite that the simulation of dispatch keeps its tables in. */
declare module 'node:sqlite' {
  export type SQLInputValue = null | number | bigint | string | Uint8Array;
  export class DatabaseSync {
    constructor(path: string);
    exec(sql: string): void;
    prepare(sql: string): { all(...bound: SQLInputValue[]): unknown[] };
    close(): void;
  }
}
