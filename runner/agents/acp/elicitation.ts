import type { Answers, Question } from '@specwright/protocol/question.ts';
import { z } from 'zod';

const choiceSchema = z.looseObject({ const: z.string(), title: z.string(), description: z.string().nullish() });
const propertySchema = z.looseObject({
  type: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  enum: z.array(z.string()).nullish(),
  oneOf: z.array(choiceSchema).nullish(),
  items: z.looseObject({ enum: z.array(z.string()).nullish(), anyOf: z.array(choiceSchema).nullish() }).nullish(),
});
type Property = z.infer<typeof propertySchema>;

/** What an agent asks by a form (`elicitation/create`); by an address it asks in vain. */
export const elicitationSchema = z.looseObject({
  sessionId: z.string().optional(),
  mode: z.string().default('form'),
  message: z.string(),
  requestedSchema: z
    .looseObject({ properties: z.record(z.string(), propertySchema).default({}), required: z.array(z.string()).nullish() })
    .optional(),
});
export type WireElicitation = z.infer<typeof elicitationSchema>;

type Value = string | number | boolean | string[];
export type ElicitationAnswer = { action: 'accept'; content: Record<string, Value> } | { action: 'decline' } | { action: 'cancel' };

export const NOT_ANSWERED: ElicitationAnswer = { action: 'cancel' };

const LEFT_OUT = 'Leave this out';
const YES = 'Yes';

/** Asks a form's fields as questions, in one go. `ask` answers null where nobody can. */
export async function answerElicitation(
  asked: WireElicitation,
  ask: (questions: Question[]) => Promise<Answers | null>,
): Promise<ElicitationAnswer> {
  const { properties = {}, required } = asked.requestedSchema ?? {};
  if (asked.mode !== 'form') return { action: 'decline' };
  const names = Object.keys(properties);
  const isRequired = (name: string) => required?.includes(name) === true;
  const questions = names.map((name) => questionOf(name, properties[name] as Property, { asked, isRequired: isRequired(name) }));
  const answers = await ask(names.length === 0 ? [confirmation(asked)] : questions);
  if (answers === null) return NOT_ANSWERED;
  if (names.length === 0) return answers[0]?.[0] === YES ? { action: 'accept', content: {} } : { action: 'decline' };
  const content: Record<string, Value> = {};
  for (const [at, name] of names.entries()) {
    const value = meantBy(properties[name] as Property, answers[at] ?? []);
    if (value !== null) content[name] = value;
    else if (isRequired(name)) return { action: 'decline' };
  }
  return { action: 'accept', content };
}

function questionOf(name: string, property: Property, { asked, isRequired }: { asked: WireElicitation; isRequired: boolean }): Question {
  const { title, description } = property;
  const choices = choicesOf(property);
  const options = choices.map(({ label, description: told }) => ({ label, description: told ?? '' }));
  return {
    header: title ?? name,
    question: [asked.message, description].filter(Boolean).join('\n\n'),
    options: isRequired ? options : [...options, { label: LEFT_OUT, description: '' }],
    multiple: property.type === 'array',
    custom: choices.length === 0,
  };
}

function confirmation({ message }: WireElicitation): Question {
  const options = [YES, 'No'].map((label) => ({ label, description: '' }));
  return { header: '', question: message, options, multiple: false, custom: false };
}

function choicesOf({
  type,
  enum: plain,
  oneOf,
  items,
}: Property): { label: string; value: string | boolean; description?: string | null }[] {
  if (type === 'boolean')
    return [
      { label: YES, value: true },
      { label: 'No', value: false },
    ];
  const titled = oneOf ?? items?.anyOf;
  if (titled) return titled.map(({ title, const: value, description }) => ({ label: title, value, description }));
  return (plain ?? items?.enum ?? []).map((value) => ({ label: value, value }));
}

/** Null: it was left out, or is no number where one was asked for. */
function meantBy(property: Property, chosen: string[]): Value | null {
  const given = chosen.filter((answer) => answer !== LEFT_OUT);
  const [first] = given;
  if (first === undefined) return null;
  const choices = choicesOf(property);
  const meant = given.map((answer) => choices.find(({ label }) => label === answer)?.value ?? answer);
  if (property.type === 'array') return meant.map(String);
  if (property.type !== 'number' && property.type !== 'integer') return meant[0] ?? null;
  const number = Number(first);
  return Number.isFinite(number) ? number : null;
}
