import { z } from 'zod';

/** The paths of keys that a schema does not name: they were written for nothing, so somebody should know. */
export function findUnknownKeys(value: unknown, schema: z.ZodType): (string | number)[][] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value))
    return value.flatMap((item, index) => findUnknownKeys(item, inner.element as z.ZodType).map((path) => [index, ...path]));
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const known = (inner.shape as Record<string, z.ZodType>)[key];
    return known === undefined ? [[key]] : findUnknownKeys(below, known).map((path) => [key, ...path]);
  });
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}
