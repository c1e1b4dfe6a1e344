import { z } from 'zod';

const blockSchema = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  tool_use_id: z.string().optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().nullish(),
});
export type ClaudeBlock = z.infer<typeof blockSchema>;

const tokensSchema = z.looseObject({
  input_tokens: z.number().default(0),
  output_tokens: z.number().default(0),
  cache_creation_input_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
});
export type ClaudeTokens = z.infer<typeof tokensSchema>;

const messageSchema = z.looseObject({
  id: z.string().default(''),
  /** `<synthetic>`: claude itself speaks, of an error. */
  model: z.string().optional(),
  content: z.union([z.string().transform(() => []), z.array(blockSchema)]).default([]),
  usage: tokensSchema.optional(),
});

export const resultSchema = z.looseObject({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.boolean().default(false),
  terminal_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  session_id: z.string().optional(),
  num_turns: z.number().default(0),
  result: z.string().nullish(),
  structured_output: z.unknown().optional(),
  errors: z.array(z.string()).nullish(),
  total_cost_usd: z.number().default(0),
  usage: tokensSchema.optional(),
  model_usage_since_last_result: z.record(z.string(), z.looseObject({ costUSD: z.number().default(0) })).nullish(),
});
export type ClaudeResult = z.infer<typeof resultSchema>;

/** The lines of `claude -p --output-format stream-json` that are used here. Others are let pass. */
export const streamMessageSchema = z.union([
  resultSchema,
  z.looseObject({ type: z.literal('assistant'), message: messageSchema, session_id: z.string().optional() }),
  z.looseObject({ type: z.literal('user'), message: messageSchema, session_id: z.string().optional() }),
  z.looseObject({
    type: z.literal('system'),
    subtype: z.string(),
    session_id: z.string().optional(),
    attempt: z.number().optional(),
    error_status: z.number().nullish(),
    error: z.unknown().optional(),
    retry_delay_ms: z.number().optional(),
  }),
  z.looseObject({
    type: z.literal('rate_limit_event'),
    /** `resetsAt` in seconds since 1970: when a plan that is used up begins again. */
    rate_limit_info: z.looseObject({ status: z.string(), resetsAt: z.number().nullish() }),
  }),
  z.looseObject({
    type: z.literal('stream_event'),
    event: z.looseObject({
      type: z.string(),
      index: z.number().optional(),
      message: z.looseObject({ id: z.string(), usage: tokensSchema.optional() }).optional(),
      /** Of `message_delta`: the answer's output tokens, which no other message tells. */
      usage: z.looseObject({ output_tokens: z.number().optional() }).nullish(),
      delta: z.looseObject({ type: z.string().optional(), text: z.string().optional(), thinking: z.string().optional() }).optional(),
    }),
  }),
]);
export type StreamMessage = z.infer<typeof streamMessageSchema>;
