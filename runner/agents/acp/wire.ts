import { z } from 'zod';

/** What is read of the Agent Client Protocol (version 1). Every message is parsed at this door; what is not named here is let pass. */
const textSchema = z.looseObject({ type: z.string(), text: z.string().optional() });

export const tokensSchema = z.looseObject({
  totalTokens: z.number().nullish(),
  inputTokens: z.number().default(0),
  outputTokens: z.number().default(0),
  thoughtTokens: z.number().nullish(),
  cachedReadTokens: z.number().nullish(),
  cachedWriteTokens: z.number().nullish(),
});
export type WireTokens = z.infer<typeof tokensSchema>;

const contentSchema = z.looseObject({
  type: z.string(),
  content: textSchema.optional(),
  path: z.string().optional(),
  newText: z.string().optional(),
});

export const callSchema = z.looseObject({
  toolCallId: z.string(),
  kind: z.string().nullish(),
  status: z.string().nullish(),
  title: z.string().nullish(),
  name: z.string().nullish(),
  content: z.array(contentSchema).nullish(),
  locations: z.array(z.looseObject({ path: z.string() })).nullish(),
  rawInput: z.unknown().optional(),
  rawOutput: z.unknown().optional(),
  /** Where agents put the name of their tool. */
  _meta: z
    .looseObject({ toolName: z.string().optional(), claudeCode: z.looseObject({ toolName: z.string().optional() }).optional() })
    .nullish()
    .catch(null),
});
export type WireCall = z.infer<typeof callSchema>;

const chunkSchema = z.looseObject({
  content: textSchema,
  messageId: z.string().nullish(),
  /** Some agents tell each model turn's tokens here. */
  _meta: z.looseObject({ usage: tokensSchema.optional() }).nullish().catch(null),
});
export type WireChunk = z.infer<typeof chunkSchema>;

export const updateSchema = z.union([
  z.looseObject({ sessionUpdate: z.enum(['agent_message_chunk', 'agent_thought_chunk']), ...chunkSchema.shape }),
  z.looseObject({ sessionUpdate: z.enum(['tool_call', 'tool_call_update']), ...callSchema.shape }),
  z.looseObject({
    sessionUpdate: z.literal('usage_update'),
    cost: z.looseObject({ amount: z.number(), currency: z.string() }).nullish(),
  }),
]);
export type WireUpdate = z.infer<typeof updateSchema>;

export const updateParamsSchema = z.looseObject({ sessionId: z.string(), update: z.unknown().optional() });

export const permissionSchema = z.looseObject({
  sessionId: z.string(),
  toolCall: callSchema,
  options: z.array(z.looseObject({ optionId: z.string(), kind: z.string().optional() })),
});
export type WirePermission = z.infer<typeof permissionSchema>;

export const initializedSchema = z.looseObject({
  protocolVersion: z.number(),
  agentInfo: z.looseObject({ name: z.string().default(''), version: z.string().nullish() }).nullish(),
  agentCapabilities: z
    .looseObject({
      loadSession: z.boolean().default(false),
      sessionCapabilities: z.looseObject({ fork: z.unknown().optional(), resume: z.unknown().optional() }).nullish(),
    })
    .nullish(),
  authMethods: z.array(z.looseObject({ name: z.string().default('') })).nullish(),
});
export type Initialized = z.infer<typeof initializedSchema>;

const choiceSchema = z.looseObject({ value: z.string(), name: z.string().default('') });

/** What `session/new`, `load`, `resume` and `fork` answer; modes and models are offered in two ways, by the age of the agent. */
export const sessionSchema = z.looseObject({
  sessionId: z.string().optional(),
  configOptions: z
    .array(
      z.looseObject({
        id: z.string(),
        category: z.string().nullish(),
        currentValue: z.unknown().optional(),
        options: z.array(z.union([choiceSchema, z.looseObject({ options: z.array(choiceSchema) })])).nullish(),
      }),
    )
    .nullish()
    .catch(null),
  models: z
    .looseObject({
      currentModelId: z.string(),
      availableModels: z.array(z.looseObject({ modelId: z.string(), name: z.string().default('') })),
    })
    .nullish()
    .catch(null),
  modes: z
    .looseObject({
      currentModeId: z.string(),
      availableModes: z.array(z.looseObject({ id: z.string(), name: z.string().default('') })),
    })
    .nullish()
    .catch(null),
});
export type WireSession = z.infer<typeof sessionSchema>;

export const promptedSchema = z.looseObject({ stopReason: z.string(), usage: tokensSchema.nullish().catch(null) });
export type Prompted = z.infer<typeof promptedSchema>;
