/** What is wrong with a whole number as it is typed; null: nothing, or nothing was typed. */
export function numberProblem(text: string, from: number, to: number): string | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  const isRight = Number.isInteger(value) && value >= from && value <= to;
  const most = to === Number.MAX_SAFE_INTEGER ? `, ${from} or more` : ` from ${from} to ${to.toLocaleString('en')}`;
  return isRight ? null : `A whole number${most}.`;
}
