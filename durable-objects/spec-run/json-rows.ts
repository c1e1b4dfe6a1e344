const MOST_ROWS = 200;
/** UTF-16 units a parameter; D1 takes 2 MB. */
const MOST_CHARS = 500_000;

/** Rows as JSON parameters for `json_each`: one statement writes many rows, few enough for one parameter. */
export function jsonRows(rows: unknown[][]): string[] {
  const parameters: string[] = [];
  let [texts, chars] = [[] as string[], 0];
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (texts.length > 0 && (texts.length === MOST_ROWS || chars + text.length > MOST_CHARS)) {
      parameters.push(`[${texts.join()}]`);
      [texts, chars] = [[], 0];
    }
    texts.push(text);
    chars += text.length;
  }
  if (texts.length > 0) parameters.push(`[${texts.join()}]`);
  return parameters;
}

/** Reads one column of a row of `json_each(…) AS row`. */
export function column(at: number): string {
  return `row.value ->> ${at}`;
}
